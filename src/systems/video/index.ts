export { videoApplication } from './application.ts'
export { createVideoWorld, type VideoWorld } from './world/video-world.ts'

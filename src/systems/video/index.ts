export { videoApplication } from './application.ts'
export type { VideoWorldOptions } from './world/options.ts'
export { generateVideoEvents } from './world/video-events.ts'
export { createVideoWorld, type VideoWorld } from './world/video-world.ts'

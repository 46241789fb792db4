export { builtInApplications, findApplication } from './built-in-applications.ts'
export { createVideoWorld, generateVideoEvents, type VideoWorld, type VideoWorldOptions } from './video/index.ts'

export { builtInApplications, findApplication } from './built-in-applications.ts'
export { fraudSchema, type HandbookEvent, importHandbook, readHandbookEvents } from './fraud/index.ts'
export { createVideoWorld, generateVideoEvents, type VideoWorld, type VideoWorldOptions } from './video/index.ts'

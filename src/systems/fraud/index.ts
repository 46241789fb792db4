export { type HandbookEvent, readHandbookEvents } from './handbook-events.ts'
export { importHandbook } from './import-handbook.ts'
export { fraudSchema } from './schema.ts'

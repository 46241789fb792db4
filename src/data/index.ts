export { type DataDirectory, openDataDirectory } from './data-directory.ts'
export {
  type AppendOptions,
  type AppendResult,
  type EventLog,
  MAX_EVENT_BYTES,
  openEventLog,
} from './event-log.ts'
export { MAX_ID_LENGTH } from './field-check.ts'
export type { CommitListener, LogBatch } from './log-batch.ts'
export type { QuarantinedInput, RefusedInput } from './quarantine.ts'
export type { EventRecord } from './record.ts'
export { Refusal } from './refusal.ts'
export { compileValidator, EARLIEST_AT, FUTURE_TOLERANCE_MS, type Validator } from './validate.ts'

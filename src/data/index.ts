export type { Arrivals } from './arrivals.ts'
export { type CompactOptions, type CompactResult, compact } from './compact-log.ts'
export type { TailCut } from './cut-tail.ts'
export { type DataDirectory, openDataDirectory } from './data-directory.ts'
export { DerivedFile, derivedFolder, derivedFolders, orRefused, removeDerivedFiles } from './derived-file.ts'
export { DEFAULT_HORIZON } from './duplicate-index.ts'
export {
  type AppendOptions,
  type AppendResult,
  type EventLog,
  type EventLogOptions,
  openEventLog,
} from './event-log.ts'
export { MAX_ID_LENGTH } from './field-check.ts'
export type { RecordAt } from './find-subject.ts'
export {
  type ImportedFile,
  type ImportOptions,
  type ImportProgress,
  type ImportResult,
  importFiles,
} from './import/import-files.ts'
export {
  type DelimitedMapping,
  type MappedCell,
  type MappedField,
  type MappedTime,
  requireMapping,
} from './import/mapping.ts'
export { readDelimited } from './import/read-delimited.ts'
export type { Follow, InternalRecord } from './internal-records.ts'
export { LAYOUT_NAMES } from './layouts/known-layouts.ts'
export type { CommitListener, LogBatch } from './log-batch.ts'
export type { RewriteEntry } from './log-storage.ts'
export type { QuarantinedInput, RefusedInput } from './quarantine.ts'
export type { EventRecord } from './record.ts'
export type { RewriteResult, RewriteRule } from './rewrite-rule.ts'
export type { SealedErasure, SealedExports } from './sealed-exports.ts'
export { parseSubject, type Subject } from './subject.ts'

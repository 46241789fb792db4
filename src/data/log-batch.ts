import type { EventRecord } from './record.ts'

/** Neighbouring records, none of them removed: `records[i]` stands at `firstOffset + i`. */
export interface LogBatch {
  readonly firstOffset: number
  readonly records: readonly EventRecord[]
}

/** Called in offset order once records are durable and before their append resolves. Must not throw. */
export type CommitListener = (firstOffset: number, records: readonly EventRecord[]) => void

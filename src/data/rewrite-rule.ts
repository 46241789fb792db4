import type { QuarantinedInput } from './quarantine.ts'
import type { EventRecord } from './record.ts'

/** What a rewrite of the store removes. Offsets stay what they are. */
export interface RewriteRule {
  readonly kind: 'erasure' | 'retention' | 'compaction'
  /** Whether a record goes. It is asked once of every record, or of those of `touches`. */
  drops(record: EventRecord, offset: number): boolean
  /** Offsets between two, both included and rising, that may go: the batches of others are copied as bytes. */
  touches?(fromOffset: number, toOffset: number): Iterable<number>
  /** Whether a quarantined input goes. */
  dropsQuarantined?(input: QuarantinedInput): boolean
  /** When, in milliseconds since the Unix epoch, for the history; the log's clock by default. */
  readonly at?: number
}

/** What a rewrite did. */
export interface RewriteResult {
  /** Records that are gone. */
  readonly removed: number
  readonly byType: Readonly<Record<string, number>>
  readonly quarantineRemoved: number
  readonly batchesBefore: number
  readonly batchesAfter: number
  /** Bytes of the store's file. */
  readonly bytesBefore: number
  readonly bytesAfter: number
}

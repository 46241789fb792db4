import { batchCount, decodeBatch, decodeRecord } from './batch-codec.ts'
import type { LogStorage } from './log-storage.ts'
import type { EventRecord } from './record.ts'
import type { Subject } from './subject.ts'
import { SubjectReferences } from './subject-references.ts'
import { isIntactRow, searchRow } from './subject-row.ts'

/** Records of a batch up to which it is faster to parse them alone. */
const READ_ONE_BY_ONE = 4

/** A record with its place in the log. */
export interface RecordAt {
  readonly offset: number
  readonly record: EventRecord
}

/**
 * The records between two offsets that name a subject, in offset order. The index says which batches may hold one, and
 * the records themselves settle it; a batch without a sound row in the index is read whole.
 *
 * @remarks O(batches of the log + batches that name the subject).
 */
export function* findSubject(
  storage: LogStorage,
  references: SubjectReferences,
  subject: Subject,
  range: { from: number; to: number },
): Generator<RecordAt, void, undefined> {
  const hashes = SubjectReferences.hashesOf(subject)
  for (const { key, from, to } of storage.spans(range.from, range.to)) {
    const positions = candidatePositions(storage, key, hashes)
    const bytes = positions.length === 0 ? undefined : storage.batchAt(key)
    if (bytes === undefined) continue
    const recordAt = recordsAt(key, bytes, positions.length)
    for (const position of positions) {
      const [offset, record] = [key + position, recordAt(position)]
      if (!record || offset < from || offset > to) continue
      if (references.names(record, subject)) yield { offset, record }
    }
  }
}

/** Reads records of a batch: one by one when they are few, otherwise all at once. */
function recordsAt(key: number, bytes: Buffer, count: number): (position: number) => EventRecord | null | undefined {
  if (count <= READ_ONE_BY_ONE) return (position) => decodeRecord(key, bytes, position)
  const records = decodeBatch(key, bytes)
  return (position) => records[position]
}

/** Positions in a batch that the index names; all of them when it says nothing of the batch. */
function candidatePositions(storage: LogStorage, key: number, hashes: readonly number[]): readonly number[] {
  const row = storage.subjectRowAt(key)
  if (row !== undefined && isIntactRow(row)) return searchRow(row, hashes)
  const bytes = storage.batchAt(key)
  return Array.from({ length: bytes === undefined ? 0 : batchCount(bytes) }, (_, position) => position)
}

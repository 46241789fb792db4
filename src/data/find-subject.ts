import { batchCount, decodeBatch } from './batch-codec.ts'
import type { LogStorage } from './log-storage.ts'
import type { EventRecord } from './record.ts'
import type { Subject } from './subject.ts'
import { SubjectReferences } from './subject-references.ts'
import { isIntactRow, searchRow } from './subject-row.ts'

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
    const records = decodeBatch(key, bytes)
    for (const position of positions) {
      const [offset, record] = [key + position, records[position]]
      if (!record || offset < from || offset > to) continue
      if (references.names(record, subject)) yield { offset, record }
    }
  }
}

/** Positions in a batch that the index names; all of them when it says nothing of the batch. */
function candidatePositions(storage: LogStorage, key: number, hashes: readonly number[]): readonly number[] {
  const row = storage.subjectRowAt(key)
  if (row !== undefined && isIntactRow(row)) return searchRow(row, hashes)
  const bytes = storage.batchAt(key)
  return Array.from({ length: bytes === undefined ? 0 : batchCount(bytes) }, (_, position) => position)
}

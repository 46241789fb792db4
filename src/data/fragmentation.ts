import { batchesFor, isSmallBatch } from './batch-builder.ts'
import { batchCount } from './batch-codec.ts'
import type { LogStorage } from './log-storage.ts'

/** Counts the batches of a store, and those that would go if small neighbours were put together. */
export function fragmentationOf(storage: LogStorage, head: number): { batches: number; spare: number; bytes: number } {
  let batches = 0
  let spare = 0
  let run = { batches: 0, records: 0 }
  const endRun = () => {
    spare += run.batches - batchesFor(run.records)
    run = { batches: 0, records: 0 }
  }
  for (const { key } of storage.spans(1, head)) {
    const bytes = storage.batchAt(key)
    if (bytes === undefined) continue
    batches++
    const records = batchCount(bytes)
    if (isSmallBatch(records, bytes.length)) run = { batches: run.batches + 1, records: run.records + records }
    else endRun()
  }
  endRun()
  return { batches, spare: Math.max(0, spare), bytes: storage.bytes }
}

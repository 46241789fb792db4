import { closeSync, fsyncSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isIntactBatch } from './batch-codec.ts'
import { flushFolder } from './directory-manifest.ts'
import { LAST_COMMIT } from './log-facts.ts'
import { type LogStorage, REWRITES } from './log-storage.ts'

/** Name of the fact that tells of the cuts. */
const CUTS = 'cuts'
/** Damaged batches before the last commit that are cut with it; more than that is no torn write. */
const MAX_OLDER_BATCHES = 64
const KEPT_CUTS = 16
const CUT_FILE = /^log-cut-\d+\.bin$/

/** Damaged batches that were taken off the log's end, so that it can be read and written again. */
export interface TailCut {
  /** The first offset that is gone; the next record takes it. */
  readonly fromOffset: number
  readonly batches: number
  /** Name of the file in the data directory that keeps their bytes. */
  readonly file: string
  /** When, in milliseconds since the Unix epoch. */
  readonly at: number
}

/**
 * Looks at the log's end for a write that the disk acknowledged and did not do: damaged batches of the last commit, or
 * behind every sound one. They and what follows them are put into a file and removed. Damage before that is no torn
 * write: it stays, and reading it says where it is.
 *
 * Checkpoints of imports are removed too, so that a file is read again and what was lost of it comes back; and the
 * generation of the log rises, so that nothing that was derived from what is gone is used.
 *
 * @returns undefined when the end is sound
 * @throws SluiceError `DISK_FULL`, `DIRECTORY_CORRUPT` when the store cannot be changed
 * @remarks O(bytes of the last commit)
 */
export function cutDamagedTail(path: string, storage: LogStorage, at: number): TailCut | undefined {
  const damaged = damagedTail(storage)
  const fromOffset = damaged.at(-1)
  if (fromOffset === undefined) return undefined
  const batches = damaged.toReversed().map((key): [number, Buffer] => [key, storage.batchAt(key) ?? Buffer.alloc(0)])
  return recordCut(path, storage, { batches, removed: damaged, fromOffset, at })
}

/** Keeps bytes in a file, takes batches out of the store, and remembers that it was so. */
export function recordCut(
  path: string,
  storage: LogStorage,
  { batches, removed = [], fromOffset, at }: CutBatches,
): TailCut {
  const cut: TailCut = { fromOffset, batches: batches.length, file: `log-cut-${fromOffset}.bin`, at }
  keepBytes(join(path, cut.file), batches)
  flushFolder(path)
  const rewrites = storage.rewrites()
  const checkpoints = storage.facts().filter(([name]) => name.startsWith('checkpoint/import/'))
  storage.cut(removed, {
    set: [
      [CUTS, [...tailCuts(storage), cut].slice(-KEPT_CUTS)],
      [REWRITES, { ...rewrites, generation: rewrites.generation + 1 }],
    ],
    remove: checkpoints.map(([name]) => name),
  })
  return cut
}

/** What is cut off: batches in the order of their offsets, and those of them that the store has. */
interface CutBatches {
  readonly batches: readonly (readonly [firstOffset: number, bytes: Buffer])[]
  readonly removed?: readonly number[]
  readonly fromOffset: number
  readonly at: number
}

/** First offset of what the next opening for writing cuts off; undefined when the log's end is sound. */
export function damagedFrom(storage: LogStorage): number | undefined {
  return damagedTail(storage).at(-1)
}

/** What was cut off this log so far, oldest first; the newest 16. */
export function tailCuts(storage: LogStorage): readonly TailCut[] {
  return (storage.fact(CUTS) ?? []) as readonly TailCut[]
}

/** Deletes the bytes of what was cut: they may name a person who is erased. */
export function removeCutBytes(path: string): void {
  for (const name of readdirSync(path)) if (CUT_FILE.test(name)) rmSync(join(path, name), { force: true })
}

/** Keys of the batches to cut, newest first. */
function damagedTail(storage: LogStorage): number[] {
  const lastCommit = (storage.storedFact(LAST_COMMIT) as number | undefined) ?? Number.POSITIVE_INFINITY
  const seen: number[] = []
  let older = 0
  let cut = 0
  for (const key of storage.keysDown()) {
    const isOlder = key < lastCommit
    if (isOlder && (cut < seen.length || older++ === MAX_OLDER_BATCHES)) break
    seen.push(key)
    if (!isIntactBatch(key, storage.batchAt(key) ?? Buffer.alloc(0))) cut = seen.length
    else if (isOlder) break
  }
  return older > MAX_OLDER_BATCHES ? [] : seen.slice(0, cut)
}

/** The batches in the order of their offsets, each behind its offset (float64) and its length (uint32), little-endian. */
function keepBytes(file: string, batches: CutBatches['batches']): void {
  // Behind what an earlier cut at the same offset may have put there.
  const descriptor = openSync(file, 'a')
  try {
    for (const [key, bytes] of batches) {
      const head = Buffer.alloc(12)
      head.writeDoubleLE(key, 0)
      head.writeUInt32LE(bytes.length, 8)
      writeSync(descriptor, head)
      writeSync(descriptor, bytes)
    }
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

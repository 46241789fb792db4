import { recordCut, type TailCut } from './cut-tail.ts'
import { readJournal, removeJournal } from './journal-file.ts'
import type { NumberedWrites } from './journal-frame.ts'
import type { LogStorage } from './log-storage.ts'
import { mergeWrites } from './pending-commits.ts'

/**
 * Puts into the store what the journal of a writer that ended in the middle has and the store does not; for the writer,
 * before anything is written. The last commit may be torn: then nobody was told that it is on the disk, and it is let
 * go. Whole commits behind one that is missing were acknowledged, and so was that one: the disk lost it, and they are
 * cut off as `cutDamagedTail` cuts.
 *
 * @returns undefined when nothing is missing
 * @throws SluiceError `DISK_FULL`
 * @remarks O(bytes of the journal), at most a few MB
 */
export function takeJournal(path: string, storage: LogStorage, at: number): TailCut | undefined {
  const { frames } = readJournal(path, storage.journaled)
  const count = countFollowing(frames, storage)
  const last = frames.at(-1)
  if (last !== undefined) storage.apply(mergeWrites(frames.slice(0, count).map(({ writes }) => writes)), last.number)
  const lost = frames.slice(count).flatMap(({ writes }) => writes.batches)
  const cut =
    lost.length > 0 ? recordCut(path, storage, { batches: lost, fromOffset: storage.lastOffset() + 1, at }) : undefined
  removeJournal(path)
  return cut
}

/** How many commits follow what the store has, each other, and its records. */
function countFollowing(frames: readonly NumberedWrites[], storage: LogStorage): number {
  const first = storage.journaled + 1
  const from = frames.find(({ writes }) => writes.batches.length > 0)?.writes.batches[0]?.[0]
  // A release that knows no journal wrote here since.
  if (from !== undefined && from <= storage.lastOffset()) return 0
  const gap = frames.findIndex(({ number }, index) => number !== first + index)
  return gap < 0 ? frames.length : gap
}

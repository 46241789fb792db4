import { stat } from 'node:fs/promises'
import type { EventLog, ImportedFile, ImportOptions, ImportResult } from '../../data/index.ts'
import { type HandbookBlock, readHandbookBlocks } from './handbook-events.ts'

/** Events that go into the log together. */
const EVENTS_A_COMMIT = 5_000

type Counts = { -readonly [Name in keyof ImportedFile]: ImportedFile[Name] }

/**
 * Reads the handbook's files into the log, payments and reports merged in the order of time, with rows that are none
 * in the quarantine. All files are read together, because a report of one month stands among the payments of the next.
 * Ids are those of the rows: what an earlier or interrupted import took is passed over as repeated.
 *
 * @throws SluiceError as `readHandbookBlocks`, and `DISK_FULL` as `append`
 */
export async function importHandbook(
  log: EventLog,
  paths: readonly string[],
  { onProgress, signal }: Pick<ImportOptions, 'onProgress' | 'signal'> = {},
): Promise<ImportResult> {
  const progress = new Progress(await sizesOf(paths))
  for await (const block of readHandbookBlocks(paths)) {
    for (let start = 0; start === 0 || start < block.events.length; start += EVENTS_A_COMMIT) {
      signal?.throwIfAborted()
      progress.add(block, await commit(log, block, start))
    }
    onProgress?.(progress.of(block))
  }
  return { ...progress.total(), files: [...progress.files.values()], offset: log.head }
}

async function sizesOf(paths: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path).catch(() => undefined))?.size ?? 0))
  return new Map(paths.map((path, index) => [path, sizes[index]!]))
}

/** Appends a part of a block; what came of it. */
async function commit(log: EventLog, { file, events, refused }: HandbookBlock, start: number) {
  const part = events.slice(start, start + EVENTS_A_COMMIT)
  const unreadable = start === 0 ? refused : []
  const result = await log.append(
    part.map(({ record }) => record),
    {
      source: file,
      original: (index) => part[index]?.original ?? '',
      line: (index) => part[index]?.line ?? 0,
      refused: unreadable,
    },
  )
  return {
    lines: part.filter(({ scenario }) => scenario !== undefined).length + unreadable.length,
    accepted: result.accepted,
    duplicates: result.duplicates,
    rejected: result.rejected.length + unreadable.length,
  }
}

/** How far an import of files in their order is. */
class Progress {
  readonly files = new Map<string, Counts>()
  readonly #sizes: ReadonlyMap<string, number>

  constructor(sizes: ReadonlyMap<string, number>) {
    this.#sizes = sizes
  }

  add({ file }: HandbookBlock, counts: Omit<ImportedFile, 'file' | 'linesBefore'>): void {
    const known = this.files.get(file) ?? { file, lines: 0, accepted: 0, duplicates: 0, rejected: 0, linesBefore: 0 }
    for (const name of ['lines', 'accepted', 'duplicates', 'rejected'] as const) known[name] += counts[name]
    this.files.set(file, known)
  }

  total() {
    const sum = { lines: 0, accepted: 0, duplicates: 0, rejected: 0 }
    for (const counts of this.files.values()) {
      for (const name of ['lines', 'accepted', 'duplicates', 'rejected'] as const) sum[name] += counts[name]
    }
    return sum
  }

  of({ file, bytesRead }: HandbookBlock) {
    const before = [...this.files.keys()].filter((path) => path !== file)
    const bytesBefore = before.reduce((sum, path) => sum + (this.#sizes.get(path) ?? 0), 0)
    const bytesTotal = [...this.#sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
    return { file, bytesRead: bytesBefore + bytesRead, bytesTotal, ...this.total() }
  }
}

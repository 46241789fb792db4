import type { EventLog } from '../event-log.ts'
import { findLayout, layoutFile } from '../layouts/known-layouts.ts'
import type { Layout } from '../layouts/layout.ts'
import { DelimitedLines } from './delimited-lines.ts'
import { findFile, type ImportFile, importIdentity } from './file-identity.ts'
import { jsonLines } from './json-lines.ts'
import { type LineBlock, readBlocks } from './line-blocks.ts'
import { type DelimitedMapping, requireMapping } from './mapping.ts'
import { inOrderOfTime } from './time-order.ts'

export interface ImportOptions {
  /** `ndjson`, the name of a known data set's layout, or a mapping for delimited files. */
  readonly format: string | DelimitedMapping
  /**
   * Whether the rows of a file come into the log in the order of their time, as what is known "as of" an offset asks
   * for. By default those of a named layout do, and others stay in the order of their file.
   */
  readonly sort?: boolean
  /** Called after every commit, some thousand lines apart. */
  readonly onProgress?: (progress: ImportProgress) => void
  /** Stops between two commits; a later import goes on from there. */
  readonly signal?: AbortSignal
}

/** How far an import is, over all its files. */
export interface ImportProgress {
  readonly file: string
  /** Bytes of the files as they lie on the disk. */
  readonly bytesRead: number
  readonly bytesTotal: number
  readonly lines: number
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
}

/** What became of one file. */
export interface ImportedFile {
  readonly file: string
  /** Lines read now; those of an earlier, interrupted import are not among them. */
  readonly lines: number
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
  /** Lines that an earlier import had taken and that were passed over. */
  readonly linesBefore: number
}

export interface ImportResult {
  readonly files: readonly ImportedFile[]
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
  /** The log's head afterwards. */
  readonly offset: number
}

type Counts = { -readonly [Name in 'lines' | 'accepted' | 'duplicates' | 'rejected']: number }
type Report = (file: ImportFile, bytesRead: number, counts: Counts) => void

/**
 * Reads files into the log: NDJSON, a named layout or delimited by a mapping, each compressed with gzip or not.
 *
 * What does not fit goes to the quarantine with its line. Every commit also stores how many lines are done, so that
 * an import that was interrupted goes on where it stopped, and a finished file is passed over. Files of a layout are
 * read with entities first and, file by file, in the order of time: the files of a data set are often shuffled.
 *
 * @throws SluiceError `FILE_NOT_FOUND` before anything is read; `FILE_UNREADABLE` when a gzip file is cut, after its
 * whole lines were taken; `INVALID_ARGUMENT` for a wrong mapping, an unknown layout or a file it does not know;
 * `DISK_FULL` as `append`, the lines committed before it stay
 * @remarks 100,000 lines a second and more; memory is bounded by a few pieces of 256 KiB and their lines, but for a
 * file that is sorted: its text and about 100 bytes a row.
 */
export async function importFiles(
  log: EventLog,
  paths: readonly string[],
  { format, sort, onProgress, signal }: ImportOptions,
): Promise<ImportResult> {
  const files = await Promise.all(paths.map(findFile))
  const tasks = planImport(files, format, sort)
  const bytesTotal = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const done: ImportedFile[] = []
  let bytesBefore = 0
  const report: Report = (file, bytesRead, counts) => {
    const sum = sumCounts([...done, counts])
    onProgress?.({ file: file.path, bytesRead: bytesBefore + bytesRead, bytesTotal, ...sum })
  }
  for (const task of tasks) {
    done.push(await importFile(log, task, report, signal))
    bytesBefore += task.file.bytes
  }
  const { accepted, duplicates, rejected } = sumCounts(done)
  return { files: done, accepted, duplicates, rejected, offset: log.head }
}

interface Task {
  readonly file: ImportFile
  /** Undefined: NDJSON. */
  readonly mapping: DelimitedMapping | undefined
  readonly isSorted: boolean
}

function planImport(
  files: readonly ImportFile[],
  format: string | DelimitedMapping,
  sort: boolean | undefined,
): Task[] {
  const isSorted = sort ?? false
  if (format === 'ndjson') return files.map((file) => ({ file, mapping: undefined, isSorted }))
  if (typeof format === 'string') return planLayout(files, findLayout(format), sort ?? true)
  const mapping = requireMapping(format)
  return files.map((file) => ({ file, mapping, isSorted }))
}

function planLayout(files: readonly ImportFile[], layout: Layout, isSorted: boolean): Task[] {
  return files
    .map((file) => ({ file, part: layoutFile(layout, file.name) }))
    .sort((a, b) => layout.files.indexOf(a.part) - layout.files.indexOf(b.part))
    .map(({ file, part: { mapping } }) => ({ file, mapping, isSorted: isSorted && 'column' in mapping.at }))
}

async function importFile(
  log: EventLog,
  { file, mapping, isSorted }: Task,
  report: Report,
  signal: AbortSignal | undefined,
): Promise<ImportedFile> {
  const format = mapping ?? 'ndjson'
  const checkpoint = `import/${await importIdentity(file, isSorted ? { format, isSorted } : format)}`
  const { lines: linesBefore, isDone } = readCheckpoint(log, checkpoint)
  const counts: Counts = { lines: 0, accepted: 0, duplicates: 0, rejected: 0 }
  if (isDone) return { file: file.path, ...counts, linesBefore }
  const reader = mapping === undefined ? jsonLines(file.name) : new DelimitedLines(file.name, mapping)
  const encoding = mapping?.encoding
  const blocks = isSorted
    ? inOrderOfTime(readBlocks(file, reader, { encoding, linesBefore: 0 }), reader, { linesBefore, bytes: file.bytes })
    : readBlocks(file, reader, { encoding, linesBefore })
  let committing: Promise<void> = Promise.resolve()
  try {
    for await (const block of blocks) {
      // The next block is read while this one is written; but it is handed on only when this one is safe, so that a
      // checkpoint never runs ahead of what is stored.
      await committing
      signal?.throwIfAborted()
      committing = commitBlock(log, file, checkpoint, block, counts).then(() => report(file, block.bytesRead, counts))
      committing.catch(() => undefined)
    }
  } finally {
    await committing
  }
  return { file: file.path, ...counts, linesBefore }
}

async function commitBlock(
  log: EventLog,
  file: ImportFile,
  checkpoint: string,
  { records, refused, lastLine, lines, isLast }: LineBlock,
  counts: Counts,
): Promise<void> {
  const result = await log.append(
    records.map(({ record }) => record),
    {
      source: file.name,
      original: (index) => records[index]?.original ?? '',
      line: (index) => records[index]?.line ?? 0,
      refused,
      checkpoint: { name: checkpoint, value: { lines: lastLine, isDone: isLast } },
    },
  )
  counts.lines += lines
  counts.accepted += result.accepted
  counts.duplicates += result.duplicates
  counts.rejected += result.rejected.length + refused.length
}

function readCheckpoint(log: EventLog, name: string): { lines: number; isDone: boolean } {
  return (log.checkpoint(name) ?? { lines: 0, isDone: false }) as { lines: number; isDone: boolean }
}

function sumCounts(parts: readonly Counts[]): Counts {
  const sum: Counts = { lines: 0, accepted: 0, duplicates: 0, rejected: 0 }
  for (const part of parts) {
    sum.lines += part.lines
    sum.accepted += part.accepted
    sum.duplicates += part.duplicates
    sum.rejected += part.rejected
  }
  return sum
}

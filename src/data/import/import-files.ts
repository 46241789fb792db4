import type { EventLog } from '../event-log.ts'
import { findLayout, layoutFile } from '../layouts/known-layouts.ts'
import type { Layout } from '../layouts/layout.ts'
import type { RefusedInput } from '../quarantine.ts'
import { DelimitedLines } from './delimited-lines.ts'
import { readFileChunks } from './file-chunks.ts'
import { findFile, type ImportFile, importIdentity } from './file-identity.ts'
import { jsonLines } from './json-lines.ts'
import type { LineReader, ReadRecord } from './line-reader.ts'
import { type Line, LineSplitter, type UnreadableLine } from './line-splitter.ts'
import { type DelimitedMapping, requireMapping } from './mapping.ts'

export interface ImportOptions {
  /** `ndjson`, the name of a known data set's layout, or a mapping for delimited files. */
  readonly format: string | DelimitedMapping
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
 * read with entities first.
 *
 * @throws SluiceError `FILE_NOT_FOUND` before anything is read; `FILE_UNREADABLE` when a gzip file is cut, after its
 * whole lines were taken; `INVALID_ARGUMENT` for a wrong mapping, an unknown layout or a file it does not know;
 * `DISK_FULL` as `append`, the lines committed before it stay
 * @remarks 100,000 lines a second and more; memory is bounded by a few pieces of 256 KiB and their lines.
 */
export async function importFiles(
  log: EventLog,
  paths: readonly string[],
  { format, onProgress, signal }: ImportOptions,
): Promise<ImportResult> {
  const files = await Promise.all(paths.map(findFile))
  const tasks = planImport(files, format)
  const bytesTotal = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const done: ImportedFile[] = []
  let bytesBefore = 0
  const report: Report = (file, bytesRead, counts) => {
    const sum = sumCounts([...done, counts])
    onProgress?.({ file: file.path, bytesRead: bytesBefore + bytesRead, bytesTotal, ...sum })
  }
  for (const { file, mapping } of tasks) {
    done.push(await importFile(log, file, mapping, report, signal))
    bytesBefore += file.bytes
  }
  const { accepted, duplicates, rejected } = sumCounts(done)
  return { files: done, accepted, duplicates, rejected, offset: log.head }
}

interface Task {
  readonly file: ImportFile
  /** Undefined: NDJSON. */
  readonly mapping: DelimitedMapping | undefined
}

function planImport(files: readonly ImportFile[], format: string | DelimitedMapping): Task[] {
  if (format === 'ndjson') return files.map((file) => ({ file, mapping: undefined }))
  if (typeof format !== 'string') {
    const mapping = requireMapping(format)
    return files.map((file) => ({ file, mapping }))
  }
  return planLayout(files, findLayout(format))
}

function planLayout(files: readonly ImportFile[], layout: Layout): Task[] {
  return files
    .map((file) => ({ file, part: layoutFile(layout, file.name) }))
    .sort((a, b) => layout.files.indexOf(a.part) - layout.files.indexOf(b.part))
    .map(({ file, part }) => ({ file, mapping: part.mapping }))
}

async function importFile(
  log: EventLog,
  file: ImportFile,
  mapping: DelimitedMapping | undefined,
  report: Report,
  signal: AbortSignal | undefined,
): Promise<ImportedFile> {
  const checkpoint = `import/${await importIdentity(file, mapping ?? 'ndjson')}`
  const { lines: linesBefore, isDone } = readCheckpoint(log, checkpoint)
  const counts: Counts = { lines: 0, accepted: 0, duplicates: 0, rejected: 0 }
  if (isDone) return { file: file.path, ...counts, linesBefore }
  let committing: Promise<void> = Promise.resolve()
  try {
    for await (const block of readBlocks(file, mapping, linesBefore)) {
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

/** Some lines of a file, read. */
interface Block {
  readonly records: ReadRecord[]
  readonly refused: RefusedInput[]
  /** Lines of the file that are done with when this block is stored. */
  lastLine: number
  /** Lines first read in this block. */
  lines: number
  bytesRead: number
  /** Whether the file ends with it. */
  isLast: boolean
}

async function commitBlock(
  log: EventLog,
  file: ImportFile,
  checkpoint: string,
  { records, refused, lastLine, lines, isLast }: Block,
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

async function* readBlocks(
  file: ImportFile,
  mapping: DelimitedMapping | undefined,
  linesBefore: number,
): AsyncGenerator<Block, void, undefined> {
  const splitter = new LineSplitter(mapping?.encoding)
  const reader = mapping === undefined ? jsonLines(file.name) : new DelimitedLines(file.name, mapping)
  let line = 0
  let bytesRead = 0
  const read = (lines: readonly Line[]): Block => {
    const block = readLines(reader, lines, line, linesBefore)
    line += lines.length
    return Object.assign(block, { bytesRead, lastLine: Math.max(linesBefore, (reader.openLine ?? line + 1) - 1) })
  }
  // When a cut file throws here, what stands behind its last line feed is no line: it is left out.
  for await (const chunk of readFileChunks(file.path)) {
    bytesRead = chunk.bytesRead
    const block = read(splitter.push(chunk.bytes))
    if (block.lines > 0) yield block
  }
  const last = read(splitter.finish())
  const rest = reader.finish()
  if (rest) last.refused.push(rest)
  yield { ...last, lastLine: Math.max(linesBefore, line), bytesRead: file.bytes, isLast: true }
}

function readLines(reader: LineReader, lines: readonly Line[], before: number, linesBefore: number): Block {
  const block: Block = { records: [], refused: [], lines: 0, lastLine: before, bytesRead: 0, isLast: false }
  lines.forEach((text, index) => {
    const line = before + index + 1
    // The first line may name the columns, so it is always looked at.
    if (line <= linesBefore && line > 1) return
    const read = typeof text === 'string' ? reader.read(text, line) : unreadable(text, line)
    if (line <= linesBefore) return
    block.lines++
    if (read === undefined) return
    if ('record' in read) block.records.push(read)
    else block.refused.push(read)
  })
  return block
}

function unreadable({ bytes, reason }: UnreadableLine, line: number): RefusedInput {
  const message =
    reason === 'too long'
      ? `line ${line}: expected at most 1 MiB, got more; split it`
      : `line ${line}: expected UTF-8, got other bytes; convert the file, or set the mapping's encoding to latin1`
  return { code: reason === 'too long' ? 'EVENT_TOO_LARGE' : 'MALFORMED_ROW', message, original: bytes, line }
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

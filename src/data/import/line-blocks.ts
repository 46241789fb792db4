import type { RefusedInput } from '../quarantine.ts'
import { readFileChunks } from './file-chunks.ts'
import type { ImportFile } from './file-identity.ts'
import type { LineReader, ReadRecord } from './line-reader.ts'
import { type Line, LineSplitter, type UnreadableLine } from './line-splitter.ts'

/** Some lines of a file, read. */
export interface LineBlock {
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

/**
 * Reads a file block by block.
 *
 * @param options.linesBefore - lines that are passed over
 * @throws SluiceError `FILE_UNREADABLE` when a gzip file is cut or damaged, after everything before that was given
 */
export async function* readBlocks(
  file: ImportFile,
  reader: LineReader,
  { encoding, linesBefore }: { encoding: 'utf8' | 'latin1' | undefined; linesBefore: number },
): AsyncGenerator<LineBlock, void, undefined> {
  const splitter = new LineSplitter(encoding)
  let line = 0
  let bytesRead = 0
  const read = (lines: readonly Line[]): LineBlock => {
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

function readLines(reader: LineReader, lines: readonly Line[], before: number, linesBefore: number): LineBlock {
  const block: LineBlock = { records: [], refused: [], lines: 0, lastLine: before, bytesRead: 0, isLast: false }
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

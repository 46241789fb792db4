import { assert, isSluiceError } from '../../foundation/index.ts'
import type { RefusedInput } from '../quarantine.ts'
import type { LineBlock } from './line-blocks.ts'
import type { LineReader, ReadRecord } from './line-reader.ts'

const ROWS_A_BLOCK = 5_000

/** A row that waits for its turn: its text, because that is smaller than its record. */
interface WaitingRow {
  readonly at: number
  readonly text: string
  readonly line: number
}

/**
 * The rows of a whole file in the order of their time; rows of one time stay in the order of the file, and rows whose
 * time is no number, which the log will refuse, come last. `lastLine` then counts in this order, which is the same at
 * every reading, so an import that stopped can go on.
 *
 * A file that breaks off gives what it has, in order, before its error is thrown.
 *
 * @param blocks - the file from its first line
 * @param options.linesBefore - rows of this order that are passed over
 */
export async function* inOrderOfTime(
  blocks: AsyncIterable<LineBlock>,
  reader: LineReader,
  { linesBefore, bytes }: { linesBefore: number; bytes: number },
): AsyncGenerator<LineBlock, void, undefined> {
  const rows: WaitingRow[] = []
  const refused: RefusedInput[] = []
  let lines = 0
  let fault: unknown
  try {
    for await (const block of blocks) {
      for (const { record, original, line } of block.records) rows.push({ at: timeOf(record), text: original, line })
      refused.push(...block.refused)
      lines += block.lines
    }
  } catch (error) {
    if (!isSluiceError(error, 'FILE_UNREADABLE')) throw error
    fault = error
  }
  rows.sort((a, b) => (a.at === b.at ? a.line - b.line : a.at - b.at))
  const otherLines = lines - rows.length
  for (let start = linesBefore; start < rows.length || start === 0; start += ROWS_A_BLOCK) {
    const end = Math.min(rows.length, start + ROWS_A_BLOCK)
    const isLast = end === rows.length && fault === undefined
    yield {
      records: rows.slice(start, end).map((row) => readAgain(reader, row)),
      refused: start === 0 ? refused : [],
      lastLine: end,
      lines: end - start + (start === 0 ? otherLines : 0),
      bytesRead: end === rows.length ? bytes : Math.floor((bytes * end) / rows.length),
      isLast,
    }
  }
  if (fault !== undefined) throw fault
}

function timeOf(record: unknown): number {
  const { at } = (record ?? {}) as { at?: unknown }
  return typeof at === 'number' && Number.isFinite(at) ? at : Number.POSITIVE_INFINITY
}

function readAgain(reader: LineReader, { text, line }: WaitingRow): ReadRecord {
  const read = reader.read(text, line)
  assert(read !== undefined && 'record' in read, 'a row that was read can be read again')
  return read
}

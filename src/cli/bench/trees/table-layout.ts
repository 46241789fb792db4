import { SluiceError } from '../../../foundation/index.ts'
import { malformedRow } from '../read-lines.ts'
import { numberOf } from './cell-number.ts'

const NEWLINE = 10

/** What the first lines of a table say about it. */
export interface TableLook {
  /** One byte; absent for LibSVM. */
  readonly separator?: number | undefined
  /** Cells of a row; 0 for LibSVM. */
  readonly columnCount: number
  /** Names of all columns, when the first line holds them. */
  readonly header?: readonly string[] | undefined
  /** Where the rows begin. */
  readonly bodyStart: number
}

/**
 * Tells LibSVM, tabs and commas apart, and a header from a row: a header has a cell that is no number.
 *
 * @param start - the first lines of the file, whole
 * @param hasHeader - whether the first line is one; absent: told by its cells
 * @throws SluiceError `MALFORMED_ROW` for a first line with nothing to cut it at; `NO_TRAINING_DATA` for an empty one
 */
export function lookAtTable(file: string, start: Uint8Array, hasHeader?: boolean): TableLook {
  const firstEnd = start.indexOf(NEWLINE) + 1
  const secondEnd = start.indexOf(NEWLINE, firstEnd) + 1
  const first = textOf(start.subarray(0, firstEnd))
  const second = textOf(start.subarray(firstEnd, secondEnd))
  if (isLibSvm(first)) return { columnCount: 0, bodyStart: 0 }
  if (isLibSvm(second)) return { columnCount: 0, bodyStart: hasHeader ? firstEnd : 0 }
  const separator = /[\t,]/.exec(first)?.[0]
  if (separator === undefined) {
    throw malformedRow(file, 1, 'cells with tabs or commas between, or LibSVM', JSON.stringify(first.slice(0, 40)))
  }
  const cells = first.split(separator).map((cell) => cell.trim())
  const look = { separator: separator.charCodeAt(0), columnCount: cells.length }
  const isHeader = hasHeader ?? cells.some((cell) => numberOf(cell) === undefined)
  return isHeader ? { ...look, header: cells, bodyStart: firstEnd } : { ...look, bodyStart: 0 }
}

/** The column of the label by its place or its name. */
export function labelColumn(file: string, look: TableLook, label: number | string = 0): number {
  const isLibSvm = look.separator === undefined
  const column = typeof label === 'number' ? label : (look.header?.indexOf(label) ?? -1)
  if (isLibSvm ? column === 0 : column >= 0 && column < look.columnCount) return column
  const expected = isLibSvm
    ? 'the label in column 0, as LibSVM has it'
    : look.header
      ? `the name of a column or a number below ${look.columnCount}`
      : `a number below ${look.columnCount}, for there is no header`
  throw new SluiceError('INVALID_ARGUMENT', `label column of ${file}: expected ${expected}, got ${label}`)
}

function isLibSvm(line: string): boolean {
  return /^\S+[ \t]+(qid:\S+([ \t]|$)|\d+:)/.test(line)
}

function textOf(line: Uint8Array): string {
  return new TextDecoder().decode(line).trimEnd()
}

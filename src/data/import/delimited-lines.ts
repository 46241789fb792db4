import { isOpenRow, parseDate, parseQuotedRow, SluiceError } from '../../foundation/index.ts'
import type { RefusedInput } from '../quarantine.ts'
import { parseBoolean, parseNumber, yearInText } from './cell-value.ts'
import { type LineReader, lineId, type ReadRecord } from './line-reader.ts'
import { cellColumns, type DelimitedMapping, type MappedCell, type MappedField, requiredColumns } from './mapping.ts'

/** Longest row over several lines; an unclosed quote must not swallow the file. */
const MAX_ROW_CHARACTERS = 65_536

type Cells = readonly string[]
type CellReader = (cells: Cells) => unknown

/** Reads a delimited file by a mapping that {@link requireMapping} has accepted. */
export class DelimitedLines implements LineReader {
  readonly #fileName: string
  readonly #mapping: DelimitedMapping
  readonly #isQuoted: boolean
  #columns: readonly string[] | undefined
  #makeRecord: ((cells: Cells, line: number, text: string) => unknown) | undefined
  #open = ''
  #openLine: number | undefined

  constructor(fileName: string, mapping: DelimitedMapping) {
    this.#fileName = fileName
    this.#mapping = mapping
    this.#isQuoted = mapping.quoted ?? mapping.delimiter === ','
    if (mapping.header !== true) this.#useColumns(mapping.header)
  }

  get openLine(): number | undefined {
    return this.#openLine
  }

  /** @throws SluiceError `INVALID_ARGUMENT` when the first line does not name the columns that the mapping reads */
  read(text: string, line: number): ReadRecord | RefusedInput | undefined {
    const row = this.#openLine === undefined ? text : `${this.#open}\n${text}`
    const firstLine = this.#openLine ?? line
    if (row === '') return undefined
    if (this.#isQuoted && row.includes('"') && isOpenRow(row) && row.length <= MAX_ROW_CHARACTERS) {
      this.#open = row
      this.#openLine = firstLine
      return undefined
    }
    this.#openLine = undefined
    return this.#readRow(row, firstLine)
  }

  finish(): RefusedInput | undefined {
    if (this.#openLine === undefined) return undefined
    const line = this.#openLine
    this.#openLine = undefined
    return malformed(line, this.#open, 'a quote that is closed', 'the end of the file')
  }

  #readRow(row: string, line: number): ReadRecord | RefusedInput | undefined {
    const { delimiter } = this.#mapping
    const cells = this.#isQuoted ? parseQuotedRow(row, delimiter) : row.split(delimiter)
    if (cells === undefined) return malformed(line, row, 'quotes by RFC 4180', 'one that is open or ends too soon')
    if (this.#columns === undefined || this.#makeRecord === undefined) {
      this.#useColumns(cells)
      return undefined
    }
    if (cells.length !== this.#columns.length) {
      return malformed(line, row, `${this.#columns.length} cells (${this.#columns.join(', ')})`, `${cells.length}`)
    }
    return { record: this.#makeRecord(cells, line, row), original: row, line }
  }

  #useColumns(columns: readonly string[]): void {
    const missing = requiredColumns(this.#mapping).filter((column) => !columns.includes(column))
    if (missing.length > 0) {
      throw new SluiceError(
        'INVALID_ARGUMENT',
        `${this.#fileName}: expected the columns ${missing.join(', ')}, got ${columns.slice(0, 30).join(', ')}; correct the mapping or its delimiter`,
      )
    }
    this.#columns = columns
    this.#makeRecord = compileRow(this.#mapping, columns, this.#fileName)
  }
}

function compileRow(
  { type, id, at, fields }: DelimitedMapping,
  columns: readonly string[],
  fileName: string,
): (cells: Cells, line: number, text: string) => unknown {
  const place = (column: string) => columns.indexOf(column)
  const idPlace = id === undefined ? -1 : place(id)
  const readers = Object.entries(fields).map(([name, field]) => [name, compileField(field, place)] as const)
  const readAt = compileTime(at, place)
  return (cells, line, text) => {
    const key = cells[idPlace] || lineId(fileName, line, text)
    const record: Record<string, unknown> = { id: key, type, at: readAt(cells) }
    for (const [name, read] of readers) {
      const value = read(cells)
      if (value !== undefined) record[name] = value
    }
    return record
  }
}

function compileTime(at: DelimitedMapping['at'], place: (column: string) => number): CellReader {
  if ('constant' in at) return () => at.constant
  if (at.unit === 'date') return compileField({ column: at.column, as: 'date' }, place)
  return compileField({ column: at.column, as: 'number', scale: at.unit === 's' ? 1000 : 1 }, place)
}

function compileField(field: string | MappedField, place: (column: string) => number): CellReader {
  if (typeof field === 'string') return ofCell(place(field), (text) => text)
  if (!('firstOf' in field)) return compileCell(field, place)
  const present = field.firstOf.filter((cell) => cellColumns(cell).every((column) => place(column) >= 0))
  const readers = present.map((cell) => compileCell(cell, place))
  return (cells) => {
    for (const read of readers) {
      const value = read(cells)
      if (value !== undefined) return value
    }
    return undefined
  }
}

function compileCell(field: MappedCell, place: (column: string) => number): CellReader {
  if (field.as === 'flags') {
    const flags = field.columns.map((name) => [name, place(name)] as const)
    return (cells) => flags.flatMap(([name, index]) => (cells[index] === '1' ? [name] : []))
  }
  const index = place(field.column)
  switch (field.as) {
    case 'number':
      return ofCell(index, (text) => parseNumber(text, field.scale))
    case 'boolean':
      return ofCell(index, parseBoolean)
    case 'date':
      return ofCell(index, (text) => parseDate(text) ?? text)
    case 'year-in-text':
      return ofCell(index, yearInText)
    case 'list':
      return ofCell(index, (text) => splitList(text, field.separator, field.except ?? []))
    default:
      return ofCell(index, (text) => text)
  }
}

/** An empty cell is an absent value. */
function ofCell(index: number, parse: (text: string) => unknown): CellReader {
  return (cells) => {
    const text = cells[index]
    return text === undefined || text === '' ? undefined : parse(text)
  }
}

function splitList(text: string, separator: string, except: readonly string[]): string[] {
  return text
    .split(separator)
    .map((value) => value.trim())
    .filter((value) => value !== '' && !except.includes(value))
}

function malformed(line: number, original: string, expected: string, got: string): RefusedInput {
  const message = `line ${line}: expected ${expected}, got ${got}; correct the row or the mapping's delimiter`
  return { code: 'MALFORMED_ROW', message, original, line }
}

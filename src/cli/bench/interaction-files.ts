import type { InteractionPairs } from './interaction-pairs.ts'
import { malformedRow, type NumberedLine, readLines } from './read-lines.ts'

/**
 * Reads LightGCN's layout: a line a user, `user item item ...`, all of them numbers from 0 with blanks between. Blank
 * lines are passed over; a user without items is one who has nothing there.
 *
 * @throws SluiceError `MALFORMED_ROW` with the line where a word is no number or a user has a second line, or when the
 * file holds no interaction; what {@link readLines} throws
 */
export async function readLightGcnFile(file: string): Promise<InteractionPairs> {
  const users: number[] = []
  const items: number[] = []
  const seen = new Map<number, number>()
  for (const line of await readLines(file)) {
    const [user = 0, ...met] = line.text
      .trim()
      .split(/\s+/)
      .map((word) => wholeNumber(word, file, line))
    const first = seen.get(user)
    if (first !== undefined)
      throw malformedRow(file, line.number, 'one line a user', `user ${user} of line ${first} again`)
    seen.set(user, line.number)
    for (const item of met) {
      users.push(user)
      items.push(item)
    }
  }
  if (items.length === 0) throw malformedRow(file, 1, 'interactions', 'none in the whole file')
  return { users: Int32Array.from(users), items: Int32Array.from(items) }
}

/** The columns that hold who and what, and which rows count. */
export interface PairColumns {
  readonly user: string
  readonly item: string
  /** The column that holds when, as a number; absent: it is not read. */
  readonly time?: string | undefined
  /** The names of the columns of a file that has no header. */
  readonly names?: readonly string[] | undefined
  /** Only rows whose number in this column is at least `value` count. */
  readonly atLeast?: { readonly column: string; readonly value: number } | undefined
}

/** Numbers names in the order in which they come up. */
export class NameNumbers {
  readonly #numbers = new Map<string, number>()

  get size(): number {
    return this.#numbers.size
  }

  of(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#numbers.size)
    return this.#numbers.size - 1
  }
}

/**
 * Reads a file whose fields are separated by tabs, `::` or commas, whichever of these its first line has first in this
 * order; fields are not quoted. The first line names the columns unless `columns.names` does. Columns that are not asked
 * for are passed over.
 *
 * @param names - numbers that files of one data set share
 * @throws SluiceError `MALFORMED_ROW` with the line, or when no row is left; what {@link readLines} throws
 */
export async function readDelimitedFile(
  file: string,
  columns: PairColumns,
  names: { users: NameNumbers; items: NameNumbers },
): Promise<InteractionPairs> {
  const lines = await readLines(file)
  const first = lines[0]
  if (!first) throw malformedRow(file, 1, columns.names ? 'interactions' : 'a header', 'an empty file')
  const separator = ['\t', '::'].find((mark) => first.text.includes(mark)) ?? ','
  const fields = columns.names ?? first.text.split(separator)
  const rows = columns.names ? lines : lines.slice(1)
  const read = (line: NumberedLine) => ({ line, fields: fieldsOf(line, separator, fields.length, file) })
  const counted = rows.map(read).filter(rowFilter(columns, fields, file))
  if (counted.length === 0) throw malformedRow(file, 1, 'interactions', 'none in the whole file')
  const [user, item] = [columnOf(columns.user, fields, file), columnOf(columns.item, fields, file)]
  const time = columns.time === undefined ? undefined : columnOf(columns.time, fields, file)
  return {
    users: Int32Array.from(counted, (row) => names.users.of(row.fields[user]!)),
    items: Int32Array.from(counted, (row) => names.items.of(row.fields[item]!)),
    times:
      time === undefined ? undefined : Float64Array.from(counted, (row) => number(row.fields[time]!, file, row.line)),
  }
}

interface ReadRow {
  readonly line: NumberedLine
  readonly fields: readonly string[]
}

function rowFilter({ atLeast }: PairColumns, fields: readonly string[], file: string): (row: ReadRow) => boolean {
  if (!atLeast) return () => true
  const column = columnOf(atLeast.column, fields, file)
  return (row) => number(row.fields[column]!, file, row.line) >= atLeast.value
}

function columnOf(name: string, fields: readonly string[], file: string): number {
  const column = fields.indexOf(name)
  if (column < 0) throw malformedRow(file, 1, `a header with the column ${name}`, JSON.stringify(fields.join(' ')))
  return column
}

function fieldsOf(line: NumberedLine, separator: string, count: number, file: string): string[] {
  const fields = line.text.split(separator)
  if (fields.length !== count) throw malformedRow(file, line.number, `${count} fields`, `${fields.length}`)
  return fields
}

function wholeNumber(word: string, file: string, line: NumberedLine): number {
  if (/^\d{1,9}$/.test(word)) return Number(word)
  throw malformedRow(file, line.number, 'whole numbers from 0 with blanks between', JSON.stringify(word.slice(0, 40)))
}

function number(word: string, file: string, line: NumberedLine): number {
  const value = word.trim() === '' ? Number.NaN : Number(word)
  if (Number.isFinite(value)) return value
  throw malformedRow(file, line.number, 'a number', JSON.stringify(word.slice(0, 40)))
}

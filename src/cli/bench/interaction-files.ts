import type { InteractionPairs } from './interaction-pairs.ts'
import { malformedRow, type NumberedLine, readLines } from './read-lines.ts'

/**
 * Reads LightGCN's layout: a line a user, `user item item ...`, all of them numbers from 0 with blanks between.
 *
 * @throws SluiceError `MALFORMED_ROW` with the line; what {@link readLines} throws
 */
export async function readLightGcnFile(file: string): Promise<InteractionPairs> {
  const users: number[] = []
  const items: number[] = []
  for (const line of await readLines(file)) {
    const [user = 0, ...met] = line.text
      .trim()
      .split(/\s+/)
      .map((word) => wholeNumber(word, file, line))
    for (const item of met) {
      users.push(user)
      items.push(item)
    }
  }
  return { users: Int32Array.from(users), items: Int32Array.from(items) }
}

/** The columns that hold who and what. */
export interface PairColumns {
  readonly user: string
  readonly item: string
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
 * Reads a file with a header, its fields separated by tabs, or by commas where the header has no tab; fields are not
 * quoted. Other columns than the two are passed over.
 *
 * @param names - numbers that files of one data set share
 * @throws SluiceError `MALFORMED_ROW` with the line; what {@link readLines} throws
 */
export async function readDelimitedFile(
  file: string,
  columns: PairColumns,
  names: { users: NameNumbers; items: NameNumbers },
): Promise<InteractionPairs> {
  const [header, ...lines] = await readLines(file)
  if (!header) throw malformedRow(file, 1, 'a header', 'an empty file')
  const separator = header.text.includes('\t') ? '\t' : ','
  const fields = header.text.split(separator)
  const [user, item] = [columnOf(columns.user, fields, file), columnOf(columns.item, fields, file)]
  const rows = lines.map((line) => fieldsOf(line, separator, fields.length, file))
  return {
    users: Int32Array.from(rows, (row) => names.users.of(row[user]!)),
    items: Int32Array.from(rows, (row) => names.items.of(row[item]!)),
  }
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

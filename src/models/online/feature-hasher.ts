import { hashInteger, hashString, SluiceError } from '../../foundation/index.ts'
import type { SparseRows } from '../sparse-rows.ts'

/** A category, several of them, a number, or nothing known (`null`, `undefined`, NaN, an empty list). */
export type HashedValue = string | number | boolean | readonly string[] | null | undefined

export interface HashedColumns {
  /** The names of a row's values, in their order. */
  readonly columns: readonly string[]
  /** Which columns also count together: `[['user', 'item']]` has a weight for every pair that occurs. */
  readonly crosses?: readonly (readonly string[])[] | undefined
  /** The features are numbered below 2^bits; from 1 to 28, 20 by default. */
  readonly bits?: number | undefined
}

/** The non-zero entries of one row. */
export interface HashedRow {
  readonly indices: Uint32Array
  readonly values: Float64Array
}

/** One thing that a column says about a row, before it is cut to the number of bits. */
interface Token {
  readonly hash: number
  readonly value: number
}

/** Where the weight of a number as such is hashed from; a category's text is hashed otherwise. */
const NUMBER = 0x6e756d62

/**
 * Turns rows of named columns into sparse rows of a fixed width, without a dictionary: a category becomes a 1 in the
 * slot of its hash, a number its value in the slot of its column, and a cross the product of one of each of its
 * columns in the slot of all their hashes. What is not known has no entry. Two categories that meet in a slot share its
 * weight: among n categories each does so with a probability of about n / 2^bits.
 *
 * The same columns and row give the same entries everywhere.
 *
 * @see Weinberger et al. 2009, ICML, without the random sign, which costs what one-hot rows gain from being positive.
 */
export class FeatureHasher {
  readonly columns: readonly string[]
  readonly crosses: readonly (readonly string[])[]
  readonly bits: number
  readonly featureCount: number
  readonly #seeds: readonly number[]
  readonly #crossed: readonly (readonly number[])[]

  /** @throws SluiceError `INVALID_ARGUMENT` at a cross of unknown or too few columns, a name twice, bits out of range */
  constructor({ columns, crosses = [], bits = 20 }: HashedColumns) {
    if (new Set(columns).size < columns.length) throw refusal('columns', 'names that differ', columns.join(', '))
    if (!Number.isInteger(bits) || bits < 1 || bits > 28) throw refusal('bits', 'a whole number from 1 to 28', bits)
    this.columns = [...columns]
    this.crosses = crosses.map((cross) => [...cross])
    this.bits = bits
    this.featureCount = 2 ** bits
    this.#seeds = columns.map((name) => hashString(name))
    this.#crossed = crosses.map((cross) => positionsOf(cross, columns))
  }

  /**
   * @param row - a value a column
   * @throws SluiceError `SHAPE_MISMATCH` at a row of another length, `NOT_FINITE` at an infinite number
   */
  hash(row: readonly HashedValue[]): HashedRow {
    const tokens = this.#tokens(row)
    return {
      indices: Uint32Array.from(tokens, ({ hash }) => hash >>> (32 - this.bits)),
      values: Float64Array.from(tokens, ({ value }) => value),
    }
  }

  /** The same for many rows. */
  hashRows(table: readonly (readonly HashedValue[])[]): SparseRows {
    const rows = table.map((row) => this.#tokens(row))
    const starts = new Uint32Array(rows.length + 1)
    rows.forEach((tokens, row) => {
      starts[row + 1] = starts[row]! + tokens.length
    })
    const all = rows.flat()
    return {
      rowCount: rows.length,
      featureCount: this.featureCount,
      starts,
      indices: Uint32Array.from(all, ({ hash }) => hash >>> (32 - this.bits)),
      values: Float64Array.from(all, ({ value }) => value),
    }
  }

  #tokens(row: readonly HashedValue[]): Token[] {
    if (row.length !== this.columns.length) {
      throw new SluiceError(
        'SHAPE_MISMATCH',
        `row to hash: expected ${this.columns.length} values, got ${row.length}; give null for what is not known`,
      )
    }
    const single = row.map((value, column) => tokensOf(value, this.#seeds[column]!))
    const crossed = this.#crossed.map((columns) => crossOf(columns.map((column) => single[column]!)))
    return [...single, ...crossed].flat()
  }
}

function tokensOf(value: HashedValue, seed: number): Token[] {
  if (value === null || value === undefined || Number.isNaN(value)) return []
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new SluiceError('NOT_FINITE', `row to hash: expected a number, got ${value}`)
    return [{ hash: hashInteger(NUMBER, seed), value }]
  }
  const categories = typeof value === 'object' ? value : [String(value)]
  return categories.map((category) => ({ hash: hashString(category, seed), value: 1 }))
}

/** Every choice of one token a column. */
function crossOf(columns: readonly (readonly Token[])[]): Token[] {
  let crossed: Token[] = [{ hash: columns.length, value: 1 }]
  for (const tokens of columns) {
    crossed = crossed.flatMap((left) =>
      tokens.map((right) => ({ hash: hashInteger(right.hash, left.hash), value: left.value * right.value })),
    )
  }
  return crossed
}

function positionsOf(cross: readonly string[], columns: readonly string[]): number[] {
  const positions = cross.map((name) => columns.indexOf(name))
  if (cross.length >= 2 && new Set(positions).size === cross.length && !positions.includes(-1)) return positions
  throw refusal('crosses', `two or more of the columns ${columns.join(', ')}`, cross.join(', '))
}

function refusal(name: string, expected: string, got: string | number): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `feature hasher, ${name}: expected ${expected}, got ${got}`)
}

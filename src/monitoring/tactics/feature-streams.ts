import type { StreamFamily } from '../change/change-watch.ts'
import { bandName, bandOf } from './amount-bands.ts'

/** Rows by which the bins of a column are laid. */
const ROWS = 2_000
/** The shares of rows that lie below the edges of bins; tails are told apart, for tactics show there. */
const SHARES = [0.1, 0.5, 0.9, 0.99]
const BINS = SHARES.length + 2
const MISSING = BINS - 1

/**
 * Columns of feature rows in bins: each bin, and that a value is not known, is a stream. Bins are laid at quantiles of the
 * first 2,000 rows, before which nothing fires: they belong into the warm-up.
 */
export class FeatureStreams implements StreamFamily {
  readonly name = 'feature row'
  readonly weights: readonly number[]
  readonly #columns: readonly string[]
  #rows: Float64Array[] = []
  #edges: readonly (readonly number[])[] | undefined

  constructor(columns: readonly string[]) {
    this.#columns = columns
    this.weights = Array.from({ length: columns.length * BINS }, () => 1 / columns.length / BINS)
  }

  streamName(signal: number): string {
    const column = Math.floor(signal / BINS)
    const bin = signal % BINS
    const name = this.#columns[column]!
    return bin === MISSING ? `${name} not known` : `${name} ${bandName(this.#edges?.[column] ?? [], bin)}`
  }

  /**
   * The signals that fire at a row.
   *
   * @param row - shape (columns,); `NaN` is not known
   */
  fired(row: Float64Array): number[] {
    if (this.#edges === undefined) {
      this.#rows.push(row.slice())
      if (this.#rows.length === ROWS) this.#layBins()
      return []
    }
    return Array.from(this.#edges, (edges, column) => {
      const value = row[column]!
      return column * BINS + (Number.isNaN(value) ? MISSING : bandOf(edges, value))
    })
  }

  /** Rows and edges so far, for JSON. */
  save(): SavedFeatures {
    // NaN has no JSON.
    const rows = this.#rows.map((row) => Array.from(row, (value) => (Number.isNaN(value) ? null : value)))
    return { rows, edges: this.#edges ?? null }
  }

  load({ rows, edges }: SavedFeatures): void {
    this.#rows = rows.map((row) => Float64Array.from(row, (value) => value ?? Number.NaN))
    this.#edges = edges ?? undefined
  }

  #layBins(): void {
    this.#edges = this.#columns.map((_, column) => {
      const values = this.#rows.map((row) => row[column]!).filter((value) => !Number.isNaN(value))
      values.sort((a, b) => a - b)
      const edges = SHARES.map((share) => values[Math.floor(share * values.length)])
      return [...new Set(edges.filter((edge) => edge !== undefined))]
    })
    this.#rows = []
  }
}

interface SavedFeatures {
  readonly rows: readonly (readonly (number | null)[])[]
  readonly edges: readonly (readonly number[])[] | null
}

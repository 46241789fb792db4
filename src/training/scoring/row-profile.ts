import { populationStability } from '../../evaluation/index.ts'
import { assert, DAY_MS, hashString53 } from '../../foundation/index.ts'

/** Rows that a profile is made of, about. */
const ROWS = 20_000
const HASHES = 2 ** 53
/** The shares of known values that lie below the edges of bins; rare large values are told apart. */
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99]
/** A day of fewer rows says nothing of how far days are apart. */
const FEWEST_ROWS_A_DAY = 100
const FEWEST_DAYS = 2

/** How the values of one column are spread. */
export interface ColumnProfile {
  readonly name: string
  /** Ascending edges of bins; a value on an edge is below it. */
  readonly edges: readonly number[]
  /** Rows by bin: one below each edge, one above the last, and those of which the value is not known. */
  readonly counts: readonly number[]
  /** The largest population stability index of one day against all; null with fewer than two days to compare. */
  readonly usualShift: number | null
}

/** How the rows of the held-out events of a version were spread: what its rows in service are compared with. */
export interface RowProfile {
  readonly rows: number
  readonly columns: readonly ColumnProfile[]
}

/** The bin of a value among edges, the last one for `NaN`. */
export function binOf(edges: readonly number[], value: number): number {
  if (Number.isNaN(value)) return edges.length + 1
  let bin = 0
  while (bin < edges.length && value > edges[bin]!) bin++
  return bin
}

/**
 * Makes a profile of rows as they go by, of a share of them that is drawn by their ids.
 *
 * @remarks Memory: some 20,000 rows.
 */
export class RowProfiler {
  readonly #columnNames: readonly string[]
  readonly #seed: number
  readonly #share: number
  readonly #rows: Float64Array[] = []
  readonly #days: number[] = []

  /** @param expected - rows that go by, about */
  constructor(
    columnNames: readonly string[],
    { seed, expected }: { readonly seed: number; readonly expected: number },
  ) {
    this.#columnNames = columnNames
    this.#seed = seed
    this.#share = Math.min(1, ROWS / Math.max(1, expected))
  }

  /** @param readRow - as of `ScoredReplay`, called when the row is drawn */
  add({ id, at }: { readonly id: string; readonly at: number }, readRow: () => Float64Array): void {
    if (this.#share < 1 && hashString53(id, this.#seed) >= this.#share * HASHES) return
    this.#rows.push(readRow().slice())
    this.#days.push(Math.floor(at / DAY_MS))
  }

  /** Undefined without a row. */
  finish(): RowProfile | undefined {
    if (this.#rows.length === 0) return undefined
    const columns = this.#columnNames.map((name, column) => this.#profileOf(name, column))
    return { rows: this.#rows.length, columns }
  }

  #profileOf(name: string, column: number): ColumnProfile {
    const values = this.#rows.map((row) => row[column]!)
    const known = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort()
    const quantiles = known.length === 0 ? [] : SHARES.map((share) => known[Math.floor(share * known.length)]!)
    // What lies on the largest edge has nothing above it.
    const edges = [...new Set(quantiles)].filter((edge) => edge < known.at(-1)!)
    const counts = new Array<number>(edges.length + 2).fill(0)
    const daily = new Map<number, number[]>()
    for (const [row, value] of values.entries()) {
      const bin = binOf(edges, value)
      const day = daily.get(this.#days[row]!) ?? counts.map(() => 0)
      daily.set(this.#days[row]!, day)
      counts[bin]!++
      day[bin]!++
    }
    const shifts = [...daily.values()].filter(isLarge).map((day) => populationStability(counts, day))
    assert(counts.reduce((sum, count) => sum + count, 0) === values.length, 'every row is in one bin')
    return { name, edges, counts, usualShift: shifts.length < FEWEST_DAYS ? null : Math.max(...shifts) }
  }
}

function isLarge(day: readonly number[]): boolean {
  return day.reduce((sum, count) => sum + count, 0) >= FEWEST_ROWS_A_DAY
}

import type { RowExamples } from '../models/index.ts'

/** Rows for a ranker, in lists: all rows of a list were candidates of the same moment. */
export class ExampleSet {
  readonly width: number
  #rows = new Float64Array(0)
  #labels = new Float64Array(0)
  readonly #items: number[] = []
  readonly #subjects: number[] = []
  readonly #times: number[] = []
  readonly #popularity: number[] = []
  readonly #starts: number[] = [0]

  constructor(width: number) {
    this.width = width
  }

  get rowCount(): number {
    return this.#items.length
  }

  get listCount(): number {
    return this.#starts.length - 1
  }

  /**
   * Adds a list.
   *
   * @param rows - shape (items.length * width,)
   * @param popularity - shape (items.length,): how often each item had been met by then
   * @returns the number of its first row
   */
  addList(list: {
    subject: number
    at: number
    items: Int32Array
    rows: Float64Array
    popularity: Float64Array
  }): number {
    const first = this.rowCount
    const count = first + list.items.length
    this.#rows = grown(this.#rows, count * this.width)
    this.#labels = grown(this.#labels, count)
    this.#rows.set(list.rows, first * this.width)
    for (const [index, item] of list.items.entries()) {
      this.#items.push(item)
      this.#subjects.push(list.subject)
      this.#times.push(list.at)
      this.#popularity.push(list.popularity[index] ?? 0)
    }
    this.#starts.push(count)
    return first
  }

  /** Marks a row as positive. */
  setPositive(row: number): void {
    this.#labels[row] = 1
  }

  timeOf(row: number): number {
    return this.#times[row] ?? 0
  }

  /** The set as arrays; rows younger than `matureBefore` are immature and weigh 0. */
  finish(matureBefore: number): Examples {
    const count = this.rowCount
    return {
      rows: this.#rows.slice(0, count * this.width),
      rowCount: count,
      featureCount: this.width,
      labels: this.#labels.slice(0, count),
      weights: Float64Array.from(this.#times, (at) => (at <= matureBefore ? 1 : 0)),
      items: Int32Array.from(this.#items),
      subjects: Int32Array.from(this.#subjects),
      popularity: Float64Array.from(this.#popularity),
      starts: Uint32Array.from(this.#starts),
    }
  }
}

/** Everything about a set of lists; all arrays but `starts` and `rows` have shape (rowCount,). */
export interface Examples extends RowExamples {
  readonly weights: Float64Array
  readonly items: Int32Array
  readonly subjects: Int32Array
  /** How often the item had been met when the row was taken: the baseline "popular". */
  readonly popularity: Float64Array
  /** Shape (lists + 1,): list `l` has the rows `starts[l]` to `starts[l + 1]` (excluded). */
  readonly starts: Uint32Array
}

function grown(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  if (length <= array.length) return array
  const copy = new Float64Array(Math.max(length, array.length * 2))
  copy.set(array)
  return copy
}

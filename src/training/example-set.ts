import type { RankerExamples } from '../ranking/index.ts'

/** Rows for a ranker, in lists: all rows of a list stood before the same person at once. */
export class ExampleSet {
  readonly width: number
  readonly #columnNames: readonly string[]
  readonly #objectiveLabels: ReadonlyMap<string, Set<number>>
  #rows = new Float64Array(0)
  #labels = new Float64Array(0)
  readonly #items: number[] = []
  readonly #subjects: number[] = []
  readonly #times: number[] = []
  readonly #popularity: number[] = []
  /** The list of every row, and the lists that may still grow, by the name of their group. */
  readonly #lists: number[] = []
  readonly #groups = new Map<string, number>()
  #listCount = 0

  /**
   * @param columnNames - of the rows
   * @param objectives - names of what may be positive beside the label
   */
  constructor(columnNames: readonly string[], objectives: readonly string[] = []) {
    this.width = columnNames.length
    this.#columnNames = columnNames
    this.#objectiveLabels = new Map(objectives.map((name) => [name, new Set()]))
  }

  get rowCount(): number {
    return this.#items.length
  }

  get listCount(): number {
    return this.#listCount
  }

  /**
   * Adds a list, or adds to the list of the same group: other people's exposures may stand between those of one page.
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
    group?: string | undefined
  }): number {
    const first = this.rowCount
    const count = first + list.items.length
    this.#rows = grown(this.#rows, count * this.width)
    this.#labels = grown(this.#labels, count)
    this.#rows.set(list.rows, first * this.width)
    const number = this.#listOf(list.group)
    for (const [index, item] of list.items.entries()) {
      this.#lists.push(number)
      this.#items.push(item)
      this.#subjects.push(list.subject)
      this.#times.push(list.at)
      this.#popularity.push(list.popularity[index] ?? 0)
    }
    return first
  }

  #listOf(group: string | undefined): number {
    const known = group === undefined ? undefined : this.#groups.get(group)
    const number = known ?? this.#listCount++
    if (group !== undefined) this.#groups.set(group, number)
    return number
  }

  /** Marks a row as positive; for an objective, or for the label when none is named. */
  setPositive(row: number, objective?: string): void {
    if (objective === undefined) this.#labels[row] = 1
    else this.#objectiveLabels.get(objective)?.add(row)
  }

  timeOf(row: number): number {
    return this.#times[row] ?? 0
  }

  /** The set as arrays, list by list; the rows of a list with one after `matureBefore` are immature and weigh 0. */
  finish(matureBefore: number): Examples {
    const starts = this.#starts()
    const order = this.#rowsByList(starts)
    const { width } = this
    const newestMs = new Float64Array(this.#listCount)
    this.#lists.forEach((list, row) => {
      newestMs[list] = Math.max(newestMs[list]!, this.timeOf(row))
    })
    const rows = new Float64Array(order.length * width)
    order.forEach((row, place) => {
      rows.set(this.#rows.subarray(row * width, (row + 1) * width), place * width)
    })
    return {
      rows,
      rowCount: order.length,
      featureCount: width,
      labels: Float64Array.from(order, (row) => this.#labels[row]!),
      objectiveLabels: this.#labelsOfObjectives(order),
      columnNames: this.#columnNames,
      weights: Float64Array.from(order, (row) => (newestMs[this.#lists[row]!]! <= matureBefore ? 1 : 0)),
      items: order.map((row) => this.#items[row]!),
      subjects: order.map((row) => this.#subjects[row]!),
      popularity: Float64Array.from(order, (row) => this.#popularity[row]!),
      starts,
    }
  }

  #labelsOfObjectives(order: Int32Array): Record<string, Float64Array> {
    const labels = Array.from(this.#objectiveLabels, ([name, rows]) => {
      return [name, Float64Array.from(order, (row) => (rows.has(row) ? 1 : 0))] as const
    })
    return Object.fromEntries(labels)
  }

  #starts(): Uint32Array {
    const starts = new Uint32Array(this.#listCount + 1)
    for (const list of this.#lists) starts[list + 1]! += 1
    for (let list = 0; list < this.#listCount; list++) starts[list + 1]! += starts[list]!
    return starts
  }

  /** Rows in the order of their lists, within a list in the order in which they came. */
  #rowsByList(starts: Uint32Array): Int32Array {
    const next = starts.slice()
    const order = new Int32Array(this.rowCount)
    this.#lists.forEach((list, row) => {
      order[next[list]!++] = row
    })
    return order
  }
}

/** Everything about a set of lists; all arrays but `starts` and `rows` have shape (rowCount,). */
export interface Examples extends RankerExamples {
  readonly objectiveLabels: Readonly<Record<string, Float64Array>>
  readonly columnNames: readonly string[]
  readonly weights: Float64Array
  readonly items: Int32Array
  readonly subjects: Int32Array
  /** How often the item had been met when the row was taken: the baseline "popular". */
  readonly popularity: Float64Array
}

function grown(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  if (length <= array.length) return array
  const copy = new Float64Array(Math.max(length, array.length * 2))
  copy.set(array)
  return copy
}

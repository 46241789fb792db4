/** How often each feature was not known, over the rows of all candidates. */
export class MissingRates {
  readonly columnNames: readonly string[]
  readonly #missing: Float64Array
  #rows = 0

  constructor(columnNames: readonly string[]) {
    this.columnNames = columnNames
    this.#missing = new Float64Array(columnNames.length)
  }

  get rows(): number {
    return this.#rows
  }

  /** @param rows - shape (n * columns,), row-major; `NaN` is not known */
  add(rows: Float64Array): void {
    const width = this.columnNames.length
    for (let start = 0; start + width <= rows.length; start += width) {
      for (let column = 0; column < width; column++) {
        if (Number.isNaN(rows[start + column])) this.#missing[column]! += 1
      }
      this.#rows++
    }
  }

  /** The share of rows in which a column was not known; undefined before the first row. */
  rate(column: number): number | undefined {
    return this.#rows === 0 ? undefined : (this.#missing[column] ?? 0) / this.#rows
  }

  /** All rates by column name. */
  rates(): Record<string, number> {
    return Object.fromEntries(this.columnNames.map((name, column) => [name, this.rate(column) ?? 0]))
  }
}

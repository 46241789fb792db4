/** Rows of numbers whose count is not known beforehand, without an object for each. */
export class GrowingRows {
  readonly #width: number
  #values = new Float64Array(1024)
  #length = 0

  constructor(width: number) {
    this.#width = width
  }

  add(row: readonly number[]): void {
    if (this.#length + this.#width > this.#values.length) {
      const larger = new Float64Array(Math.max(this.#values.length * 2, this.#length + this.#width))
      larger.set(this.#values)
      this.#values = larger
    }
    for (let place = 0; place < this.#width; place++) this.#values[this.#length++] = row[place]!
  }

  /** Shape (rows * width,), row-major. */
  values(): Float64Array {
    return this.#values.subarray(0, this.#length)
  }

  /** One number of each row. Shape (rows,). */
  column(place: number): Float64Array {
    const column = new Float64Array(this.#width === 0 ? 0 : this.#length / this.#width)
    for (let row = 0; row < column.length; row++) column[row] = this.#values[row * this.#width + place]!
    return column
  }
}

import { SluiceError } from '../../../foundation/index.ts'
import type { ParsedBlock } from './parse-block.ts'

/** Numbers of a table at most: 16 GiB. */
const LARGEST_CELLS = 2 ** 31

/**
 * Columns that grow as blocks of rows come, in shared memory, so that threads may read them. What was never written is
 * zero and takes no memory yet.
 */
export class TableColumns {
  readonly #file: string
  #columns: Float64Array[] = []
  #capacity: number
  rowCount = 0

  /** @param expectedRows - saves copying when it is right or too many */
  constructor(file: string, expectedRows: number) {
    this.#file = file
    this.#capacity = Math.ceil(expectedRows)
  }

  /** Appends rows; columns that came up only now are zero in those before, and columns that a block lacks in its rows. */
  append({ rowCount, columnCount, capacity, values }: ParsedBlock): void {
    const end = this.rowCount + rowCount
    if (end > this.#capacity) this.#grow(Math.max(end, this.#capacity * 2))
    this.#requireRoom(columnCount, end)
    while (this.#columns.length < columnCount) this.#columns.push(sharedColumn(this.#capacity))
    for (let column = 0; column < columnCount; column++) {
      const from = column * capacity
      this.#columns[column]!.set(values.subarray(from, from + rowCount), this.rowCount)
    }
    this.rowCount = end
  }

  /** Shape (rowCount,) each; at least `count` columns, those beyond what came up are zero. */
  take(count = 0): Float64Array[] {
    while (this.#columns.length < count) this.#columns.push(sharedColumn(this.#capacity))
    return this.#columns.map((column) => column.subarray(0, this.rowCount))
  }

  #grow(capacity: number): void {
    this.#capacity = capacity
    this.#columns = this.#columns.map((column) => {
      const larger = sharedColumn(capacity)
      larger.set(column.subarray(0, this.rowCount))
      return larger
    })
  }

  #requireRoom(columnCount: number, rowCount: number): void {
    if (Math.max(columnCount, this.#columns.length) * rowCount <= LARGEST_CELLS) return
    throw new SluiceError(
      'LIMIT_EXCEEDED',
      `${this.#file}: expected at most ${LARGEST_CELLS} cells, got ${columnCount} columns and over ${rowCount} rows; use fewer rows, or number the features densely`,
    )
  }
}

function sharedColumn(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT))
}

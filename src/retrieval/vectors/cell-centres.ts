import type { Kernels } from '../../foundation/index.ts'
import type { VectorRows } from './vector-rows.ts'

/** Where the cells of an index lie. A flat one has a single cell and needs no centres. */
export interface CellCentres {
  /** What rows are multiplied with before they become 16-bit numbers; one that would be longer than 32,767 gets less. */
  readonly scale: number
  /** Shape (cells, width): the centres in those numbers; a row belongs to the nearest one. */
  readonly places: Int16Array
  /** Shape (cells, width): the mean row of every cell at the build. */
  readonly means: Float32Array
  /** Shape (cells,): how far rows lie from the mean in one direction, as a standard deviation. */
  readonly spreads: Float32Array
}

/** Finds the nearest centre of rows. */
export class CellPlacer {
  readonly #kernels: Kernels
  readonly #rows: VectorRows
  readonly #scale: number
  readonly #places: Int16Array
  /** Shape (cells,): half the square of every centre. */
  readonly #halves: Int32Array

  /** A placer with all centres at zero. */
  constructor(kernels: Kernels, rows: VectorRows, cellCount: number, scale: number) {
    this.#kernels = kernels
    this.#rows = rows
    this.#scale = scale
    this.#places = kernels.arena.int16s(cellCount * rows.width)
    this.#halves = kernels.arena.int32s(cellCount)
  }

  /** Shape (cells, width); a view. */
  get places(): Int16Array {
    return this.#places
  }

  get cellCount(): number {
    return this.#halves.length
  }

  /** @param places - shape (cells, width), none longer than 32,767 */
  moveTo(places: Int16Array): void {
    this.#places.set(places)
    const { width } = this.#rows
    for (let cell = 0; cell < this.cellCount; cell++) {
      let squares = 0
      for (let at = cell * width; at < (cell + 1) * width; at++) squares += places[at]! * places[at]!
      this.#halves[cell] = Math.floor(squares / 2)
    }
  }

  /** Writes rows as 16-bit numbers; both arrays of the arena. */
  pack(items: Int32Array, words: Int16Array): void {
    const { table, width } = this.#rows
    this.#kernels.program.packRows(table, items.byteOffset, items.length, width, this.#scale, words.byteOffset)
  }

  /** Writes the cell of packed rows; both arrays of the arena. */
  find(words: Int16Array, cells: Int32Array): void {
    this.#kernels.program.nearestCells(
      words.byteOffset,
      cells.length,
      this.#places.byteOffset,
      this.#halves.byteOffset,
      this.cellCount,
      this.#rows.width,
      cells.byteOffset,
    )
  }
}

import type { Kernels } from '../../foundation/index.ts'

/** The kernels know it. */
const BLOCK_ROWS = 32
/** Blocks are asked for so many at a time. */
const SLAB = 64
const NONE = -1

/**
 * The rows of each cell as bytes, in chains of blocks. All blocks of a chain but the first are full, so a row that goes
 * is replaced by the last one of the first block, and a row that comes finds its place at once.
 */
export class CellBlocks {
  readonly #kernels: Kernels
  readonly #width: number
  /** The byte offset of the first block of every cell, or 0. */
  readonly #heads: Uint32Array
  /** The number of the first block of every cell. */
  readonly #first: Int32Array
  /** By block: where it lies, its cell, how many rows it has, which block comes next. */
  readonly #offsets: number[] = []
  readonly #cells: number[] = []
  readonly #counts: number[] = []
  readonly #next: number[] = []
  readonly #free: number[] = []
  /** By item: its block and the place in it, or -1. */
  #places: Int32Array = new Int32Array(1024).fill(NONE)
  #size = 0
  #bound = 0

  constructor(kernels: Kernels, width: number, cellCount: number) {
    this.#kernels = kernels
    this.#width = width
    this.#heads = kernels.arena.uint32s(cellCount)
    this.#first = new Int32Array(cellCount).fill(NONE)
  }

  get size(): number {
    return this.#size
  }

  /** One more than the largest number that an item ever had. */
  get bound(): number {
    return this.#bound
  }

  get cellCount(): number {
    return this.#first.length
  }

  /** Where the kernels find the first block of every cell. */
  get heads(): number {
    return this.#heads.byteOffset
  }

  /** What is held outside the memory of the kernels. */
  get tableBytes(): number {
    return this.#places.byteLength + this.#first.byteLength + 32 * this.#offsets.length
  }

  has(item: number): boolean {
    return item >= 0 && item < this.#bound && this.#places[item]! !== NONE
  }

  /** The cell of an item that is in. */
  cellOf(item: number): number {
    return this.#cells[Math.floor(this.#places[item]! / BLOCK_ROWS)]!
  }

  /** Adds an item that is not in, with the byte offset of its row. */
  add(item: number, cell: number, row: number): void {
    this.#reserve(item)
    let block = this.#first[cell]!
    if (block === NONE || this.#counts[block]! === BLOCK_ROWS) block = this.#prepend(cell)
    this.#kernels.program.addToBlock(this.#offsets[block]!, item, row, this.#width)
    this.#places[item] = block * BLOCK_ROWS + this.#counts[block]!
    this.#counts[block]!++
    this.#size++
  }

  /** Takes out an item that is in. */
  remove(item: number): void {
    const place = this.#places[item]!
    const block = Math.floor(place / BLOCK_ROWS)
    const cell = this.#cells[block]!
    const first = this.#first[cell]!
    const { program } = this.#kernels
    const moved = program.moveLastRow(this.#offsets[first]!, this.#offsets[block]!, place % BLOCK_ROWS, this.#width)
    this.#places[moved] = place
    this.#places[item] = NONE
    this.#size--
    if (--this.#counts[first]! === 0) this.#dropFirst(cell)
  }

  #prepend(cell: number): number {
    if (this.#free.length === 0) this.#addSlab()
    const block = this.#free.pop()!
    this.#cells[block] = cell
    this.#counts[block] = 0
    this.#next[block] = this.#first[cell]!
    this.#kernels.program.clearBlock(this.#offsets[block]!, this.#heads[cell]!)
    this.#setFirst(cell, block)
    return block
  }

  #dropFirst(cell: number): void {
    const first = this.#first[cell]!
    this.#setFirst(cell, this.#next[first]!)
    this.#free.push(first)
  }

  #setFirst(cell: number, block: number): void {
    this.#first[cell] = block
    this.#heads[cell] = block === NONE ? 0 : this.#offsets[block]!
  }

  #addSlab(): void {
    const bytes = this.#kernels.program.vectorBlockBytes(this.#width)
    const start = this.#kernels.arena.uint8s(bytes * SLAB).byteOffset
    // The highest is taken first: a chain runs from its newest block to its oldest, and so upwards in memory.
    for (let index = 0; index < SLAB; index++) {
      this.#free.push(this.#offsets.length)
      this.#offsets.push(start + bytes * index)
    }
  }

  #reserve(item: number): void {
    this.#bound = Math.max(this.#bound, item + 1)
    if (item < this.#places.length) return
    const grown = new Int32Array(Math.max(item + 1, 2 * this.#places.length)).fill(NONE)
    grown.set(this.#places)
    this.#places = grown
  }
}

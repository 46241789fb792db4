import type { Kernels } from '../../foundation/index.ts'
import type { ScoredItems } from '../../models/index.ts'
import type { VectorRows } from './vector-rows.ts'

/** So large may the whole numbers of a query be that no sum of products with bytes leaves 32 bits. */
const LARGEST_QUERY_NUMBER = 2000

/** What a search writes to while it runs: the query, a list of items, and the heap of the best of them. */
export class SearchMemory {
  readonly #kernels: Kernels
  readonly #rows: VectorRows
  readonly #query: Float32Array
  readonly #words: Int16Array
  #list: Int32Array
  #heap: Uint8Array
  #scores: Float32Array
  #products: Float64Array

  constructor(kernels: Kernels, rows: VectorRows) {
    const { arena } = kernels
    this.#kernels = kernels
    this.#rows = rows
    this.#query = arena.float32s(rows.width)
    this.#words = arena.int16s(rows.width)
    this.#list = arena.int32s(1024)
    this.#heap = arena.uint8s(16 + 8 * 512)
    this.#scores = arena.float32s(512)
    this.#products = arena.float64s(512)
  }

  /** Where the kernels find the query in single precision. */
  get query(): Float32Array {
    return this.#query
  }

  setQuery(query: Float32Array): void {
    this.#query.set(query)
    const { program } = this.#kernels
    program.packQuery(this.#query.byteOffset, this.#rows.width, LARGEST_QUERY_NUMBER, this.#words.byteOffset)
  }

  /** The list with room for so many items; what was in it is lost when it grows. */
  listOf(length: number): Int32Array {
    if (length > this.#list.length) this.#list = this.#kernels.arena.int32s(Math.max(length, 2 * this.#list.length))
    return this.#list
  }

  /** Leaves the `limit` numbers with the largest scores in the list, best first; says how many. */
  listBest(scores: Float32Array, limit: number): number {
    this.#clear(limit)
    const { program } = this.#kernels
    program.offerScores(this.#heap.byteOffset, scores.byteOffset, scores.length)
    return program.takeKeys(this.#heap.byteOffset, this.listOf(limit).byteOffset, this.#scores.byteOffset)
  }

  /** Leaves the best items of the cells that are listed, by their bytes, in the list; says how many. */
  listCandidates(heads: number, cellCount: number, limit: number): number {
    this.#clear(limit)
    const { program } = this.#kernels
    const { width } = this.#rows
    const cells = this.#list.byteOffset
    program.scanCells(heads, cells, cellCount, width, this.#words.byteOffset, this.#heap.byteOffset)
    return program.takeItems(this.#heap.byteOffset, this.listOf(limit).byteOffset)
  }

  /** The best of the first `count` items of the list, by exact products. */
  bestListed(count: number, limit: number): ScoredItems {
    this.#clear(Math.min(limit, Math.max(1, count)))
    const { program } = this.#kernels
    const [{ table, width }, heap] = [this.#rows, this.#heap.byteOffset]
    program.offerListed(table, this.#list.byteOffset, count, width, this.#query.byteOffset, heap)
    const found = program.takeKeys(heap, this.#list.byteOffset, this.#scores.byteOffset)
    return {
      items: Int32Array.from(this.#list.subarray(0, found)),
      scores: Float64Array.from(this.#scores.subarray(0, found)),
    }
  }

  /**
   * The products of the query with the first `count` items of the list, each summed in double precision from the first
   * number on; shape (at least count,), a view that is valid until the next call.
   */
  productsOfListed(count: number): Float64Array {
    if (count > this.#products.length) this.#products = this.#kernels.arena.float64s(2 * count)
    const [{ table, width }, out] = [this.#rows, this.#products.byteOffset]
    const { program } = this.#kernels
    program.productsOfListed(table, this.#list.byteOffset, count, width, this.#query.byteOffset, out)
    return this.#products
  }

  #clear(capacity: number): void {
    if (capacity > this.#scores.length) {
      const room = Math.max(capacity, 2 * this.#scores.length)
      this.#heap = this.#kernels.arena.uint8s(16 + 8 * room)
      this.#scores = this.#kernels.arena.float32s(room)
    }
    this.#kernels.program.clearKeys(this.#heap.byteOffset, capacity)
  }
}

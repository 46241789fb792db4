import { dotProducts, type Kernels, SluiceError } from '../../foundation/index.ts'
import type { ScoredItems } from '../../models/index.ts'
import type { BuildReport } from './build-report.ts'
import { CellBlocks } from './cell-blocks.ts'
import { type CellCentres, CellPlacer } from './cell-centres.ts'
import { requireLimit, requireModel, requireVector } from './check-vector.ts'
import { rowsByCell } from './rows-by-cell.ts'
import { SearchMemory } from './search-memory.ts'
import { writeVectorFile } from './vector-file.ts'
import type { AcceptItems, VectorIndex, VectorIndexKind } from './vector-index.ts'
import type { VectorRows } from './vector-rows.ts'

/** Up to so many items every one of them is looked at in single precision: it costs no more than reading bytes. */
const EXACT_BELOW = 2048
/**
 * A build finds out how many cells to read for so many items. More items take more cells, by the square root: of those
 * after the first hundred some are missed that would be found by reading nearly everything.
 */
export const TUNED_LIMIT = 100

/** The cell of an item without a vector. */
const NO_CELL = -1

/** A cell is as near as its mean and so many standard deviations beyond: its best rows, and not its mean, are looked for. */
const REACH = 3

/** Both kinds of {@link VectorIndex}: flat is a single cell. */
export class CellIndex implements VectorIndex {
  readonly modelId: string
  readonly dimensions: number
  readonly report: BuildReport = { probes: 1, recall: 1, built: 0, changes: 0 }
  readonly #kernels: Kernels
  readonly #rows: VectorRows
  readonly #blocks: CellBlocks
  readonly #memory: SearchMemory
  readonly #centres: CellCentres | undefined
  readonly #placer: CellPlacer | undefined
  /** One item, its row in 16-bit numbers, its cell; and the closeness of every cell. */
  readonly #item: Int32Array
  readonly #words: Int16Array
  readonly #cell: Int32Array
  readonly #closeness: Float32Array

  /** An index without items over rows that may be there already. */
  constructor(modelId: string, kernels: Kernels, rows: VectorRows, centres?: CellCentres) {
    const { arena } = kernels
    const cellCount = centres ? centres.means.length / rows.width : 1
    this.modelId = modelId
    this.dimensions = rows.dimensions
    this.#kernels = kernels
    this.#rows = rows
    this.#blocks = new CellBlocks(kernels, rows.width, cellCount)
    this.#memory = new SearchMemory(kernels, rows)
    this.#item = arena.int32s(1)
    this.#words = arena.int16s(rows.width)
    this.#cell = arena.int32s(1)
    this.#closeness = arena.float32s(cellCount)
    if (!centres) return
    this.#placer = new CellPlacer(kernels, rows, cellCount, centres.scale)
    this.#placer.moveTo(centres.places)
    // Copies: what comes from a file are views of all its bytes.
    const { places, spreads } = centres
    this.#centres = {
      ...centres,
      places: places.slice(),
      spreads: spreads.slice(),
      means: arena.float32s(centres.means.length),
    }
    this.#centres.means.set(centres.means)
  }

  get size(): number {
    return this.#blocks.size
  }

  get kind(): VectorIndexKind {
    return this.#centres ? 'inverted-lists' : 'flat'
  }

  get recall(): number {
    return this.report.recall
  }

  get probes(): number {
    return this.report.probes
  }

  get cellCount(): number {
    return this.#blocks.cellCount
  }

  get staleness(): number {
    return this.report.changes / Math.max(1, this.report.built)
  }

  get memoryBytes(): number {
    return this.#kernels.arena.usedBytes + this.#blocks.tableBytes
  }

  search(query: Float32Array, limit: number, accept?: AcceptItems, modelId?: string): ScoredItems {
    if (accept !== undefined || this.size <= EXACT_BELOW) return this.searchExact(query, limit, accept, modelId)
    this.#requireQuery(query, limit, modelId)
    this.#memory.setQuery(query)
    const wanted = Math.min(limit, this.size)
    let probes = Math.ceil(this.report.probes * Math.sqrt(Math.max(1, wanted / TUNED_LIMIT)))
    let found = this.#listCandidates(probes, wanted)
    // The nearest cells may be small, or have lost their rows: then as many again are read, up to all.
    while (found < wanted && probes < this.cellCount) {
      probes *= 2
      found = this.#listCandidates(probes, wanted)
    }
    return this.#memory.bestListed(found, wanted)
  }

  searchExact(query: Float32Array, limit: number, accept?: AcceptItems, modelId?: string): ScoredItems {
    this.#requireQuery(query, limit, modelId)
    const list = this.#memory.listOf(this.size)
    const blocks = this.#blocks
    let count = 0
    // Three loops and not one, because a call for every item is most of the cost of a rare filter.
    if (accept === undefined) {
      for (let item = 0; item < blocks.bound; item++) if (blocks.has(item)) list[count++] = item
    } else if (typeof accept === 'function') {
      for (let item = 0; item < blocks.bound; item++) if (blocks.has(item) && accept(item)) list[count++] = item
    } else {
      const bound = Math.min(blocks.bound, accept.length)
      for (let item = 0; item < bound; item++) if (accept[item] === 1 && blocks.has(item)) list[count++] = item
    }
    this.#memory.setQuery(query)
    return this.#memory.bestListed(count, limit)
  }

  set(item: number, vector: Float32Array, modelId?: string): void {
    requireModel(this.modelId, modelId)
    requireVector(`vector of item ${item}`, vector, this.dimensions)
    this.#rows.write(item, vector)
    if (this.#blocks.has(item)) this.#blocks.remove(item)
    this.#blocks.add(item, this.#nearestCell(item), this.#rows.offsetOf(item))
    this.report.changes++
  }

  setAll(items: Int32Array, vectorOf: (item: number, vector: Float32Array) => boolean): void {
    const cells = new Int32Array(items.length).fill(NO_CELL)
    const vector = new Float32Array(this.dimensions)
    for (let row = 0; row < items.length; row++) {
      const item = items[row]!
      const isThere = vectorOf(item, vector)
      if (this.#blocks.has(item)) this.#blocks.remove(item)
      if (!isThere) continue
      requireVector(`vector of item ${item}`, vector, this.dimensions)
      this.#rows.write(item, vector)
      cells[row] = this.#nearestCell(item)
    }
    for (const row of rowsByCell(cells, this.cellCount)) this.place(items[row]!, cells[row]!)
    this.report.changes += items.length
  }

  delete(item: number): boolean {
    if (!this.#blocks.has(item)) return false
    this.#blocks.remove(item)
    this.report.changes++
    return true
  }

  vector(item: number): Float32Array | undefined {
    return this.#blocks.has(item) ? this.#rows.read(item) : undefined
  }

  products(query: Float32Array, items: ArrayLike<number>, out: Float64Array): void {
    requireVector('query', query, this.dimensions)
    const list = this.#memory.listOf(items.length)
    let count = 0
    for (let at = 0; at < items.length; at++) {
      const isThere = this.#blocks.has(items[at]!)
      // The list goes on, and what is not there is marked where its product would be.
      out[at] = isThere ? 0 : Number.NaN
      if (isThere) list[count++] = items[at]!
    }
    this.#memory.query.set(query)
    const products = this.#memory.productsOfListed(count)
    for (let at = 0, next = 0; at < items.length; at++) if (!Number.isNaN(out[at])) out[at] = products[next++]!
  }

  save(): Uint8Array {
    const items = new Int32Array(this.size)
    let count = 0
    for (let item = 0; item < this.#blocks.bound; item++) if (this.#blocks.has(item)) items[count++] = item
    return this.#fileOf(items)
  }

  saveCells(): Uint8Array {
    return this.#fileOf(new Int32Array(0))
  }

  #fileOf(items: Int32Array): Uint8Array {
    const cells = items.map((item) => this.#blocks.cellOf(item))
    return writeVectorFile({
      ...{ modelId: this.modelId, dimensions: this.dimensions, report: this.report, items, cells },
      ...(this.#centres ? { centres: this.#centres } : {}),
      row: (item) => this.#rows.read(item),
    })
  }

  /** Takes in an item whose row is written already; no change in the sense of {@link staleness}. */
  place(item: number, cell: number): void {
    this.#blocks.add(item, cell, this.#rows.offsetOf(item))
  }

  has(item: number): boolean {
    return this.#blocks.has(item)
  }

  /** Leaves half as many again as wanted in the list of the memory, from the nearest cells; says how many. */
  #listCandidates(probes: number, wanted: number): number {
    const cells = this.#listCells(Math.min(probes, this.cellCount))
    return this.#memory.listCandidates(this.#blocks.heads, cells, wanted + (wanted >> 1) + 32)
  }

  #listCells(probes: number): number {
    if (!this.#centres) {
      this.#memory.listOf(1)[0] = 0
      return 1
    }
    const { means, spreads } = this.#centres
    dotProducts(this.#kernels, means, this.#memory.query, this.#closeness)
    const reach = REACH * lengthOf(this.#memory.query)
    for (let cell = 0; cell < spreads.length; cell++) this.#closeness[cell]! += reach * spreads[cell]!
    return this.#memory.listBest(this.#closeness, probes)
  }

  #nearestCell(item: number): number {
    if (!this.#placer) return 0
    this.#item[0] = item
    this.#placer.pack(this.#item, this.#words)
    this.#placer.find(this.#words, this.#cell)
    return this.#cell[0]!
  }

  #requireQuery(query: Float32Array, limit: number, modelId: string | undefined): void {
    requireModel(this.modelId, modelId)
    requireVector('query', query, this.dimensions)
    requireLimit(limit)
  }
}

/** @throws SluiceError `INVALID_ARGUMENT` for a width that no index can have */
export function requireDimensions(dimensions: number): void {
  if (Number.isSafeInteger(dimensions) && dimensions >= 1 && dimensions <= 8192) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `vector index, dimensions: expected a whole number from 1 to 8192, got ${dimensions}; shorten the vectors`,
  )
}

function lengthOf(vector: Float32Array): number {
  let squares = 0
  for (let place = 0; place < vector.length; place++) squares += vector[place]! * vector[place]!
  return Math.sqrt(squares)
}

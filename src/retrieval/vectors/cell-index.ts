import { dotProducts, type Kernels, SluiceError } from '../../foundation/index.ts'
import type { ScoredItems } from '../../models/index.ts'
import { CellBlocks } from './cell-blocks.ts'
import { requireLimit, requireModel, requireVector } from './check-vector.ts'
import { SearchMemory } from './search-memory.ts'
import { writeVectorFile } from './vector-file.ts'
import type { AcceptItems, VectorIndex, VectorIndexKind } from './vector-index.ts'
import type { VectorRows } from './vector-rows.ts'

/** Up to so many items every one of them is looked at in single precision: it costs no more than reading bytes. */
const EXACT_BELOW = 2048
/** A build finds out how many cells to read for so many items; more items take more cells. */
export const TUNED_LIMIT = 100

/** Where cells lie; a flat index has one cell and needs no centres. */
export interface CellCentres {
  /** Shape (cells, width): unit directions times 32767. Rows go to the cell with the largest product. */
  readonly directions: Int16Array
  /** Shape (cells, width): the mean of the rows of each cell at the build. Queries ask the cells with the largest. */
  readonly means: Float32Array
}

/** What is measured after a build. */
export interface BuildReport {
  probes: number
  recall: number
  /** How many vectors the build had. */
  built: number
  /** How many were set or deleted since. */
  changes: number
}

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
  /** One row as 16-bit numbers, its cell, and the closeness of every cell. */
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
    this.#words = arena.int16s(rows.width)
    this.#cell = arena.int32s(1)
    this.#closeness = arena.float32s(cellCount)
    if (!centres) return
    this.#centres = { directions: arena.int16s(centres.directions.length), means: arena.float32s(centres.means.length) }
    this.#centres.directions.set(centres.directions)
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
    const candidates = this.#memory.listCandidates(
      this.#blocks.heads,
      this.#listCells(wanted),
      wanted + (wanted >> 1) + 32,
    )
    // Cells that lost most of their rows may hold fewer than are there.
    return candidates < wanted ? this.searchExact(query, limit) : this.#memory.bestListed(candidates, wanted)
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

  delete(item: number): boolean {
    if (!this.#blocks.has(item)) return false
    this.#blocks.remove(item)
    this.report.changes++
    return true
  }

  save(): Uint8Array {
    const items = new Int32Array(this.size)
    let count = 0
    for (let item = 0; item < this.#blocks.bound; item++) if (this.#blocks.has(item)) items[count++] = item
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

  /** Leaves the cells to read in the list of the memory and says how many. */
  #listCells(limit: number): number {
    if (!this.#centres) {
      this.#memory.listOf(1)[0] = 0
      return 1
    }
    dotProducts(this.#kernels, this.#centres.means, this.#memory.query, this.#closeness)
    const probes = Math.ceil(this.report.probes * Math.max(1, limit / TUNED_LIMIT))
    return this.#memory.listBest(this.#closeness, Math.min(probes, this.cellCount))
  }

  #nearestCell(item: number): number {
    if (!this.#centres) return 0
    const { program } = this.#kernels
    const { width } = this.#rows
    const words = this.#words.byteOffset
    program.packUnitRow(this.#rows.offsetOf(item), width, words)
    program.nearestCells(words, 1, this.#centres.directions.byteOffset, this.cellCount, width, this.#cell.byteOffset)
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

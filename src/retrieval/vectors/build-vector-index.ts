import { type Kernels, openKernels, SluiceError } from '../../foundation/index.ts'
import { CellIndex, requireDimensions } from './cell-index.ts'
import { requireModel, requireVector } from './check-vector.ts'
import { clusterRows } from './cluster-rows.ts'
import { tuneRecall } from './measure-recall.ts'
import { rowsByCell } from './rows-by-cell.ts'
import { openVectorFile } from './vector-file.ts'
import type { VectorIndex, VectorIndexKind } from './vector-index.ts'
import { VectorRows } from './vector-rows.ts'

/** Below so many rows cells save little on data without clusters, and cost a build; measured at 64 dimensions. */
export const FLAT_BELOW = 100_000
/** Cells for each square root of the number of rows. */
const CELLS_BY_ROOT = 2.3

export interface VectorIndexOptions {
  /** Shape (count * dimensions,), row-major; every row finite and not all 0. */
  readonly vectors: Float32Array
  /** From 1 to 8192. */
  readonly dimensions: number
  /** Shape (count,), different; the item of every row. Default 0, 1, 2, ... */
  readonly ids?: ArrayLike<number>
  /** Names the model that made the vectors. */
  readonly modelId: string
  readonly seed: number
  /** The build is refused below it, from 0 to 1; default 0.98. */
  readonly declaredRecall?: number
  /** Shape (any, dimensions): what will be asked, such as vectors of users; the recall is that for them. Default: `vectors`. */
  readonly queries?: Float32Array
  /** Default: flat below 100,000 rows, inverted lists from there on. */
  readonly kind?: VectorIndexKind
}

/**
 * Builds an index over vectors; it may begin empty and grow by {@link VectorIndex.set}.
 *
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE` and `INVALID_ARGUMENT` for vectors that cannot be indexed,
 * `GATE_FAILED` when the recall is below the declared one
 */
export function buildVectorIndex(options: VectorIndexOptions): VectorIndex {
  const { vectors, dimensions, ids, declaredRecall = 0.98 } = options
  requireDimensions(dimensions)
  requireShare(declaredRecall)
  const kernels = openKernels()
  const rows = new VectorRows(kernels, dimensions)
  const items = writeRows(rows, vectors, ids)
  const { index, cells } = openIndex(kernels, rows, items, options)
  // Cell by cell, so that the blocks of a cell lie side by side.
  for (const row of cells ? rowsByCell(cells, index.cellCount) : items.keys()) {
    if (index.has(items[row]!)) throw twice(items[row]!)
    index.place(items[row]!, cells?.[row] ?? 0)
  }
  index.report.built = items.length
  tuneRecall(index, rowsOf(options.queries ?? vectors, dimensions), { seed: options.seed, declaredRecall })
  return index
}

function writeRows(rows: VectorRows, vectors: Float32Array, ids: ArrayLike<number> | undefined): Int32Array {
  const { dimensions } = rows
  const count = ids?.length ?? vectors.length / dimensions
  requireRows(vectors, dimensions, count)
  const items = new Int32Array(count)
  for (let row = 0; row < count; row++) {
    const item = ids ? ids[row]! : row
    const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions)
    requireVector(`vector of item ${item}`, vector, dimensions)
    rows.write(item, vector)
    items[row] = item
  }
  return items
}

function openIndex(
  kernels: Kernels,
  rows: VectorRows,
  items: Int32Array,
  { modelId, seed, kind }: VectorIndexOptions,
): { index: CellIndex; cells?: Int32Array } {
  const cellCount = 4 * Math.floor(Math.min(CELLS_BY_ROOT * Math.sqrt(items.length), items.length) / 4)
  const isFlat = kind === undefined ? items.length < FLAT_BELOW : kind === 'flat'
  if (isFlat || cellCount === 0) return { index: new CellIndex(modelId, kernels, rows) }
  const { cells, centres } = clusterRows(kernels, rows, items, cellCount, seed)
  return { index: new CellIndex(modelId, kernels, rows, centres), cells }
}

function rowsOf(matrix: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: matrix.length / width }, (_, row) => matrix.subarray(row * width, (row + 1) * width))
}

/**
 * Opens what {@link VectorIndex.save} gave, without building anything: bytes are copied into the memory of the kernels
 * once.
 *
 * @param modelId - the model whose vectors are expected; checked when it is given
 * @throws SluiceError `MODEL_CORRUPT` for other or damaged bytes, `MODEL_MISMATCH` for another version or model
 */
export function loadVectorIndex(bytes: Uint8Array, modelId?: string): VectorIndex {
  const file = openVectorFile(bytes)
  requireModel(file.modelId, modelId)
  const kernels = openKernels()
  const rows = new VectorRows(kernels, file.dimensions)
  const index = new CellIndex(file.modelId, kernels, rows, file.centres)
  for (const item of file.items) rows.write(item, file.row(item))
  for (const at of rowsByCell(file.cells, index.cellCount)) index.place(file.items[at]!, file.cells[at]!)
  Object.assign(index.report, file.report)
  return index
}

function requireRows(vectors: Float32Array, dimensions: number, count: number): void {
  if (vectors.length === count * dimensions) return
  throw new SluiceError(
    'SHAPE_MISMATCH',
    `vector index: expected ${count} rows of ${dimensions}, got ${vectors.length} numbers; give every item a row`,
  )
}

function twice(item: number): SluiceError {
  return new SluiceError(
    'INVALID_ARGUMENT',
    `vector index: expected every item once, got ${item} twice; keep the row that counts`,
  )
}

function requireShare(declaredRecall: number): void {
  if (declaredRecall >= 0 && declaredRecall <= 1) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `vector index, declared recall: expected a number from 0 to 1, got ${declaredRecall}; 0.98 suits most`,
  )
}

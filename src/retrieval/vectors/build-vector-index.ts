import { openKernels, SluiceError } from '../../foundation/index.ts'
import { CellIndex, requireDimensions } from './cell-index.ts'
import { requireModel, requireVector } from './check-vector.ts'
import { openVectorFile } from './vector-file.ts'
import type { VectorIndex, VectorIndexKind } from './vector-index.ts'
import { VectorRows } from './vector-rows.ts'

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
  /** Default: by size. */
  readonly kind?: VectorIndexKind
}

/**
 * Builds an index over vectors; it may begin empty and grow by {@link VectorIndex.set}.
 *
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE` and `INVALID_ARGUMENT` for vectors that cannot be indexed,
 * `GATE_FAILED` when the recall is below the declared one
 */
export function buildVectorIndex(options: VectorIndexOptions): VectorIndex {
  const { vectors, dimensions, modelId } = options
  requireDimensions(dimensions)
  const ids = options.ids ?? Int32Array.from({ length: vectors.length / dimensions }, (_, row) => row)
  requireRows(vectors, dimensions, ids)
  const kernels = openKernels()
  const rows = new VectorRows(kernels, dimensions)
  const index = new CellIndex(modelId, kernels, rows)
  for (let row = 0; row < ids.length; row++) {
    const item = ids[row]!
    const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions)
    requireVector(`vector of item ${item}`, vector, dimensions)
    rows.write(item, vector)
    if (index.has(item)) throw twice(item)
    index.place(item, 0)
  }
  index.report.built = ids.length
  return index
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
  file.items.forEach((item, at) => {
    rows.write(item, file.row(item))
    index.place(item, file.cells[at]!)
  })
  Object.assign(index.report, file.report)
  return index
}

function requireRows(vectors: Float32Array, dimensions: number, ids: ArrayLike<number>): void {
  if (vectors.length === ids.length * dimensions) return
  throw new SluiceError(
    'SHAPE_MISMATCH',
    `vector index: expected ${ids.length} rows of ${dimensions}, got ${vectors.length} numbers; give every item a row`,
  )
}

function twice(item: number): SluiceError {
  return new SluiceError(
    'INVALID_ARGUMENT',
    `vector index: expected every item once, got ${item} twice; keep the row that counts`,
  )
}

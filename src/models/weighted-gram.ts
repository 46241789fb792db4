import { invertSymmetric, openKernels, SluiceError } from '../foundation/index.ts'
import type { SparseRows } from './interaction-rows.ts'

/** 2 GiB of doubles. */
const LARGEST_SIZE = 16_384

/** A dense symmetric matrix whose rows are `width` apart. */
export interface DenseSquare {
  readonly values: Float64Array
  readonly width: number
}

/**
 * The inverse of M W M' + diag(d), where W is diagonal.
 *
 * @param matrix - M, shape (n, m), sparse
 * @param transposed - M', shape (m, n)
 * @param columnWeights - the diagonal of W, shape (m,), at least 0
 * @param diagonal - d, shape (n,), above 0
 * @returns shape (n, n), its rows padded to a multiple of 4
 * @throws SluiceError `LIMIT_EXCEEDED` when n is above 16,384
 * @remarks O(sum of squared column lengths) for the product, then n^3 / 2 multiplications and additions.
 */
export function inverseOfWeightedGram(
  matrix: SparseRows,
  transposed: SparseRows,
  columnWeights: Float64Array,
  diagonal: Float64Array,
): DenseSquare {
  requireSize(matrix.rowCount)
  const width = (matrix.rowCount + 3) & ~3
  const kernels = openKernels()
  const values = kernels.arena.float64s(width * width)
  for (let row = 0; row < width; row++) {
    if (row < matrix.rowCount) addGramRow(matrix, transposed, columnWeights, row, values.subarray(row * width))
    values[row * width + row]! += diagonal[row] ?? 1
  }
  invertSymmetric(kernels, values, width)
  return { values, width }
}

function addGramRow(
  matrix: SparseRows,
  transposed: SparseRows,
  columnWeights: Float64Array,
  row: number,
  out: Float64Array,
): void {
  for (let entry = matrix.starts[row]!; entry < matrix.starts[row + 1]!; entry++) {
    const column = matrix.columns[entry]!
    const weight = matrix.values[entry]! * columnWeights[column]!
    for (let other = transposed.starts[column]!; other < transposed.starts[column + 1]!; other++) {
      out[transposed.columns[other]!]! += weight * transposed.values[other]!
    }
  }
}

function requireSize(size: number): void {
  if (size <= LARGEST_SIZE) return
  throw new SluiceError(
    'LIMIT_EXCEEDED',
    `ease: expected at most ${LARGEST_SIZE} items or as many users, got ${size} of both; set maxItems or use co-visitation`,
  )
}

import { randomFrom } from '../../foundation/index.ts'
import type { SparseRows } from '../interaction-rows.ts'
import { type SymmetricEigen, symmetricEigen } from './symmetric-eigen.ts'

/** Vectors beyond those asked for, so that the last of these converge as well. */
const SPARE = 8
/** A direction whose square is this share of the largest is noise: the matrix has no more rank. */
const NOISE = 1e-12

/** The largest singular values of a matrix, squared, and their directions on the side of the rows. */
export interface LeadingSubspace {
  /** Shape (count,), in falling order. */
  readonly values: Float64Array
  /** Row-major, shape (rowCount * count,), the columns orthonormal; columns beyond the rank are zeros. */
  readonly vectors: Float64Array
  /** At most as many as were asked for. */
  readonly count: number
}

/**
 * The leading eigenvectors of M M', by simultaneous iteration from a random start.
 *
 * @param matrix - M, shape (n, m), sparse; n is best the smaller
 * @param transposed - M'
 * @param wanted - how many
 * @param iterations - products with M M'; 6 settle all but the last few vectors
 * @remarks O(iterations * (entries * k + n * k^2 + k^3)), k = wanted + 8.
 * @see Halko, Martinsson and Tropp 2011, SIAM Review 53(2), algorithm 4.4.
 */
export function leadingSubspace(
  matrix: SparseRows,
  transposed: SparseRows,
  { wanted, iterations, seed }: { readonly wanted: number; readonly iterations: number; readonly seed: number },
): LeadingSubspace {
  const width = Math.min(matrix.rowCount, matrix.columnCount, wanted + SPARE)
  const random = randomFrom(seed, 'leading subspace')
  let block = orthonormal(
    Float64Array.from({ length: matrix.rowCount * width }, () => random.normal()),
    width,
  )
  for (let iteration = 0; iteration < iterations; iteration++) {
    block = orthonormal(multiplyBlock(matrix, multiplyBlock(transposed, block, width), width), width)
  }
  const { values, vectors } = symmetricEigen(gramOfBlock(multiplyBlock(transposed, block, width), width), width)
  const count = Math.min(wanted, width)
  return { values: values.slice(0, count), vectors: rotate(block, width, vectors, count), count }
}

/** The product of a sparse matrix and a dense block whose rows are `width` long. */
export function multiplyBlock(matrix: SparseRows, block: Float64Array, width: number): Float64Array {
  const out = new Float64Array(matrix.rowCount * width)
  for (let row = 0; row < matrix.rowCount; row++) {
    const to = row * width
    for (let entry = matrix.starts[row]!; entry < matrix.starts[row + 1]!; entry++) {
      const [value, from] = [matrix.values[entry]!, matrix.columns[entry]! * width]
      for (let k = 0; k < width; k++) out[to + k]! += value * block[from + k]!
    }
  }
  return out
}

/** The block with columns that span the same space and are orthonormal; those beyond the rank are zeros. */
function orthonormal(block: Float64Array, width: number): Float64Array {
  const { values, vectors }: SymmetricEigen = symmetricEigen(gramOfBlock(block, width), width)
  const scaled = vectors.map((value, place) => {
    const square = values[place % width]!
    return square > NOISE * values[0]! ? value / Math.sqrt(square) : 0
  })
  return rotate(block, width, scaled, width)
}

/** The inner products of the columns of a block, shape (width * width,). */
function gramOfBlock(block: Float64Array, width: number): Float64Array {
  const gram = new Float64Array(width * width)
  for (let from = 0; from < block.length; from += width) {
    for (let p = 0; p < width; p++) {
      const value = block[from + p]!
      for (let q = p; q < width; q++) gram[p * width + q]! += value * block[from + q]!
    }
  }
  for (let p = 0; p < width; p++) for (let q = 0; q < p; q++) gram[p * width + q] = gram[q * width + p]!
  return gram
}

/** The block times the first `count` columns of a square matrix. */
function rotate(block: Float64Array, width: number, square: Float64Array, count: number): Float64Array {
  const out = new Float64Array((block.length / width) * count)
  for (let from = 0, to = 0; from < block.length; from += width, to += count) {
    for (let p = 0; p < width; p++) {
      const value = block[from + p]!
      for (let q = 0; q < count; q++) out[to + q]! += value * square[p * width + q]!
    }
  }
  return out
}

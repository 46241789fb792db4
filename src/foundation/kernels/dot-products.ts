import { SluiceError } from '../sluice-error.ts'
import type { Kernels } from './kernels.ts'

/**
 * Dot products of every row of a matrix with one query, in single precision. The order of sums is fixed.
 *
 * @param matrix - shape (n * d,), row-major, of the arena
 * @param query - shape (d,), of the arena
 * @param out - shape (n,), of the arena
 * @throws SluiceError `SHAPE_MISMATCH` when the matrix is not n rows of d
 */
export function dotProducts(kernels: Kernels, matrix: Float32Array, query: Float32Array, out: Float32Array): void {
  requireRows(matrix, query, out)
  const { arena, program } = kernels
  program.dotProducts(arena.offsetOf(matrix), arena.offsetOf(query), arena.offsetOf(out), out.length, query.length)
}

function requireRows(matrix: Float32Array, query: Float32Array, out: Float32Array): void {
  if (matrix.length === out.length * query.length) return
  throw new SluiceError(
    'SHAPE_MISMATCH',
    `dot products: expected a matrix of ${out.length} x ${query.length} numbers, got ${matrix.length}; give one output a row`,
  )
}

import { assert } from '../foundation/index.ts'

/**
 * Factors a symmetric positive definite matrix into L L' in place, in double precision.
 *
 * @param matrix - shape (order * order,), row-major; only the lower triangle is read, and it becomes L
 * @remarks O(order^3 / 3). For a few hundred columns; an indefinite matrix is a fault of the caller.
 */
export function factorCholesky(matrix: Float64Array, order: number): void {
  for (let i = 0; i < order; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * order + j]!
      for (let k = 0; k < j; k++) sum -= matrix[i * order + k]! * matrix[j * order + k]!
      if (i === j) assert(sum > 0, 'a matrix for Cholesky is positive definite')
      matrix[i * order + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * order + j]!
    }
  }
}

/** Solves L L' x = b in place: `vector` holds b before and x after. `factor` is of {@link factorCholesky}. */
export function solveCholesky(factor: Float64Array, order: number, vector: Float64Array): void {
  for (let i = 0; i < order; i++) {
    let sum = vector[i]!
    for (let k = 0; k < i; k++) sum -= factor[i * order + k]! * vector[k]!
    vector[i] = sum / factor[i * order + i]!
  }
  // By rows of L, not columns of L', so that memory is read in order.
  for (let i = order - 1; i >= 0; i--) {
    const value = vector[i]! / factor[i * order + i]!
    vector[i] = value
    for (let k = 0; k < i; k++) vector[k]! -= factor[i * order + k]! * value
  }
}

// Cholesky for matrices of a few dozen to a few hundred rows in f32, whose size is a multiple of 4.
import { dotVectors } from './vectors'

/**
 * Solves A x = b in place: `matrix` (row-major, only the lower triangle is read) becomes its factor, `vector` the
 * solution. False when the matrix is not positive definite.
 */
export function factorAndSolve(matrix: usize, size: i32, vector: usize): bool {
  const rowBytes = (<usize>size) << 2
  let row = matrix
  for (let i: usize = 0; i < rowBytes; i += 4) {
    let other = matrix
    for (let j: usize = 0; j < i; j += 4) {
      store<f32>(row + j, (load<f32>(row + j) - dotBefore(row, other, j)) * load<f32>(other + j))
      other += rowBytes
    }
    const pivot = load<f32>(row + i) - dotBefore(row, row, i)
    if (!(pivot > 0)) return false
    // The diagonal holds its inverse, which is what is needed of it.
    const inverse: f32 = (<f32>1) / sqrt<f32>(pivot)
    store<f32>(row + i, inverse)
    store<f32>(vector + i, (load<f32>(vector + i) - dotBefore(row, vector, i)) * inverse)
    row += rowBytes
  }
  for (let i = rowBytes; i > 0; i -= 4) {
    row -= rowBytes
    const value = load<f32>(vector + i - 4) * load<f32>(row + i - 4)
    store<f32>(vector + i - 4, value)
    subtractBefore(vector, row, i - 4, value)
  }
  return true
}

/** The dot product of the first `bytes` bytes. */
function dotBefore(left: usize, right: usize, bytes: usize): f32 {
  const whole = bytes & ~15
  let sum = dotVectors(left, right, whole)
  for (let at = whole; at < bytes; at += 4) sum += load<f32>(left + at) * load<f32>(right + at)
  return sum
}

/** vector -= value row, in the first `bytes` bytes. */
function subtractBefore(vector: usize, row: usize, bytes: usize, value: f32): void {
  const values = f32x4.splat(value)
  const whole = bytes & ~15
  for (let at: usize = 0; at < whole; at += 16) {
    v128.store(vector + at, f32x4.sub(v128.load(vector + at), f32x4.mul(values, v128.load(row + at))))
  }
  for (let at = whole; at < bytes; at += 4) {
    store<f32>(vector + at, load<f32>(vector + at) - value * load<f32>(row + at))
  }
}

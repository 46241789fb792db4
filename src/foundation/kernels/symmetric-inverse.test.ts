import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { randomFrom } from '../random.ts'
import { isSluiceError } from '../sluice-error.ts'
import { openKernels } from './kernels.ts'
import { plainInvertSymmetric } from './plain/symmetric-inverse.ts'
import { invertSymmetric } from './symmetric-inverse.ts'

describe('the inverse of a symmetric positive definite matrix', () => {
  it('of the Pascal matrix is the one of whole numbers that textbooks give', () => {
    const inverse = inverted([1, 1, 1, 1, 1, 2, 3, 4, 1, 3, 6, 10, 1, 4, 10, 20])
    const expected = [4, -6, 4, -1, -6, 14, -11, 3, 4, -11, 10, -3, -1, 3, -3, 1]
    assert.ok(largestDifference(inverse, expected) < 1e-10)
  })

  it('of the second-difference matrix is the closed form, across blocks', () => {
    const size = 200
    const matrix = square(size, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0))
    const expected = square(size, (i, j) => ((Math.min(i, j) + 1) * (size - Math.max(i, j))) / (size + 1))
    const inverse = inverted(matrix)
    assert.ok(largestDifference(inverse, expected) < 1e-8)
  })

  it('equals the plain one to the bit and is symmetric, whatever the size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer(), (quarter, seed) => {
        const size = 4 * quarter
        const matrix = positiveDefinite(size, seed)
        const inverse = inverted(matrix)
        plainInvertSymmetric(matrix, size)
        assert.deepEqual(inverse, matrix)
        assert.deepEqual(
          inverse,
          square(size, (i, j) => inverse[j * size + i] ?? 0),
        )
      }),
      { seed: 11, numRuns: 25 },
    )
  })

  it('refuses a matrix that is not positive definite, and one that holds NaN', () => {
    const indefinite = square(4, (i, j) => (i === j ? 1 : 2))
    assert.throws(
      () => inverted(indefinite),
      (error) => isSluiceError(error, 'NOT_FINITE'),
    )
    indefinite[0] = Number.NaN
    assert.throws(
      () => inverted(indefinite),
      (error) => isSluiceError(error, 'NOT_FINITE'),
    )
  })

  it('refuses a size that is no multiple of 4', () => {
    assert.throws(
      () => inverted([2, 1, 1, 2]),
      (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
    )
  })
})

function inverted(matrix: ArrayLike<number>): Float64Array {
  const kernels = openKernels()
  const copy = kernels.arena.float64s(matrix.length)
  copy.set(matrix)
  invertSymmetric(kernels, copy, Math.sqrt(matrix.length))
  return Float64Array.from(copy)
}

function largestDifference(a: Float64Array, b: ArrayLike<number>): number {
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? Number.NaN))), 0)
}

function square(size: number, entry: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, index) => entry(Math.floor(index / size), index % size))
}

function positiveDefinite(size: number, seed: number): Float64Array {
  const random = randomFrom(seed)
  const factor = square(size, () => random.normal())
  return square(size, (i, j) => {
    let sum = i === j ? 1 : 0
    for (let k = 0; k < size; k++) sum += (factor[i * size + k] ?? 0) * (factor[j * size + k] ?? 0)
    return sum
  })
}

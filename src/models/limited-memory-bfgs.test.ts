import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { factorCholesky, solveCholesky } from './cholesky.ts'
import { minimise, type SmoothObjective } from './limited-memory-bfgs.ts'

/** Sum of cosh(scale (x - target)) - 1: convex, with a curvature that explodes away from the minimum. */
function steepBowl(targets: readonly number[], scales: readonly number[]): SmoothObjective {
  return {
    dimension: targets.length,
    evaluate(point, gradient) {
      return targets.reduce((value, target, index) => {
        const scale = scales[index] ?? 1
        const distance = scale * ((point[index] ?? 0) - target)
        gradient[index] = scale * Math.sinh(distance)
        // cosh - 1 without cancellation
        return value + 2 * Math.sinh(distance / 2) ** 2
      }, 0)
    },
  }
}

describe('limited-memory BFGS', () => {
  it('finds the minimum of a badly scaled convex function', () => {
    const coordinate = fc.record({
      target: fc.double({ min: -5, max: 5, noNaN: true }),
      scale: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(fc.array(coordinate, { minLength: 1, maxLength: 8 }), (coordinates) => {
        const targets = coordinates.map(({ target }) => target)
        const objective = steepBowl(
          targets,
          coordinates.map(({ scale }) => scale),
        )
        const { point, converged } = minimise(objective, { tolerance: 1e-9, maxIterations: 1000 })
        assert.ok(converged)
        targets.forEach((target, index) => {
          assert.ok(Math.abs((point[index] ?? Number.NaN) - target) < 1e-7)
        })
      }),
      { seed: 4, numRuns: 200 },
    )
  })

  it('does not move from the minimum, and says when its iterations ran out', () => {
    const objective = steepBowl([1, 2], [1, 3])
    const start = Float64Array.of(1, 2)
    assert.deepEqual(minimise(objective, { start, tolerance: 1e-9, maxIterations: 9 }).point, start)
    assert.equal(minimise(objective, { tolerance: 1e-9, maxIterations: 1 }).converged, false)
  })
})

describe('Cholesky', () => {
  it('solves what a product made', () => {
    const entry = fc.double({ min: -3, max: 3, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 16, maxLength: 16 }),
        fc.array(entry, { minLength: 4, maxLength: 4 }),
        (root, x) => {
          const at = (row: number, column: number) => root[row * 4 + column] ?? 0
          const product = (row: number, column: number) =>
            [0, 1, 2, 3].reduce((sum, k) => sum + at(row, k) * at(column, k), row === column ? 1 : 0)
          const matrix = Float64Array.from({ length: 16 }, (_, index) => product(index >> 2, index & 3))
          const right = Float64Array.from([0, 1, 2, 3], (row) =>
            x.reduce((sum, value, k) => sum + product(row, k) * value, 0),
          )
          factorCholesky(matrix, 4)
          solveCholesky(matrix, 4, right)
          right.forEach((value, index) => {
            assert.ok(Math.abs(value - (x[index] ?? 0)) < 1e-9)
          })
        },
      ),
      { seed: 9 },
    )
  })
})

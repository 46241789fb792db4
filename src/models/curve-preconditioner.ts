import { factorCholesky, solveCholesky } from './cholesky.ts'
import type { CurveProblem } from './curve-objective.ts'
import { logistic } from './logistic-function.ts'

/** Share of the diagonal, known from all rows, in a Hessian that is otherwise known from a sample. */
const SHRINKAGE = 0.01
/** Keeps the factor positive definite in spite of rounding; the guess need not be exact. */
const JITTER = 1e-9

/**
 * Multiplies in place by the inverse of the objective's Hessian at `point`, as a sample of the rows tells it. With it,
 * L-BFGS takes the steps of Newton's method at the price of gradients alone.
 *
 * @param sample - the problem through a sample of its rows, or the problem itself
 * @param point - heights and intercept
 * @remarks O(sample * featureCount^2 + slotCount^3 / 3) once, O(slotCount^2) each.
 */
export function curvePreconditioner(
  problem: CurveProblem,
  sample: CurveProblem,
  point: Float64Array,
): (vector: Float64Array) => void {
  const order = point.length
  const hessian = lossHessian(sample, point)
  const variance = hessian.at(-1)! / sample.weights.reduce((sum, weight) => sum + weight, 0)
  if (sample !== problem) shrinkToDiagonal(hessian, rowDiagonal(problem, variance))
  addPenaltyCurvature(problem, hessian, order)
  isolatePinned(problem.plan.pinned, hessian, order)
  factorCholesky(hessian, order)
  return (vector) => solveCholesky(hessian, order, vector)
}

/** The loss's Hessian, of which the lower triangle counts. */
function lossHessian({ plan, placed, weights }: CurveProblem, point: Float64Array): Float64Array {
  const { rowCount, featureCount, segments, shares } = placed
  const hessian = new Float64Array(point.length ** 2)
  const slots = new Uint32Array(featureCount)
  for (let row = 0; row < rowCount; row++) {
    const rowShares = shares.subarray(row * featureCount, (row + 1) * featureCount)
    let score = point[point.length - 1]!
    for (let feature = 0; feature < featureCount; feature++) {
      const slot = plan.curves.starts[feature]! + segments[row * featureCount + feature]!
      slots[feature] = slot
      score += point[slot]! + rowShares[feature]! * (point[slot + 1]! - point[slot]!)
    }
    const probability = logistic(score)
    addOuterProduct(hessian, point.length, slots, rowShares, weights[row]! * probability * (1 - probability))
  }
  return hessian
}

/**
 * Adds `factor` times the outer product of a row with itself. Each feature of the row is 1 - share at its slot and
 * share at the slot after, so that two features meet in a block of two by two; the intercept is the last column.
 */
function addOuterProduct(
  matrix: Float64Array,
  order: number,
  slots: Uint32Array,
  shares: Float64Array,
  factor: number,
): void {
  const intercept = (order - 1) * order
  for (let i = 0; i < slots.length; i++) {
    const upper = slots[i]! * order
    const right = factor * shares[i]!
    const left = factor - right
    for (let j = 0; j <= i; j++) {
      const column = slots[j]!
      const share = shares[j]!
      matrix[upper + column]! += left * (1 - share)
      matrix[upper + column + 1]! += left * share
      matrix[upper + order + column]! += right * (1 - share)
      matrix[upper + order + column + 1]! += right * share
    }
    matrix[intercept + slots[i]!]! += left
    matrix[intercept + slots[i]! + 1]! += right
  }
  matrix[intercept + order - 1]! += factor
}

/** The Hessian's diagonal over all rows, each given the same variance of its label. */
function rowDiagonal({ plan, placed, weights }: CurveProblem, variance: number): Float64Array {
  const { rowCount, featureCount, segments, shares } = placed
  const diagonal = new Float64Array(plan.stiffness.length + 1)
  for (let row = 0; row < rowCount; row++) {
    const factor = variance * weights[row]!
    diagonal[diagonal.length - 1]! += factor
    for (let feature = 0; feature < featureCount; feature++) {
      const share = shares[row * featureCount + feature]!
      const slot = plan.curves.starts[feature]! + segments[row * featureCount + feature]!
      diagonal[slot]! += factor * (1 - share) * (1 - share)
      diagonal[slot + 1]! += factor * share * share
    }
  }
  return diagonal
}

function shrinkToDiagonal(hessian: Float64Array, diagonal: Float64Array): void {
  for (let index = 0; index < hessian.length; index++) hessian[index]! *= 1 - SHRINKAGE
  diagonal.forEach((value, slot) => {
    hessian[slot * diagonal.length + slot]! += SHRINKAGE * value
  })
}

function addPenaltyCurvature({ plan, l2 }: CurveProblem, hessian: Float64Array, order: number): void {
  plan.stiffness.forEach((stiffness, slot) => {
    const pull = l2 * stiffness
    hessian[slot * order + slot]! += pull
    if (Number.isNaN(plan.curves.knots[slot]!)) return
    hessian[(slot + 1) * order + slot + 1]! += pull
    hessian[(slot + 1) * order + slot]! -= pull
  })
}

/** Pinned heights never move: their rows and columns become those of the identity. */
function isolatePinned(pinned: Uint8Array, hessian: Float64Array, order: number): void {
  for (let i = 0; i < order; i++) {
    for (let j = 0; j <= i; j++) {
      if (pinned[i] === 1 || pinned[j] === 1) hessian[i * order + j] = i === j ? 1 : 0
    }
    hessian[i * order + i]! *= 1 + JITTER
  }
}

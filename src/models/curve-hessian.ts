import { type CurveProblem, scoreOfPlaced } from './curve-objective.ts'
import { logistic } from './logistic-function.ts'

/** Keeps a factor positive definite in spite of rounding. */
const JITTER = 1e-9

/** What each row's score weighs in the logistic loss's Hessian: its weight times the variance of its label. */
export function logisticCurvature(problem: CurveProblem, point: Float64Array): Float64Array {
  return problem.weights.map((weight, row) => {
    const probability = logistic(scoreOfPlaced(problem, row, point))
    return weight * probability * (1 - probability)
  })
}

/**
 * X' diag(factors) X, where a row of X says what a row's score takes from every height, and 1 from the intercept (the
 * last column). Only the lower triangle counts.
 *
 * @param factors - shape (rowCount,)
 * @returns shape (order * order,), the order being the number of slots and one
 * @remarks O(rows * features^2).
 */
export function crossProduct({ plan, placed }: CurveProblem, factors: Float64Array): Float64Array {
  const { rowCount, featureCount, segments, shares } = placed
  const order = plan.stiffness.length + 1
  const matrix = new Float64Array(order * order)
  const slots = new Uint32Array(featureCount)
  for (let row = 0; row < rowCount; row++) {
    for (let feature = 0; feature < featureCount; feature++) {
      slots[feature] = plan.curves.starts[feature]! + segments[row * featureCount + feature]!
    }
    addOuterProduct(matrix, order, slots, shares.subarray(row * featureCount, (row + 1) * featureCount), factors[row]!)
  }
  return matrix
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

/** Adds the second derivative of `l2` / 2 times the plan's penalty to a lower triangle. */
export function addPenaltyCurvature({ plan, l2 }: CurveProblem, hessian: Float64Array, order: number): void {
  plan.stiffness.forEach((stiffness, slot) => {
    const pull = l2 * stiffness
    hessian[slot * order + slot]! += pull
    if (Number.isNaN(plan.curves.knots[slot]!)) return
    hessian[(slot + 1) * order + slot + 1]! += pull
    hessian[(slot + 1) * order + slot]! -= pull
  })
}

/** Pinned heights never move: their rows and columns become those of the identity. */
export function isolatePinned(pinned: Uint8Array, hessian: Float64Array, order: number): void {
  for (let i = 0; i < order; i++) {
    for (let j = 0; j <= i; j++) {
      if (pinned[i] === 1 || pinned[j] === 1) hessian[i * order + j] = i === j ? 1 : 0
    }
    hessian[i * order + i]! *= 1 + JITTER
  }
}

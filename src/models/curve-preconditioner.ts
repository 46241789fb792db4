import { factorCholesky, solveCholesky } from './cholesky.ts'
import { addPenaltyCurvature, crossProduct, isolatePinned, logisticCurvature } from './curve-hessian.ts'
import type { CurveProblem } from './curve-objective.ts'

/** Share of the diagonal, known from all rows, in a Hessian that is otherwise known from a sample. */
const SHRINKAGE = 0.01

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
  const hessian = crossProduct(sample, logisticCurvature(sample, point))
  const variance = hessian.at(-1)! / sample.weights.reduce((sum, weight) => sum + weight, 0)
  if (sample !== problem) shrinkToDiagonal(hessian, rowDiagonal(problem, variance))
  addPenaltyCurvature(problem, hessian, order)
  isolatePinned(problem.plan.pinned, hessian, order)
  factorCholesky(hessian, order)
  return (vector) => solveCholesky(hessian, order, vector)
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

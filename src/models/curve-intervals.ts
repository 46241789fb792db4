import { SluiceError } from '../foundation/index.ts'
import { factorCholesky, solveCholesky } from './cholesky.ts'
import { addPenaltyCurvature, crossProduct, isolatePinned } from './curve-hessian.ts'
import type { CurveProblem } from './curve-objective.ts'
import { normalHalfWidth } from './normal-quantile.ts'

export interface Estimate {
  readonly estimate: number
  readonly standardError: number
  readonly low: number
  readonly high: number
}

/** How sure a fit is of one height of one curve, relative to the curve's reference: the mean, or the middle knot. */
export interface CoefficientInterval extends Estimate {
  readonly feature: number
  /**
   * Which point of the model's `curve(feature)`; in the linear basis it is 1, the weight of one deviation. `missing` is
   * what a missing value adds beside the reference.
   */
  readonly at: number | 'missing'
}

export interface CurveIntervals {
  /** The share of a normal distribution that every interval holds, such as 0.95. */
  readonly level: number
  readonly intercept: Estimate
  /** By feature; constant columns have none. */
  readonly coefficients: readonly CoefficientInterval[]
}

/** The matrices of a penalised quadratic around the optimum, factored. */
export interface Curvature {
  readonly order: number
  /** X' diag(factors) X, the lower triangle. */
  readonly information: Float64Array
  /** The Cholesky factor of the information with the penalty added. */
  readonly factor: Float64Array
}

/** @param factors - shape (rowCount,): what each row's score weighs in the second derivative of the loss */
export function curvatureOf(problem: CurveProblem, factors: Float64Array): Curvature {
  const order = problem.plan.stiffness.length + 1
  const information = crossProduct(problem, factors)
  const factor = information.slice()
  addPenaltyCurvature(problem, factor, order)
  isolatePinned(problem.plan.pinned, factor, order)
  factorCholesky(factor, order)
  return { order, information, factor }
}

/**
 * Wald intervals of every coefficient: estimate and as many standard errors as a normal distribution needs for `level`.
 * The covariance is `variance` times the inverse of the information with the penalty added.
 *
 * @param heights - heights and intercept of the optimum
 * @remarks O(slotCount^3).
 */
export function intervalsOf(
  { plan }: CurveProblem,
  heights: Float64Array,
  { order, factor }: Curvature,
  variance: number,
  level: number,
): CurveIntervals {
  const halfWidth = normalHalfWidth(level)
  const estimateAt = (slot: number): Estimate => {
    const column = new Float64Array(order)
    column[slot] = 1
    solveCholesky(factor, order, column)
    const standardError = Math.sqrt(variance * column[slot]!)
    const estimate = heights[slot]!
    const reach = halfWidth * standardError
    return { estimate, standardError, low: estimate - reach, high: estimate + reach }
  }
  const { starts, featureCount } = plan.curves
  const coefficients: CoefficientInterval[] = []
  for (let feature = 0; feature < featureCount; feature++) {
    const [first, missing] = [starts[feature]!, starts[feature + 1]! - 1]
    for (let slot = first; slot <= missing; slot++) {
      if (plan.pinned[slot] === 1) continue
      coefficients.push({ feature, at: slot === missing ? 'missing' : slot - first, ...estimateAt(slot) })
    }
  }
  return { level, intercept: estimateAt(order - 1), coefficients }
}

/** The trace of (information + penalty)^-1 information: how many coefficients the penalty leaves free, as a number. */
export function effectiveCoefficients({ plan }: CurveProblem, { order, information, factor }: Curvature): number {
  let trace = 0
  const column = new Float64Array(order)
  for (let slot = 0; slot < order; slot++) {
    if (plan.pinned[slot] === 1) continue
    for (let row = 0; row < order; row++) {
      const at = row >= slot ? row * order + slot : slot * order + row
      column[row] = plan.pinned[row] === 1 ? 0 : information[at]!
    }
    solveCholesky(factor, order, column)
    trace += column[slot]!
  }
  return trace
}

/** @throws SluiceError `INVALID_ARGUMENT` */
export function requireLevel(level: number): void {
  if (level > 0 && level < 1) return
  throw new SluiceError('INVALID_ARGUMENT', `intervals, level: expected between 0 and 1, got ${level}; 0.95 is usual`)
}

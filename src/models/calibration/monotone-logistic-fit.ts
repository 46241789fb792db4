import { factorCholesky, solveCholesky } from '../cholesky.ts'
import { logistic, logisticLoss } from '../logistic-function.ts'

/** Rows of a few columns, each of which may only raise the probability. */
export interface MonotoneLogisticProblem {
  /** Each of shape (n,), finite. */
  readonly columns: readonly Float64Array[]
  /** Shape (n,), in [0, 1]. */
  readonly targets: Float64Array
  /** Shape (n,), at least 0 and not all 0; absent means 1 each. */
  readonly weights?: Float64Array | undefined
  readonly hasIntercept: boolean
}

export interface MonotoneLogisticFit {
  /** One a column, at least 0. */
  readonly slopes: readonly number[]
  /** 0 without an intercept. */
  readonly intercept: number
}

/** A candidate: the mean loss at its optimum, and a parameter for each of the columns it uses. */
interface Optimum {
  readonly point: Float64Array
  readonly loss: number
}

/** Keeps the optimum finite where a threshold separates the classes, and moves it by no more than rounding elsewhere. */
const RIDGE = 1e-10
const MAX_ITERATIONS = 200
const MAX_HALVINGS = 50
const SUFFICIENT_DECREASE = 1e-4

/**
 * The minimum of the weighted logistic loss of `intercept + sum of slope * column` with no slope below 0.
 *
 * The loss is convex, so the constrained minimum is the best of the minima over subsets of the columns whose slopes
 * come out positive. With no column left it is the base rate.
 *
 * @remarks O(n) an iteration and subset; for up to three columns.
 * @see Lin, Lin & Weng 2007, Machine Learning 68: Newton with backtracking.
 */
export function fitMonotoneLogistic(problem: MonotoneLogisticProblem): MonotoneLogisticFit {
  const scaled = problem.columns.map((column) => scale(column, problem))
  const loss = createLoss(problem)
  let best: { subset: readonly number[]; optimum: Optimum } | undefined
  for (const subset of subsetsOf(problem.columns.length)) {
    const columns = subset.map((index) => scaled[index]!.values)
    const optimum = minimiseByNewton(loss, columns, columns.length + (problem.hasIntercept ? 1 : 0))
    if (!optimum.point.every((value, index) => index >= subset.length || value >= 0)) continue
    if (best === undefined || optimum.loss < best.optimum.loss) best = { subset, optimum }
    if (subset.length === problem.columns.length) break
  }
  const slopes = problem.columns.map(() => 0)
  if (best === undefined) return { slopes, intercept: 0 }
  const { subset, optimum } = best
  let intercept = problem.hasIntercept ? optimum.point[subset.length]! : 0
  subset.forEach((column, index) => {
    const { centre, unit } = scaled[column]!
    slopes[column] = optimum.point[index]! / unit
    intercept -= optimum.point[index]! * (centre / unit)
  })
  return { slopes, intercept }
}

/** All subsets of `0 .. count - 1`, the whole first. */
function subsetsOf(count: number): number[][] {
  const subsets = Array.from({ length: 2 ** count }, (_, bits) =>
    Array.from({ length: count }, (_, index) => index).filter((index) => (bits >> index) & 1),
  )
  return subsets.sort((a, b) => b.length - a.length)
}

/** The column as (value - centre) / unit, so that Newton's equations are well conditioned whatever the scale. */
function scale(
  column: Float64Array,
  { weights, hasIntercept }: MonotoneLogisticProblem,
): { values: Float64Array; centre: number; unit: number } {
  const largest = column.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
  const shares = column.map((value) => value / largest)
  const mean = hasIntercept ? weightedMean(shares, weights) : 0
  const spread = shares.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0) || 1
  return { values: shares.map((value) => (value - mean) / spread), centre: mean * largest, unit: spread * largest }
}

function weightedMean(values: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0
  let total = 0
  for (let row = 0; row < values.length; row++) {
    const weight = weights?.[row] ?? 1
    sum += weight * values[row]!
    total += weight
  }
  return sum / total
}

type Loss = (
  columns: readonly Float64Array[],
  point: Float64Array,
) => { value: number; gradient: Float64Array; hessian: Float64Array }

/** Mean loss, its gradient and the lower triangle of its Hessian at a point of one value a column, then the intercept. */
function createLoss({ targets, weights, hasIntercept }: MonotoneLogisticProblem): Loss {
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? targets.length
  const ones = hasIntercept ? [new Float64Array(targets.length).fill(1)] : []
  return (columns, point) => {
    const design = [...columns, ...ones]
    const order = design.length
    const gradient = point.map((value) => RIDGE * value)
    const hessian = new Float64Array(order * order)
    for (let i = 0; i < order; i++) hessian[i * order + i] = RIDGE
    let value = 0.5 * RIDGE * point.reduce((sum, parameter) => sum + parameter * parameter, 0)
    for (let row = 0; row < targets.length; row++) {
      const share = (weights?.[row] ?? 1) / total
      let score = 0
      for (let i = 0; i < order; i++) score += point[i]! * design[i]![row]!
      const probability = logistic(score)
      value += share * logisticLoss(score, targets[row]!)
      addRow(design, row, share * (probability - targets[row]!), gradient)
      addOuterProduct(design, row, share * probability * (1 - probability), hessian)
    }
    return { value, gradient, hessian }
  }
}

function addRow(design: readonly Float64Array[], row: number, factor: number, gradient: Float64Array): void {
  for (let i = 0; i < design.length; i++) gradient[i]! += factor * design[i]![row]!
}

function addOuterProduct(design: readonly Float64Array[], row: number, factor: number, hessian: Float64Array): void {
  for (let i = 0; i < design.length; i++) {
    for (let j = 0; j <= i; j++) hessian[i * design.length + j]! += factor * design[i]![row]! * design[j]![row]!
  }
}

function minimiseByNewton(loss: Loss, columns: readonly Float64Array[], order: number): Optimum {
  let point: Float64Array = new Float64Array(order)
  let at = loss(columns, point)
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const step = at.gradient.slice()
    factorCholesky(at.hessian, order)
    solveCholesky(at.hessian, order, step)
    const slope = step.reduce((sum, value, index) => sum + value * at.gradient[index]!, 0)
    // Twice the distance to the minimum in the loss, below what the sum of the loss resolves.
    if (!(slope > 1e-18)) break
    const next = backtrack(loss, columns, { point, value: at.value }, step, slope)
    if (next === undefined) break
    point = next
    at = loss(columns, point)
  }
  return { point, loss: at.value }
}

/** The first of the full step, half of it, a quarter ... that lowers the loss enough. */
function backtrack(
  loss: Loss,
  columns: readonly Float64Array[],
  from: { readonly point: Float64Array; readonly value: number },
  step: Float64Array,
  slope: number,
): Float64Array | undefined {
  // At the end rounding hides the decrease; the last digits are forgiven.
  const forgiven = 4 * Number.EPSILON * Math.abs(from.value)
  for (let halving = 0, length = 1; halving < MAX_HALVINGS; halving++, length /= 2) {
    const point = from.point.map((value, index) => value - length * step[index]!)
    if (loss(columns, point).value <= from.value - SUFFICIENT_DECREASE * length * slope + forgiven) return point
  }
  return undefined
}

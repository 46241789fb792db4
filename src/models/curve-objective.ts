import type { RowSample } from './balanced-sample.ts'
import type { WeightedRows } from './column-moments.ts'
import type { CurvePlan } from './curve-plan.ts'
import { type FeatureCurves, positionOnCurve, slotOfPosition } from './feature-curves.ts'
import type { SmoothObjective } from './limited-memory-bfgs.ts'
import { logistic, logisticLoss } from './logistic-function.ts'

/**
 * Training rows placed on their curves once, so that an evaluation is two look-ups a value. Entry `i * featureCount + j`
 * is row `i` (of those used), feature `j`.
 */
export interface PlacedRows {
  readonly rowCount: number
  readonly featureCount: number
  /** Which segment of the feature's curve; its number of knots at missing. */
  readonly segments: Uint8Array
  /** How far along the segment; 0 at missing. */
  readonly shares: Float64Array
}

export function placeRows(table: WeightedRows, curves: FeatureCurves): PlacedRows {
  const { rows, featureCount, used } = table
  const segments = new Uint8Array(used.length * featureCount)
  const shares = new Float64Array(used.length * featureCount)
  let entry = 0
  for (let index = 0; index < used.length; index++) {
    for (let feature = 0; feature < featureCount; feature++, entry++) {
      const position = positionOnCurve(curves, feature, rows[used[index]! * featureCount + feature]!)
      segments[entry] = slotOfPosition(curves, feature, position) - curves.starts[feature]!
      shares[entry] = Number.isNaN(position) ? 0 : position - segments[entry]!
    }
  }
  return { rowCount: used.length, featureCount, segments, shares }
}

/** What a fit minimises over; labels and weights have shape (rowCount,). */
export interface CurveProblem {
  readonly plan: CurvePlan
  readonly placed: PlacedRows
  readonly labels: Float64Array
  readonly weights: Float64Array
  readonly l2: number
}

/** The same problem seen through some of its rows. */
export function sampledProblem(problem: CurveProblem, { positions, weights }: RowSample): CurveProblem {
  const { featureCount, segments, shares } = problem.placed
  const placed = {
    rowCount: positions.length,
    featureCount,
    segments: new Uint8Array(positions.length * featureCount),
    shares: new Float64Array(positions.length * featureCount),
  }
  positions.forEach((row, index) => {
    const [start, end] = [row * featureCount, (row + 1) * featureCount]
    placed.segments.set(segments.subarray(start, end), index * featureCount)
    placed.shares.set(shares.subarray(start, end), index * featureCount)
  })
  return { ...problem, placed, weights, labels: Float64Array.from(positions, (row) => problem.labels[row]!) }
}

/**
 * The weighted logistic loss plus `l2` / 2 times the plan's penalty, as a function of the heights (shape (slotCount,))
 * followed by the intercept, which is not penalised.
 */
export function curveObjective(problem: CurveProblem): SmoothObjective {
  const dimension = problem.plan.stiffness.length + 1
  return {
    dimension,
    evaluate(point, gradient) {
      gradient.fill(0)
      const value = addLoss(problem, point, gradient) + addPenalty(problem, point, gradient)
      problem.plan.pinned.forEach((isPinned, slot) => {
        if (isPinned === 1) gradient[slot] = 0
      })
      return value
    },
  }
}

/**
 * The slope of half the weighted squared error plus `l2` / 2 times the plan's penalty, at `point`; 0 where heights are
 * pinned. Labels are any numbers.
 */
export function squaredErrorGradient(problem: CurveProblem, point: Float64Array): Float64Array {
  const { plan, placed, labels, weights } = problem
  const gradient = new Float64Array(point.length)
  for (let row = 0; row < placed.rowCount; row++) {
    addRowGradient(problem, row, weights[row]! * (scoreOfPlaced(problem, row, point) - labels[row]!), gradient)
  }
  addPenalty(problem, point, gradient)
  plan.pinned.forEach((isPinned, slot) => {
    if (isPinned === 1) gradient[slot] = 0
  })
  return gradient
}

/** The score of one placed row. */
export function scoreOfPlaced({ plan, placed }: CurveProblem, row: number, point: Float64Array): number {
  const { featureCount, segments, shares } = placed
  const { starts } = plan.curves
  const start = row * featureCount
  let score = point[point.length - 1]!
  for (let feature = 0; feature < featureCount; feature++) {
    const slot = starts[feature]! + segments[start + feature]!
    score += point[slot]! + shares[start + feature]! * (point[slot + 1]! - point[slot]!)
  }
  return score
}

function addLoss(problem: CurveProblem, point: Float64Array, gradient: Float64Array): number {
  const { placed, labels, weights } = problem
  let loss = 0
  for (let row = 0; row < placed.rowCount; row++) {
    const score = scoreOfPlaced(problem, row, point)
    loss += weights[row]! * logisticLoss(score, labels[row]!)
    addRowGradient(problem, row, weights[row]! * (logistic(score) - labels[row]!), gradient)
  }
  return loss
}

function addRowGradient({ plan, placed }: CurveProblem, row: number, residual: number, gradient: Float64Array): void {
  const { featureCount, segments, shares } = placed
  const { starts } = plan.curves
  const start = row * featureCount
  gradient[gradient.length - 1]! += residual
  for (let feature = 0; feature < featureCount; feature++) {
    const slot = starts[feature]! + segments[start + feature]!
    const right = residual * shares[start + feature]!
    gradient[slot]! += residual - right
    gradient[slot + 1]! += right
  }
}

function addPenalty({ plan, l2 }: CurveProblem, point: Float64Array, gradient: Float64Array): number {
  const { stiffness, curves } = plan
  let penalty = 0
  for (let slot = 0; slot < stiffness.length; slot++) {
    // A slot for missing is tied to 0, a knot to the knot after it.
    const tiedToNext = !Number.isNaN(curves.knots[slot]!)
    const step = (tiedToNext ? point[slot + 1]! : 0) - point[slot]!
    const pull = l2 * stiffness[slot]! * step
    penalty += (pull * step) / 2
    gradient[slot]! -= pull
    if (tiedToNext) gradient[slot + 1]! += pull
  }
  return penalty
}

import { ByteWriter, SluiceError } from '../foundation/index.ts'
import { solveCholesky } from './cholesky.ts'
import {
  type Curvature,
  type CurveIntervals,
  curvatureOf,
  effectiveCoefficients,
  intervalsOf,
  requireLevel,
} from './curve-intervals.ts'
import { type CurveProblem, placeRows, scoreOfPlaced, squaredErrorGradient } from './curve-objective.ts'
import { planCurves } from './curve-plan.ts'
import {
  curvePoints,
  explainCurves,
  type FittedCurves,
  readCurves,
  scoreCurves,
  settleMeans,
  weightedRows,
  writeCurves,
} from './fitted-curves.ts'
import { openModelFile, writeModelFile } from './model-file.ts'
import { requireRowExamples } from './row-examples.ts'
import type { RowExamples, RowModel } from './row-model.ts'

export interface RidgeRegressionOptions {
  /** Strength of the L2 penalty on the coefficients of standardised features, above 0; 1 by default. Sums, not means. */
  readonly l2?: number | undefined
  /** One straight line a feature (the default), or straight lines between knots at the feature's quantiles. */
  readonly basis?: 'linear' | 'piecewise' | undefined
  /** Knots a feature in the piecewise basis, from 2 to 64; 16 by default. */
  readonly knots?: number | undefined
  /** Whether never-negative columns of skewness above 2 are read through a logarithm; true by default. */
  readonly logTransform?: boolean | undefined
}

const KIND = 'ridge-regression'
const VERSION = 1

/**
 * Fits a ridge regression over dense rows in closed form: the exact minimum of the weighted squared error plus `l2`
 * times the squared coefficients. Labels are any finite numbers. Columns are standardised, missing values, constant
 * columns and the piecewise basis are treated as `fitLogisticRegression` does.
 *
 * @throws SluiceError `NO_TRAINING_DATA`, `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE` (a negative weight, a column
 * too wide for its variance), `INVALID_ARGUMENT` for an option
 * @remarks O(rows * features^2 + coefficients^3 / 3), 9 bytes a value of memory.
 * @see Hoerl & Kennard 1970, Technometrics 12(1).
 */
export function fitRidgeRegression(examples: RowExamples, options: RidgeRegressionOptions = {}): RidgeRegression {
  const problem = problemOf(examples, options)
  return modelOf(problem, heightsOf(problem, curvatureOf(problem, problem.weights)))
}

/**
 * The same with an interval for every coefficient.
 *
 * The covariance is the noise variance times the inverse of (X'WX + penalty), the weights counting rows and the noise
 * estimated with the effective number of coefficients. Read as Bayes would, the interval holds the coefficient with the
 * stated probability when coefficients are normal around 0 with variance noise / `l2`. Read by frequencies, it is
 * the classical interval for a penalty near 0; under a strong one the estimate is drawn towards 0, and the interval is
 * centred on where it was drawn to.
 *
 * @param options.level - the probability, 0.95 by default
 * @throws SluiceError as {@link fitRidgeRegression}; `NO_TRAINING_DATA` when the rows are no more than the coefficients
 */
export function fitRidgeRegressionWithIntervals(
  examples: RowExamples,
  options: RidgeRegressionOptions & { readonly level?: number | undefined } = {},
): { model: RidgeRegression; intervals: CurveIntervals; noiseVariance: number } {
  const { level = 0.95 } = options
  requireLevel(level)
  const problem = problemOf(examples, options)
  const curvature = curvatureOf(problem, problem.weights)
  const heights = heightsOf(problem, curvature)
  const noiseVariance = noiseVarianceOf(problem, heights, effectiveCoefficients(problem, curvature))
  const intervals = intervalsOf(problem, heights, curvature, noiseVariance, level)
  return { model: modelOf(problem, heights), intervals, noiseVariance }
}

/** Reads what {@link RidgeRegression.save} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadRidgeRegression(bytes: Uint8Array): RidgeRegression {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const featureCount = payload.uint32()
  const clamped = payload.uint32() === 1
  return new RidgeRegression(readCurves(payload, featureCount, clamped))
}

/** A fitted ridge regression over dense rows; see {@link fitRidgeRegression}. Scores are in units of the label. */
export class RidgeRegression implements RowModel {
  readonly kind = KIND
  readonly featureCount: number
  /** The score where every feature is at its reference: the mean, or in the piecewise basis the middle knot. */
  readonly intercept: number
  readonly #fitted: FittedCurves

  constructor(fitted: FittedCurves) {
    this.#fitted = fitted
    this.featureCount = fitted.curves.featureCount
    this.intercept = fitted.heights.at(-1) ?? 0
  }

  scoreRows(rows: Float64Array, rowCount: number, out: Float64Array): void {
    scoreCurves(this.#fitted, rows, rowCount, out)
  }

  /** The score itself: it is in units of the label. */
  response(score: number): number {
    return score
  }

  /** A contribution is relative to the feature's average over the training rows, the baseline is their average score. */
  explain(row: Float64Array): { baseline: number; contributions: Float64Array } {
    return explainCurves(this.#fitted, row)
  }

  /** The points of one feature's curve: knots in its own units, heights relative to the average contribution. */
  curve(feature: number): { knot: number; height: number }[] {
    return curvePoints(this.#fitted, feature)
  }

  save(): Uint8Array {
    const { curves } = this.#fitted
    const payload = new ByteWriter().uint32(this.featureCount).uint32(curves.clamped ? 1 : 0)
    writeCurves(payload, this.#fitted)
    return writeModelFile(KIND, VERSION, payload.finish())
  }
}

function problemOf(examples: RowExamples, options: RidgeRegressionOptions): CurveProblem {
  const { l2 = 1, basis = 'linear', knots = 16, logTransform = true } = options
  requireOption('l2', l2, l2 > 0 && Number.isFinite(l2), 'a number above 0')
  requireOption('knots', knots, Number.isInteger(knots) && knots >= 2 && knots <= 64, 'a whole number from 2 to 64')
  requireRowExamples(examples)
  const table = weightedRows(examples)
  const { used, weights } = table
  if (used.length === 0) {
    throw new SluiceError('NO_TRAINING_DATA', 'training rows: expected a weight above 0, got none')
  }
  const everyRow = { positions: Uint32Array.from(used.keys()), weights }
  const plan = planCurves(table, everyRow, { basis, knots, logTransform })
  const labels = Float64Array.from(used, (row) => examples.labels[row]!)
  return { plan, placed: placeRows(table, plan.curves), labels, weights, l2 }
}

function modelOf(problem: CurveProblem, heights: Float64Array): RidgeRegression {
  const means = settleMeans(problem, heights)
  return new RidgeRegression({ curves: problem.plan.curves, heights, means })
}

/**
 * The heights and the intercept at the minimum: one step of Newton's method from 0, which is exact, and a second one
 * against rounding and for what keeps the factor positive definite.
 */
function heightsOf(problem: CurveProblem, { order, factor }: Curvature): Float64Array {
  const heights = new Float64Array(order)
  heights[order - 1] = weightedMean(problem.labels, problem.weights)
  for (let step = 0; step < 2; step++) {
    const downhill = squaredErrorGradient(problem, heights)
    solveCholesky(factor, order, downhill)
    for (let slot = 0; slot < order; slot++) heights[slot]! -= downhill[slot]!
  }
  return heights
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let sum = 0
  let total = 0
  for (let row = 0; row < values.length; row++) {
    sum += weights[row]! * values[row]!
    total += weights[row]!
  }
  return sum / total
}

function noiseVarianceOf(problem: CurveProblem, heights: Float64Array, coefficients: number): number {
  const { labels, weights } = problem
  let squares = 0
  let rows = 0
  for (let row = 0; row < labels.length; row++) {
    squares += weights[row]! * (labels[row]! - scoreOfPlaced(problem, row, heights)) ** 2
    rows += weights[row]!
  }
  // The effective number is a sum of many roundings.
  if (rows > coefficients * (1 + 1e-6)) return squares / (rows - coefficients)
  throw new SluiceError(
    'NO_TRAINING_DATA',
    `ridge intervals: expected more rows than effective coefficients (${coefficients}), got ${rows}; gather more or raise l2`,
  )
}

function requireOption(name: string, value: number, holds: boolean, expected: string): void {
  if (holds) return
  throw new SluiceError('INVALID_ARGUMENT', `ridge regression, ${name}: expected ${expected}, got ${value}`)
}

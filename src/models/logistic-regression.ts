import { ByteWriter, randomFrom, SluiceError } from '../foundation/index.ts'
import { balancedSample, type RowSample } from './balanced-sample.ts'
import { logisticCurvature } from './curve-hessian.ts'
import { type CurveIntervals, curvatureOf, intervalsOf, requireLevel } from './curve-intervals.ts'
import { type CurveProblem, curveObjective, placeRows, sampledProblem } from './curve-objective.ts'
import { planCurves } from './curve-plan.ts'
import { curvePreconditioner } from './curve-preconditioner.ts'
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
import { type Minimum, minimise } from './limited-memory-bfgs.ts'
import { logistic, logOdds } from './logistic-function.ts'
import { openModelFile, writeModelFile } from './model-file.ts'
import { requireRowExamples, requireTwoClasses } from './row-examples.ts'
import type { RowExamples, RowModel } from './row-model.ts'

export interface LogisticRegressionOptions {
  /** Strength of the L2 penalty on the coefficients of standardised features, above 0; 1 by default. Sums, not means. */
  readonly l2?: number | undefined
  /** One straight line a feature (the default), or straight lines between knots at the feature's quantiles. */
  readonly basis?: 'linear' | 'piecewise' | undefined
  /** Knots a feature in the piecewise basis, from 2 to 64; 16 by default. */
  readonly knots?: number | undefined
  /** Whether never-negative columns of skewness above 2 are read through a logarithm; true by default. */
  readonly logTransform?: boolean | undefined
  /** Draws the rows from which quantiles and a first Hessian are read when there are over 32,768 rows; 0 by default. */
  readonly seed?: number | undefined
  /** Stops when the loss is within about half the square of this, in nats, of its minimum; 1e-4 by default. */
  readonly tolerance?: number | undefined
  /** 200 by default; a fit takes 10 to 30. */
  readonly maxIterations?: number | undefined
}

const KIND = 'logistic-regression'
const VERSION = 1
const SAMPLE_ROWS_PER_CLASS = 16_384
const REHEARSAL_TOLERANCE = 0.1
const REHEARSAL_ITERATIONS = 10

/**
 * Fits a logistic regression over dense rows: the exact minimum of the weighted logistic loss plus an L2 penalty.
 *
 * Each feature is standardised (weighted mean and population deviation of its known values), after a logarithm where
 * its tail is heavy. A missing value stands at the mean and has a weight of its own if the column had missing values in
 * training; in a column that never had, it contributes what the column contributes on average. Constant columns
 * contribute nothing; collinear ones share their weight. Soft labels are allowed: 0.3 is 0.3 of a positive and 0.7 of
 * a negative example.
 *
 * The piecewise basis puts a curve of straight lines through each feature, with a penalty on its steps (of the size of
 * a ridge on the feature's rank), and is level beyond the training range: monotone, saturating and U-shaped effects at
 * the price of a linear model, still a sum over features.
 *
 * @throws SluiceError `NO_TRAINING_DATA`, `ONE_CLASS_ONLY`, `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE` (a label
 * outside [0, 1], a negative weight, a column too wide for its variance), `INVALID_ARGUMENT` for an option
 * @remarks O(rows * features) an iteration, 9 bytes a value of memory.
 */
export function fitLogisticRegression(
  examples: RowExamples,
  options: LogisticRegressionOptions = {},
): LogisticRegression {
  return solve(examples, options).model
}

/**
 * The same with a Wald interval for every coefficient: from the observed information, to which the penalty is added. So
 * it is the classical interval when `l2` is near 0; with a penalty it is the interval of the normal distribution around
 * the optimum that has the same curvature (Laplace), for coefficients that are normal around 0 with variance 1 / `l2`.
 * Weights count rows. It holds the model for true: a fit that stopped early (`converged` false) has no such interval.
 *
 * @param options.level - the probability, 0.95 by default
 * @throws SluiceError as {@link fitLogisticRegression}
 * @remarks A fit and O(rows * features^2 + coefficients^3).
 */
export function fitLogisticRegressionWithIntervals(
  examples: RowExamples,
  options: LogisticRegressionOptions & { readonly level?: number | undefined } = {},
): { model: LogisticRegression; intervals: CurveIntervals } {
  const { level = 0.95 } = options
  requireLevel(level)
  const { model, problem, heights } = solve(examples, options)
  const curvature = curvatureOf(problem, logisticCurvature(problem, heights))
  return { model, intervals: intervalsOf(problem, heights, curvature, 1, level) }
}

function solve(examples: RowExamples, options: LogisticRegressionOptions) {
  const { l2 = 1, basis = 'linear', knots = 16, logTransform = true, seed = 0 } = options
  const { tolerance = 1e-4, maxIterations = 200 } = options
  requireOptions({ l2, knots, tolerance })
  requireRowExamples(examples)
  const baseRate = requireTwoClasses(examples.labels, examples.weights)
  const table = weightedRows(examples)
  const labels = Float64Array.from(table.used, (row) => examples.labels[row]!)
  const sample = balancedSample(labels, table.weights, SAMPLE_ROWS_PER_CLASS, randomFrom(seed, KIND))
  const plan = planCurves(table, sample, { basis, knots, logTransform })
  const problem = { plan, placed: placeRows(table, plan.curves), labels, weights: table.weights, l2 }
  const level = new Float64Array(plan.stiffness.length + 1)
  level[level.length - 1] = logOdds(baseRate)
  const minimum = minimiseInStages(problem, sample, level, { tolerance, maxIterations })
  const means = settleMeans(problem, minimum.point)
  const model = new LogisticRegression({ ...minimum, curves: plan.curves, heights: minimum.point, means })
  return { model, problem, heights: minimum.point }
}

/** Over many rows, first over the sample alone: all rows then take the last few steps, under a better Hessian. */
function minimiseInStages(
  problem: CurveProblem,
  sample: RowSample,
  level: Float64Array,
  options: { tolerance: number; maxIterations: number },
): Minimum {
  if (sample.positions.length === problem.placed.rowCount) {
    const precondition = curvePreconditioner(problem, problem, level)
    return minimise(curveObjective(problem), { ...options, start: level, precondition })
  }
  const sampled = sampledProblem(problem, sample)
  const rehearsal = minimise(curveObjective(sampled), {
    start: level,
    precondition: curvePreconditioner(sampled, sampled, level),
    tolerance: REHEARSAL_TOLERANCE,
    maxIterations: REHEARSAL_ITERATIONS,
  })
  const precondition = curvePreconditioner(problem, sampled, rehearsal.point)
  return minimise(curveObjective(problem), { ...options, start: rehearsal.point, precondition })
}

/** Reads what {@link LogisticRegression.save} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadLogisticRegression(bytes: Uint8Array): LogisticRegression {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const featureCount = payload.uint32()
  const clamped = payload.uint32() === 1
  const iterations = payload.uint32()
  const converged = payload.uint32() === 1
  return new LogisticRegression({ ...readCurves(payload, featureCount, clamped), iterations, converged })
}

interface Fitted extends FittedCurves {
  readonly iterations: number
  readonly converged: boolean
}

/** A fitted logistic regression over dense rows; see {@link fitLogisticRegression}. Scores are log-odds. */
export class LogisticRegression implements RowModel {
  readonly kind = KIND
  readonly featureCount: number
  /** The score where every feature is at its reference: the mean, or in the piecewise basis the middle knot. */
  readonly intercept: number
  readonly iterations: number
  /** False when the fit stopped before its tolerance; the scores are then usable but not the exact optimum. */
  readonly converged: boolean
  readonly #fitted: Fitted

  constructor(fitted: Fitted) {
    this.#fitted = fitted
    this.featureCount = fitted.curves.featureCount
    this.intercept = fitted.heights.at(-1) ?? 0
    this.iterations = fitted.iterations
    this.converged = fitted.converged
  }

  scoreRows(rows: Float64Array, rowCount: number, out: Float64Array): void {
    scoreCurves(this.#fitted, rows, rowCount, out)
  }

  response(score: number): number {
    return logistic(score)
  }

  /** A contribution is relative to the feature's average over the training rows, the baseline is their average score. */
  explain(row: Float64Array): { baseline: number; contributions: Float64Array } {
    return explainCurves(this.#fitted, row)
  }

  /**
   * The points of one feature's curve, for a plot or a report: knots in the feature's own units, heights in log-odds
   * relative to the average contribution. Empty for a feature that was never known in training.
   */
  curve(feature: number): { knot: number; height: number }[] {
    return curvePoints(this.#fitted, feature)
  }

  save(): Uint8Array {
    const { curves, heights, means } = this.#fitted
    const payload = new ByteWriter(8 * (2 * heights.length + 4 * means.length) + 256)
      .uint32(this.featureCount)
      .uint32(curves.clamped ? 1 : 0)
      .uint32(this.iterations)
      .uint32(this.converged ? 1 : 0)
    writeCurves(payload, this.#fitted)
    return writeModelFile(KIND, VERSION, payload.finish())
  }
}

function requireOptions({ l2, knots, tolerance }: { l2: number; knots: number; tolerance: number }): void {
  requireOption('l2', l2, l2 > 0 && Number.isFinite(l2), 'a number above 0')
  requireOption('knots', knots, Number.isInteger(knots) && knots >= 2 && knots <= 64, 'a whole number from 2 to 64')
  requireOption('tolerance', tolerance, tolerance > 0, 'a number above 0')
}

function requireOption(name: string, value: number, holds: boolean, expected: string): void {
  if (holds) return
  throw new SluiceError('INVALID_ARGUMENT', `logistic regression, ${name}: expected ${expected}, got ${value}`)
}

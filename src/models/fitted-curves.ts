import type { ByteReader, ByteWriter } from '../foundation/index.ts'
import type { WeightedRows } from './column-moments.ts'
import type { CurveProblem } from './curve-objective.ts'
import { addHeights, type FeatureCurves, heightOfCurve } from './feature-curves.ts'
import { requireRows } from './row-examples.ts'
import type { RowExamples } from './row-model.ts'

/** Curves with the heights that a fit found: what every linear model over dense rows is. */
export interface FittedCurves {
  readonly curves: FeatureCurves
  /** Shape (slotCount + 1,): the heights of the curves, then the intercept. */
  readonly heights: Float64Array
  /** Shape (featureCount,): what each feature contributes on average over the training rows. */
  readonly means: Float64Array
}

/** Scores of dense rows into `out`. @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE` at an infinite value */
export function scoreCurves(
  { curves, heights }: FittedCurves,
  rows: Float64Array,
  rowCount: number,
  out: Float64Array,
): void {
  const { featureCount } = curves
  requireRows(rows, rowCount, featureCount, out.length)
  out.fill(heights[heights.length - 1]!, 0, rowCount)
  for (let feature = 0; feature < featureCount; feature++) addHeights(curves, heights, feature, rows, rowCount, out)
}

/** A contribution is relative to the feature's average over the training rows, the baseline is their average score. */
export function explainCurves(
  { curves, heights, means }: FittedCurves,
  row: Float64Array,
): { baseline: number; contributions: Float64Array } {
  requireRows(row, 1, curves.featureCount, 1)
  const contributions = row.map((value, feature) => heightOfCurve(curves, heights, feature, value) - means[feature]!)
  return { baseline: means.reduce((sum, mean) => sum + mean, heights[heights.length - 1]!), contributions }
}

/**
 * The points of one feature's curve: knots in the feature's own units, heights in units of the score relative to the
 * average contribution. Empty for a feature that was never known in training.
 */
export function curvePoints(
  { curves, heights, means }: FittedCurves,
  feature: number,
): { knot: number; height: number }[] {
  const start = curves.starts[feature] ?? 0
  const end = (curves.starts[feature + 1] ?? 1) - 1
  const scale = curves.logScales[feature] ?? 0
  return Array.from(curves.knots.subarray(start, end), (along, index) => ({
    knot: scale === 0 ? along : Math.sign(along) * scale * Math.expm1(Math.abs(along)),
    height: heights[start + index]! - means[feature]!,
  }))
}

/** Writes the arrays; {@link readCurves} wants the number of features and whether curves are clamped beside them. */
export function writeCurves(writer: ByteWriter, { curves, heights, means }: FittedCurves): void {
  for (const values of [curves.logScales, curves.knots, heights, means]) writer.float64s(values)
  writer.uint32s(curves.starts)
}

export function readCurves(reader: ByteReader, featureCount: number, clamped: boolean): FittedCurves {
  const logScales = reader.float64s()
  const knots = reader.float64s()
  const heights = reader.float64s()
  const means = reader.float64s()
  return { curves: { featureCount, clamped, logScales, starts: reader.uint32s(), knots }, heights, means }
}

/** The rows of positive weight: a row of weight 0 must not even move a mean. */
export function weightedRows({ rows, rowCount, featureCount, weights }: RowExamples): WeightedRows {
  const all = Uint32Array.from({ length: rowCount }, (_, row) => row)
  const used = weights === undefined ? all : all.filter((row) => weights[row]! > 0)
  return { rows, featureCount, used, weights: Float64Array.from(used, (row) => weights?.[row] ?? 1) }
}

/**
 * The average contribution of each feature over the training rows. Where a column was never missing, this is also what
 * a missing value contributes from now on, and is written to its height.
 */
export function settleMeans({ plan, placed, weights }: CurveProblem, heights: Float64Array): Float64Array {
  const { starts } = plan.curves
  const { rowCount, featureCount, segments, shares } = placed
  const means = new Float64Array(featureCount)
  let total = 0
  for (let row = 0; row < rowCount; row++) {
    total += weights[row]!
    for (let feature = 0; feature < featureCount; feature++) {
      const slot = starts[feature]! + segments[row * featureCount + feature]!
      const share = shares[row * featureCount + feature]!
      means[feature]! += weights[row]! * (heights[slot]! + share * (heights[slot + 1]! - heights[slot]!))
    }
  }
  for (let feature = 0; feature < featureCount; feature++) {
    means[feature]! /= total
    const missing = starts[feature + 1]! - 1
    if (plan.pinned[missing] === 1) heights[missing] = means[feature]!
  }
  return means
}

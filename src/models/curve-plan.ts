import { SluiceError } from '../foundation/index.ts'
import type { RowSample } from './balanced-sample.ts'
import { type ColumnMoments, columnMoments, type WeightedRows } from './column-moments.ts'
import { type FeatureCurves, signedLog } from './feature-curves.ts'
import { type Knots, quantileKnots } from './quantile-knots.ts'

/** Where the knots of a model to be fitted lie, and what keeps its heights in place. */
export interface CurvePlan {
  readonly curves: FeatureCurves
  /**
   * Shape (slotCount,). At a knot: the penalty on the squared step up to the next knot, 0 at the last one. At a slot
   * for missing: the penalty on its squared height.
   */
  readonly stiffness: Float64Array
  /** Shape (slotCount,): 1 where a height is 0 by definition, such as each curve's reference knot. */
  readonly pinned: Uint8Array
}

export interface CurvePlanOptions {
  readonly basis: 'linear' | 'piecewise'
  /** Knots a feature in the piecewise basis, from 2 to 64. */
  readonly knots: number
  /** Whether columns with a heavy right tail are read through a logarithm. */
  readonly logTransform: boolean
}

/** A column is heavy-tailed when it is never negative and its third standardised moment is above this. */
const HEAVY_TAIL_SKEWNESS = 2

/**
 * Lays the knots of every feature.
 *
 * @param sample - rows (positions in `table.used`) from which quantiles are read
 * @throws SluiceError `OUT_OF_RANGE` when a column is too wide for its variance to be a number
 */
export function planCurves(table: WeightedRows, sample: RowSample, options: CurvePlanOptions): CurvePlan {
  const moments = columnMoments(table, new Float64Array(table.featureCount))
  requireFiniteSpread(moments)
  const logScales = moments.mean.map((mean, feature) =>
    options.logTransform && moments.minimum[feature]! >= 0 && moments.skewness[feature]! > HEAVY_TAIL_SKEWNESS
      ? mean
      : 0,
  )
  const layouts =
    options.basis === 'linear'
      ? linearLayouts(table, moments, logScales)
      : piecewiseLayouts(table, moments, logScales, sample, options.knots)
  return assemble(layouts, moments.hasMissing, logScales, options.basis === 'piecewise')
}

/** One feature's knots, the penalty on each step between them, and which knot is at height 0. */
interface Layout {
  readonly knots: readonly number[]
  readonly stiffness: readonly number[]
  readonly reference: number
}

/** Standardisation: height 0 at the mean, the weight of the feature one deviation above, and the usual ridge on it. */
function linearLayouts(table: WeightedRows, moments: ColumnMoments, logScales: Float64Array): Layout[] {
  const read = logScales.some((scale) => scale > 0) ? columnMoments(table, logScales) : moments
  return Array.from(read.mean, (mean, feature) => {
    const unit = mean + read.deviation[feature]!
    const varies = moments.minimum[feature]! < moments.maximum[feature]! && unit > mean
    const knots = read.knownWeight[feature] === 0 ? [] : varies ? [mean, unit] : [mean]
    return { knots, stiffness: [1], reference: 0 }
  })
}

function piecewiseLayouts(
  table: WeightedRows,
  moments: ColumnMoments,
  logScales: Float64Array,
  sample: RowSample,
  knotCount: number,
): Layout[] {
  return Array.from(logScales, (scale, feature) => {
    const quantiles = quantileKnots(...knownSample(table, sample, feature), knotCount)
    const { values, ranks } = withEnds(quantiles, moments.minimum[feature]!, moments.maximum[feature]!)
    const knots = values.map((value) => signedLog(value, scale))
    return { knots, stiffness: stiffnessOf(ranks), reference: Math.floor(values.length / 2) }
  })
}

/**
 * The penalty of a slope is that of a ridge on the standardised rank (a uniform of variance 1/12): it knows no units,
 * it leaves a feature that says nothing at height 0, and it is firm where there are few examples.
 *
 * @see Eilers & Marx 1996, Statistical Science 11(2), with first differences.
 */
function stiffnessOf(ranks: readonly number[]): number[] {
  return ranks.slice(1).map((rank, index) => 1 / (12 * (rank - ranks[index]!)))
}

/** A sample can miss the ends of a column, or the rare value of a flag. */
function withEnds({ values, ranks }: Knots, minimum: number, maximum: number): Knots {
  const before = values.length > 0 && minimum < values[0]!
  const after = values.length > 0 && maximum > values.at(-1)!
  return {
    values: [...(before ? [minimum] : []), ...values, ...(after ? [maximum] : [])],
    ranks: [...(before ? [0] : []), ...ranks, ...(after ? [1] : [])],
  }
}

function knownSample(table: WeightedRows, sample: RowSample, feature: number): [Float64Array, Float64Array] {
  const values = new Float64Array(sample.positions.length)
  const weights = new Float64Array(sample.positions.length)
  let known = 0
  for (let index = 0; index < sample.positions.length; index++) {
    const value = table.rows[table.used[sample.positions[index]!]! * table.featureCount + feature]!
    if (Number.isNaN(value)) continue
    values[known] = value
    weights[known++] = sample.weights[index]!
  }
  return [values.subarray(0, known), weights.subarray(0, known)]
}

function assemble(
  layouts: readonly Layout[],
  hasMissing: Uint8Array,
  logScales: Float64Array,
  clamped: boolean,
): CurvePlan {
  const starts = new Uint32Array(layouts.length + 1)
  layouts.forEach(({ knots }, feature) => {
    starts[feature + 1] = starts[feature]! + knots.length + 1
  })
  const slotCount = starts[layouts.length]!
  const knots = new Float64Array(slotCount).fill(Number.NaN)
  const stiffness = new Float64Array(slotCount)
  const pinned = new Uint8Array(slotCount)
  layouts.forEach((layout, feature) => {
    const first = starts[feature]!
    const missing = starts[feature + 1]! - 1
    knots.set(layout.knots, first)
    stiffness.set(layout.stiffness.slice(0, Math.max(0, layout.knots.length - 1)), first)
    stiffness[missing] = 1
    pinned[first + layout.reference] = 1
    pinned[missing] = hasMissing[feature] === 1 && layout.knots.length > 0 ? 0 : 1
  })
  return { curves: { featureCount: layouts.length, clamped, logScales, starts, knots }, stiffness, pinned }
}

function requireFiniteSpread(moments: ColumnMoments): void {
  const feature = moments.deviation.findIndex((deviation, index) => {
    return moments.knownWeight[index]! > 0 && !Number.isFinite(deviation)
  })
  if (feature < 0) return
  throw new SluiceError(
    'OUT_OF_RANGE',
    `feature ${feature}: expected values whose variance is a number, got ${moments.minimum[feature]} to ${moments.maximum[feature]}; rescale it`,
  )
}

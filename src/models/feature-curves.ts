/**
 * One curve a feature, drawn by straight lines between knots: the shape that every dense logistic regression has here.
 * A linear model is the curve with two knots, at the mean and one deviation above, that goes on straight past both.
 *
 * Slots number all knots of all features in order, and each feature's last slot is the state "missing". Heights over
 * the slots (log-odds) are the model's coefficients.
 */
export interface FeatureCurves {
  readonly featureCount: number
  /** Whether a curve stays level beyond its outer knots, or goes on straight. */
  readonly clamped: boolean
  /** Shape (featureCount,); above 0, the feature is read as sign(x) log(1 + |x| / scale); 0, as it is. */
  readonly logScales: Float64Array
  /** Shape (featureCount + 1,): feature `j` has the slots `starts[j]` to `starts[j + 1]` (excluded), at least one. */
  readonly starts: Uint32Array
  /** A knot's place along its feature (after the logarithm); NaN in the slots for missing. */
  readonly knots: Float64Array
}

/** How far a straight curve goes on, in deviations: far beyond any data, and no score overflows. */
const FARTHEST = 1e6

/** The value in which a feature's knots are given: see {@link FeatureCurves}. */
export function signedLog(value: number, scale: number): number {
  if (scale === 0) return value
  return value < 0 ? -Math.log1p(-value / scale) : Math.log1p(value / scale)
}

/**
 * Where a raw value falls along a feature's knots: 2.25 is a quarter of the way from its knot 2 to its knot 3. NaN for
 * a missing value, and for any value of a feature that was never known in training.
 */
export function positionOnCurve(curves: FeatureCurves, feature: number, value: number): number {
  const first = curves.starts[feature]!
  const last = curves.starts[feature + 1]! - 2
  if (Number.isNaN(value) || last < first) return Number.NaN
  if (last === first) return 0
  const along = signedLog(value, curves.logScales[feature]!)
  let low = first
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (curves.knots[middle]! <= along) low = middle
    else high = middle
  }
  const share = (along - curves.knots[low]!) / (curves.knots[low + 1]! - curves.knots[low]!)
  const beyond = curves.clamped ? 0 : FARTHEST
  return low - first + Math.min(Math.max(share, -beyond), 1 + beyond)
}

/** The slot to the left of a position (see {@link positionOnCurve}); the slot for missing at NaN. */
export function slotOfPosition(curves: FeatureCurves, feature: number, position: number): number {
  const first = curves.starts[feature]!
  const missing = curves.starts[feature + 1]! - 1
  if (Number.isNaN(position)) return missing
  return first + Math.max(0, Math.min(Math.floor(position), missing - first - 2))
}

/** The height of a feature's curve over a raw value, in log-odds. `heights` has a value a slot and one beyond. */
export function heightOfCurve(curves: FeatureCurves, heights: Float64Array, feature: number, value: number): number {
  const position = positionOnCurve(curves, feature, value)
  const slot = slotOfPosition(curves, feature, position)
  if (Number.isNaN(position)) return heights[slot]!
  const share = position - (slot - curves.starts[feature]!)
  return heights[slot]! + share * (heights[slot + 1]! - heights[slot]!)
}

/**
 * Adds the height of one feature's curve, as {@link heightOfCurve} tells it, to the scores of rows.
 *
 * @param rows - shape (rowCount * featureCount,), row-major
 * @param scores - shape (rowCount,)
 * @remarks Feature by feature instead of row by row: what is known of a curve is read once, many features say the same
 *   of all rows that are asked about together, and without branches on what is found one row does not wait for another.
 */
export function addHeights(
  curves: FeatureCurves,
  heights: Float64Array,
  feature: number,
  rows: Float64Array,
  rowCount: number,
  scores: Float64Array,
): void {
  const { featureCount, knots } = curves
  const first = curves.starts[feature]!
  const missing = curves.starts[feature + 1]! - 1
  const scale = curves.logScales[feature]!
  const beyond = curves.clamped ? 0 : FARTHEST
  const isCurve = missing - first > 1
  let last = Number.NaN
  let height = heights[missing]!
  for (let row = 0, at = feature; row < rowCount; row++, at += featureCount) {
    const value = rows[at]!
    if (value !== last) {
      last = value
      if (Number.isNaN(value) || !isCurve) height = heightOfCurve(curves, heights, feature, value)
      else {
        const along = signedLog(value, scale)
        let low = first
        for (let left = missing - 1 - first; left > 1; ) {
          const half = left >>> 1
          low += half * Number(knots[low + half]! <= along)
          left -= half
        }
        const share = (along - knots[low]!) / (knots[low + 1]! - knots[low]!)
        const position = low - first + Math.min(Math.max(share, -beyond), 1 + beyond)
        const slot = first + Math.max(0, Math.min(Math.floor(position), missing - first - 2))
        height = heights[slot]! + (position - (slot - first)) * (heights[slot + 1]! - heights[slot]!)
      }
    }
    scores[row]! += height
  }
}

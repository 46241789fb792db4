import { signedLog } from './feature-curves.ts'

/** What the known values of each column look like; each array has shape (featureCount,). */
export interface ColumnMoments {
  /** Weight of the rows in which the column is known; 0 makes the other figures meaningless. */
  readonly knownWeight: Float64Array
  readonly hasMissing: Uint8Array
  readonly minimum: Float64Array
  readonly maximum: Float64Array
  readonly mean: Float64Array
  /** Population standard deviation (divided by the weight, not by one less). */
  readonly deviation: Float64Array
  /** Third standardised moment; NaN for a constant column. */
  readonly skewness: Float64Array
}

/** Rows of positive weight in training, with what each one counts. */
export interface WeightedRows {
  readonly rows: Float64Array
  readonly featureCount: number
  /** Which rows of `rows` count, ascending. */
  readonly used: Uint32Array
  /** Shape (used.length,), above 0. */
  readonly weights: Float64Array
}

/**
 * Moments of every column over the values that are not NaN.
 *
 * @param logScales - shape (featureCount,); the moments are of `signedLog` with these scales, 0 leaving a column as it is
 * @remarks Two passes, so that a large mean costs no digits.
 */
export function columnMoments(table: WeightedRows, logScales: Float64Array): ColumnMoments {
  const first = firstMoments(table, logScales)
  return { ...first, ...centralMoments(table, logScales, first) }
}

function firstMoments({ rows, featureCount, used, weights }: WeightedRows, logScales: Float64Array) {
  const mean = new Float64Array(featureCount)
  const knownWeight = new Float64Array(featureCount)
  const minimum = new Float64Array(featureCount).fill(Number.POSITIVE_INFINITY)
  const maximum = new Float64Array(featureCount).fill(Number.NEGATIVE_INFINITY)
  const hasMissing = new Uint8Array(featureCount)
  for (let index = 0; index < used.length; index++) {
    const start = used[index]! * featureCount
    const weight = weights[index]!
    for (let feature = 0; feature < featureCount; feature++) {
      const value = signedLog(rows[start + feature]!, logScales[feature]!)
      if (Number.isNaN(value)) {
        hasMissing[feature] = 1
        continue
      }
      mean[feature]! += weight * value
      knownWeight[feature]! += weight
      if (value < minimum[feature]!) minimum[feature] = value
      if (value > maximum[feature]!) maximum[feature] = value
    }
  }
  for (let feature = 0; feature < featureCount; feature++) mean[feature]! /= knownWeight[feature]!
  return { mean, knownWeight, minimum, maximum, hasMissing }
}

function centralMoments(
  { rows, featureCount, used, weights }: WeightedRows,
  logScales: Float64Array,
  { mean, knownWeight }: { mean: Float64Array; knownWeight: Float64Array },
) {
  const deviation = new Float64Array(featureCount)
  const skewness = new Float64Array(featureCount)
  for (let index = 0; index < used.length; index++) {
    const start = used[index]! * featureCount
    for (let feature = 0; feature < featureCount; feature++) {
      const distance = signedLog(rows[start + feature]!, logScales[feature]!) - mean[feature]!
      if (Number.isNaN(distance)) continue
      const square = weights[index]! * distance * distance
      deviation[feature]! += square
      skewness[feature]! += square * distance
    }
  }
  for (let feature = 0; feature < featureCount; feature++) {
    deviation[feature] = Math.sqrt(deviation[feature]! / knownWeight[feature]!)
    skewness[feature] = skewness[feature]! / knownWeight[feature]! / deviation[feature]! ** 3
  }
  return { deviation, skewness }
}

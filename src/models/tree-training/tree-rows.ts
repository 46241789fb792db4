import { SluiceError } from '../../foundation/index.ts'

/** The values that trees are grown on; NaN is missing. Read and never written. */
export interface TreeRows {
  readonly rowCount: number
  readonly featureCount: number
  /** Shape (rowCount * featureCount,), row-major. Give these or `columns`. */
  readonly rows?: Float64Array | Float32Array
  /** One array of shape (rowCount,) a feature. */
  readonly columns?: readonly (Float64Array | Float32Array)[]
  /** Shape (featureCount,), without spaces; `Column_0`, `Column_1`, ... by default. */
  readonly featureNames?: readonly string[]
  /**
   * The features whose values are categories: whole numbers from 0, below 2^31; what is negative counts as missing.
   * The 254 most frequent ones at most can be told apart.
   */
  readonly categorical?: readonly number[]
}

/** @throws SluiceError `NO_TRAINING_DATA`, `SHAPE_MISMATCH`, `INVALID_ARGUMENT` at a categorical feature out of range */
export function requireTreeRows(given: TreeRows): void {
  const { rowCount, featureCount, rows, columns, featureNames } = given
  if (rowCount < 1 || featureCount < 1) {
    throw new SluiceError(
      'NO_TRAINING_DATA',
      `rows for trees: expected at least one row and one feature, got ${rowCount} rows of ${featureCount}`,
    )
  }
  if (rows === undefined) requireCount('columns', featureCount, columns?.length ?? 0)
  else requireCount('values of the rows', rowCount * featureCount, rows.length)
  for (const column of columns ?? []) requireCount('values of a column', rowCount, column.length)
  if (featureNames) requireCount('feature names', featureCount, featureNames.length)
  for (const feature of given.categorical ?? []) requireFeature('categorical feature', feature, featureCount)
}

/** @throws SluiceError `INVALID_ARGUMENT` */
export function requireFeature(what: string, feature: number, featureCount: number): void {
  if (Number.isInteger(feature) && feature >= 0 && feature < featureCount) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `${what}: expected a whole number from 0 to ${featureCount - 1}, got ${feature}; count the features from 0`,
  )
}

/** @throws SluiceError `SHAPE_MISMATCH` */
export function requireCount(what: string, expected: number, got: number): void {
  if (expected === got) return
  throw new SluiceError('SHAPE_MISMATCH', `${what}: expected ${expected}, got ${got}; check rows and features`)
}

/** Where the values of a feature stand: `values[start + row * stride]`. */
export interface FeatureValues {
  readonly values: Float64Array | Float32Array
  readonly start: number
  readonly stride: number
}

export function valuesOf({ rows, columns, featureCount }: TreeRows, feature: number): FeatureValues {
  if (rows) return { values: rows, start: feature, stride: featureCount }
  return { values: columns![feature]!, start: 0, stride: 1 }
}

/** Rows at a time that are copied where code wants them row-major. */
const DENSE_ROWS = 4096

/** All rows in order, some at a time, row-major; the array is used again for the next ones. */
export function* denseRows(given: TreeRows): Generator<{ rows: Float64Array; from: number; count: number }> {
  const { rowCount, featureCount } = given
  const rows = new Float64Array(Math.min(rowCount, DENSE_ROWS) * featureCount)
  for (let from = 0; from < rowCount; from += DENSE_ROWS) {
    const count = Math.min(DENSE_ROWS, rowCount - from)
    for (let feature = 0; feature < featureCount; feature++) {
      const { values, start, stride } = valuesOf(given, feature)
      for (let row = 0; row < count; row++) rows[row * featureCount + feature] = values[start + (from + row) * stride]!
    }
    yield { rows, from, count }
  }
}

import { SluiceError } from '../foundation/index.ts'
import type { RowExamples } from './row-model.ts'

/**
 * Refuses what no row model can learn from.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without a row or a column, `SHAPE_MISMATCH` when lengths differ,
 * `NOT_FINITE` at an infinite value or a weight or label that is no number, `OUT_OF_RANGE` at a negative weight
 */
export function requireRowExamples(examples: RowExamples): void {
  const { rows, rowCount, featureCount } = examples
  if (rowCount < 1 || featureCount < 1) {
    throw new SluiceError(
      'NO_TRAINING_DATA',
      `training rows: expected at least one row and one feature, got ${rowCount} rows of ${featureCount}`,
    )
  }
  requireLength('training rows', rowCount * featureCount, rows.length)
  requireNoInfinity(rows, featureCount)
  requireLabels(examples.labels, examples.weights, rowCount)
}

/**
 * Refuses rows that do not fit a fitted model or its output.
 *
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE` at an infinite value
 */
export function requireRows(rows: Float64Array, rowCount: number, featureCount: number, outLength: number): void {
  requireLength('rows to score', rowCount * featureCount, rows.length)
  if (outLength < rowCount) requireLength('scores', rowCount, outLength)
  requireNoInfinity(rows, featureCount)
}

/**
 * Refuses labels and weights that do not fit the rows.
 *
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE`
 */
export function requireLabels(labels: Float64Array, weights: Float64Array | undefined, rowCount: number): void {
  requireLength('labels', rowCount, labels.length)
  requireEach(labels, 'label', Number.isFinite, 'NOT_FINITE', 'a number')
  if (weights === undefined) return
  requireLength('weights', rowCount, weights.length)
  requireEach(weights, 'weight', Number.isFinite, 'NOT_FINITE', 'a number')
  requireEach(weights, 'weight', (weight) => weight >= 0, 'OUT_OF_RANGE', 'at least 0')
}

/**
 * The weighted mean of labels in [0, 1], strictly between 0 and 1.
 *
 * @throws SluiceError `OUT_OF_RANGE` at another label, `NO_TRAINING_DATA` when no weight is above 0, `ONE_CLASS_ONLY`
 */
export function requireTwoClasses(labels: Float64Array, weights: Float64Array | undefined): number {
  requireEach(labels, 'label', (label) => label >= 0 && label <= 1, 'OUT_OF_RANGE', 'from 0 to 1')
  let positive = 0
  let negative = 0
  for (let row = 0; row < labels.length; row++) {
    const weight = weights?.[row] ?? 1
    positive += weight * labels[row]!
    negative += weight * (1 - labels[row]!)
  }
  if (positive + negative === 0) {
    throw new SluiceError('NO_TRAINING_DATA', 'training rows: expected a weight above 0, got none')
  }
  if (positive === 0 || negative === 0) {
    throw new SluiceError(
      'ONE_CLASS_ONLY',
      `labels: expected both classes, got only ${positive === 0 ? 0 : 1}; gather examples of the other class`,
    )
  }
  return positive / (positive + negative)
}

function requireLength(what: string, expected: number, got: number): void {
  if (expected === got) return
  throw new SluiceError('SHAPE_MISMATCH', `${what}: expected ${expected} values, got ${got}; check rows and features`)
}

function requireNoInfinity(rows: Float64Array, featureCount: number): void {
  const index = firstInfinity(rows)
  if (index < 0) return
  throw new SluiceError(
    'NOT_FINITE',
    `row ${Math.floor(index / featureCount)}, feature ${index % featureCount}: expected a number or NaN for missing, got ${rows[index]}`,
  )
}

/** Every row that is scored passes here: on its own, the loop is several times faster. */
function firstInfinity(rows: Float64Array): number {
  for (let index = 0; index < rows.length; index++) {
    if (Math.abs(rows[index]!) === Number.POSITIVE_INFINITY) return index
  }
  return -1
}

function requireEach(
  values: Float64Array,
  what: string,
  holds: (value: number) => boolean,
  code: 'NOT_FINITE' | 'OUT_OF_RANGE',
  expected: string,
): void {
  const index = values.findIndex((value) => !holds(value))
  if (index < 0) return
  throw new SluiceError(code, `${what} of row ${index}: expected ${expected}, got ${values[index]}`)
}

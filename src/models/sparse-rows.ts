import { SluiceError } from '../foundation/index.ts'
import { requireLabels } from './row-examples.ts'

/** Rows that are mostly zeros, in compressed sparse rows: hashed text, categories. */
export interface SparseRows {
  readonly rowCount: number
  readonly featureCount: number
  /** Shape (rowCount + 1,): row `i` has the entries `starts[i]` to `starts[i + 1]` (excluded). */
  readonly starts: Uint32Array
  /** Feature numbers, each below `featureCount`, in any order; one that repeats in a row adds up. */
  readonly indices: Uint32Array
  /** Finite, one an entry. Zero is a value here; there is no missing. */
  readonly values: Float64Array
}

/** What sparse models learn from. Everything is read and never written. */
export interface SparseExamples extends SparseRows {
  /** Shape (rowCount,), from 0 to 1. */
  readonly labels: Float64Array
  /** Shape (rowCount,), at least 0; absent means 1 each. */
  readonly weights?: Float64Array | undefined
}

/**
 * Refuses sparse rows that contradict themselves.
 *
 * @throws SluiceError `SHAPE_MISMATCH` (lengths, order of starts, a feature out of range), `NOT_FINITE`
 */
export function requireSparseRows(rows: SparseRows): void {
  const { rowCount, starts, indices, values } = rows
  if (starts.length !== rowCount + 1) throw shapeMismatch('starts', rowCount + 1, starts.length)
  if (starts[rowCount] !== indices.length) throw shapeMismatch('indices', starts[rowCount] ?? 0, indices.length)
  const descent = starts.findIndex((start, row) => start > (starts[row + 1] ?? start))
  if (descent >= 0) throw shapeMismatch(`start after row ${descent}`, starts[descent] ?? 0, starts[descent + 1] ?? 0)
  requireSparseEntries(rows.featureCount, indices, values)
}

/**
 * Refuses rows that a model of `featureCount` features cannot score into `out`.
 *
 * @throws SluiceError `SHAPE_MISMATCH`, and as {@link requireSparseRows}
 */
export function requireScorable(rows: SparseRows, featureCount: number, out: Float64Array): void {
  requireSparseRows(rows)
  if (rows.featureCount !== featureCount) throw shapeMismatch('features', featureCount, rows.featureCount)
  if (out.length < rows.rowCount) throw shapeMismatch('places for scores', rows.rowCount, out.length)
}

/**
 * Refuses what no sparse model can learn from.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without a row or a feature, `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE` at
 * a negative weight
 */
export function requireSparseExamples(examples: SparseExamples): void {
  if (examples.rowCount < 1 || examples.featureCount < 1) {
    throw new SluiceError(
      'NO_TRAINING_DATA',
      `sparse training rows: expected at least one row and one feature, got ${examples.rowCount} rows of ${examples.featureCount}`,
    )
  }
  requireSparseRows(examples)
  requireLabels(examples.labels, examples.weights, examples.rowCount)
}

/** The same as {@link requireSparseRows} for the entries of one row. @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE` */
export function requireSparseEntries(featureCount: number, indices: Uint32Array, values: Float64Array): void {
  if (values.length !== indices.length) throw shapeMismatch('values', indices.length, values.length)
  for (let entry = 0; entry < indices.length; entry++) {
    if (indices[entry]! >= featureCount) {
      throw new SluiceError(
        'SHAPE_MISMATCH',
        `entry ${entry}: expected a feature below ${featureCount}, got ${indices[entry]}; use the width of the training rows`,
      )
    }
    if (Number.isFinite(values[entry]!)) continue
    throw new SluiceError('NOT_FINITE', `entry ${entry}: expected a finite value, got ${values[entry]}`)
  }
}

function shapeMismatch(what: string, expected: number, got: number): SluiceError {
  return new SluiceError('SHAPE_MISMATCH', `sparse rows, ${what}: expected ${expected}, got ${got}; check the layout`)
}

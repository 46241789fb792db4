import { SluiceError } from '../foundation/index.ts'

/** @throws SluiceError `SHAPE_MISMATCH` when the lengths differ */
export function requireSameLength(what: string, first: ArrayLike<unknown>, second: ArrayLike<unknown>): void {
  if (first.length === second.length) return
  throw new SluiceError(
    'SHAPE_MISMATCH',
    `${what}: expected arrays of one length, got ${first.length} and ${second.length}; pass one value a row`,
  )
}

/** @throws SluiceError `INVALID_ARGUMENT` when there is no row at all */
export function requireRows(what: string, values: ArrayLike<unknown>): void {
  if (values.length > 0) return
  throw new SluiceError('INVALID_ARGUMENT', `${what}: expected at least one row, got none; check the selection of rows`)
}

/** @throws SluiceError `NOT_FINITE` at NaN; infinities pass */
export function requireNoNaN(what: string, values: Float64Array): void {
  const row = values.findIndex(Number.isNaN)
  if (row < 0) return
  throw new SluiceError('NOT_FINITE', `${what}: expected numbers, got NaN at row ${row}; give every row a value`)
}

/** @throws SluiceError `NOT_FINITE` at NaN or an infinity */
export function requireFinite(what: string, values: Float64Array): void {
  const row = values.findIndex((value) => !Number.isFinite(value))
  if (row < 0) return
  throw new SluiceError('NOT_FINITE', `${what}: expected finite numbers, got ${values[row]} at row ${row}`)
}

/** @throws SluiceError `INVALID_ARGUMENT` when a label is neither 0 nor 1 */
export function requireBinary(what: string, labels: Float64Array): void {
  const row = labels.findIndex((label) => label !== 0 && label !== 1)
  if (row < 0) return
  throw new SluiceError('INVALID_ARGUMENT', `${what}: expected labels of 0 or 1, got ${labels[row]} at row ${row}`)
}

/** @throws SluiceError `INVALID_ARGUMENT` when a value lies outside [0, 1] or is NaN */
export function requireProbabilities(what: string, values: Float64Array): void {
  const row = values.findIndex((value) => !(value >= 0 && value <= 1))
  if (row < 0) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `${what}: expected probabilities in [0, 1], got ${values[row]} at row ${row}; pass the response, not the raw score`,
  )
}

/** @throws SluiceError `SHAPE_MISMATCH` or `INVALID_ARGUMENT` unless weights are finite, at least 0, not all 0, one a row */
export function requireWeights(what: string, rows: ArrayLike<unknown>, weights: Float64Array | undefined): void {
  if (weights === undefined) return
  requireSameLength(`${what} weights`, rows, weights)
  const row = weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY))
  if (row < 0 && (weights.length === 0 || weights.some((weight) => weight > 0))) return
  const got = row < 0 ? 'only zeros' : `${weights[row]} at row ${row}`
  throw new SluiceError('INVALID_ARGUMENT', `${what} weights: expected finite weights of at least 0, got ${got}`)
}

/** @throws SluiceError `SHAPE_MISMATCH` or `INVALID_ARGUMENT` unless every row has a cluster number from 0 */
export function requireClusterNumbers(what: string, rows: ArrayLike<unknown>, clusters: Int32Array): void {
  requireSameLength(`${what} clusters`, rows, clusters)
  const row = clusters.findIndex((cluster) => cluster < 0)
  if (row < 0) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `${what} clusters: expected cluster numbers from 0, got ${clusters[row]} at row ${row}`,
  )
}

/** @throws SluiceError `INVALID_ARGUMENT` when `k` is not a whole number from 1 or Infinity */
export function requireCutoff(what: string, k: number): void {
  if (k >= 1 && (Number.isInteger(k) || k === Number.POSITIVE_INFINITY)) return
  throw new SluiceError('INVALID_ARGUMENT', `${what}: expected a cutoff k of 1, 2, ... or Infinity, got ${k}`)
}

/** @throws SluiceError `INVALID_ARGUMENT` when `share` is not strictly between 0 and 1 */
export function requireShare(what: string, share: number): void {
  if (share > 0 && share < 1) return
  throw new SluiceError('INVALID_ARGUMENT', `${what}: expected a share between 0 and 1 (neither), got ${share}`)
}

/** @throws SluiceError `SHAPE_MISMATCH` or `INVALID_ARGUMENT` unless there is a row, with binary labels and probabilities */
export function requireScoredRows(what: string, labels: Float64Array, probabilities: Float64Array): void {
  requireSameLength(what, labels, probabilities)
  requireRows(what, labels)
  requireBinary(what, labels)
  requireProbabilities(what, probabilities)
}

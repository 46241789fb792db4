import { requireFinite, requireRows, requireSameLength, requireWeights } from './checked-inputs.ts'
import { quantileOfSorted } from './quantile.ts'
import { weightedMean } from './weighted-mean.ts'

/**
 * Mean squared error.
 *
 * @param labels - shape (n,), finite
 * @param predictions - shape (n,), finite
 * @param weights - shape (n,), at least 0; absent means 1 each
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`, `INVALID_ARGUMENT`
 */
export function meanSquaredError(labels: Float64Array, predictions: Float64Array, weights?: Float64Array): number {
  requireWeights('mean squared error', labels, weights)
  return weightedMean(
    residuals('mean squared error', labels, predictions).map((residual) => residual ** 2),
    weights,
  )
}

/** Root of {@link meanSquaredError}, in the unit of the labels. */
export function rootMeanSquaredError(labels: Float64Array, predictions: Float64Array, weights?: Float64Array): number {
  return Math.sqrt(meanSquaredError(labels, predictions, weights))
}

/** Mean absolute error, in the unit of the labels; inputs and errors as {@link meanSquaredError}. */
export function meanAbsoluteError(labels: Float64Array, predictions: Float64Array, weights?: Float64Array): number {
  requireWeights('mean absolute error', labels, weights)
  return weightedMean(residuals('mean absolute error', labels, predictions).map(Math.abs), weights)
}

/** Median absolute error, which a few wild rows do not move; inputs and errors as {@link meanSquaredError}. */
export function medianAbsoluteError(labels: Float64Array, predictions: Float64Array): number {
  return quantileOfSorted(residuals('median absolute error', labels, predictions).map(Math.abs).sort(), 0.5)
}

/**
 * Share of the labels' variance that the predictions explain (R²).
 *
 * @returns at most 1, negative for predictions worse than the mean label; for constant labels 1 when every prediction
 * is right and 0 otherwise
 * @throws SluiceError as {@link meanSquaredError}
 */
export function coefficientOfDetermination(
  labels: Float64Array,
  predictions: Float64Array,
  weights?: Float64Array,
): number {
  const error = meanSquaredError(labels, predictions, weights)
  const constant = new Float64Array(labels.length).fill(weightedMean(labels, weights))
  const variance = meanSquaredError(labels, constant, weights)
  if (variance === 0) return error === 0 ? 1 : 0
  return 1 - error / variance
}

function residuals(what: string, labels: Float64Array, predictions: Float64Array): Float64Array {
  requireSameLength(what, labels, predictions)
  requireRows(what, labels)
  requireFinite(`${what} labels`, labels)
  requireFinite(`${what} predictions`, predictions)
  return labels.map((label, row) => label - predictions[row]!)
}

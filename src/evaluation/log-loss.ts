import { requireScoredRows, requireWeights } from './checked-inputs.ts'
import { weightedMean } from './weighted-mean.ts'

/**
 * Mean negative log-likelihood in nats.
 *
 * @param labels - shape (n,), 0 or 1
 * @param probabilities - shape (n,), of label 1, in [0, 1]; taken into [2.2e-16, 1 - 2.2e-16] as scikit-learn does, so
 * that one sure mistake costs 36 and not infinity
 * @param weights - shape (n,), at least 0; absent means 1 each
 * @returns at least 0
 * @throws SluiceError `SHAPE_MISMATCH`, `INVALID_ARGUMENT`
 * @remarks O(n).
 */
export function logLoss(labels: Float64Array, probabilities: Float64Array, weights?: Float64Array): number {
  requireWeights('log loss', labels, weights)
  return weightedMean(logLossByRow(labels, probabilities), weights)
}

/**
 * The log loss of every row, for means by user (`bootstrapMean`) and paired differences.
 *
 * @returns shape (n,), at least 0
 * @throws SluiceError `SHAPE_MISMATCH`, `INVALID_ARGUMENT`
 */
export function logLossByRow(labels: Float64Array, probabilities: Float64Array): Float64Array {
  requireScoredRows('log loss', labels, probabilities)
  return labels.map((label, row) => {
    const ofLabel = label === 1 ? probabilities[row]! : 1 - probabilities[row]!
    return -Math.log(Math.min(Math.max(ofLabel, Number.EPSILON), 1 - Number.EPSILON))
  })
}

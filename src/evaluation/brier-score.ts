import { requireScoredRows, requireWeights } from './checked-inputs.ts'
import { weightedMean } from './weighted-mean.ts'

/**
 * Brier score: the mean squared distance of probability and label.
 *
 * @param labels - shape (n,), 0 or 1
 * @param probabilities - shape (n,), of label 1, in [0, 1]
 * @param weights - shape (n,), at least 0; absent means 1 each
 * @returns in [0, 1]
 * @throws SluiceError `SHAPE_MISMATCH`, `INVALID_ARGUMENT`
 * @remarks O(n).
 * @see Brier 1950, Monthly Weather Review 78.
 */
export function brierScore(labels: Float64Array, probabilities: Float64Array, weights?: Float64Array): number {
  requireScoredRows('Brier score', labels, probabilities)
  requireWeights('Brier score', labels, weights)
  return weightedMean(
    labels.map((label, row) => (label - probabilities[row]!) ** 2),
    weights,
  )
}

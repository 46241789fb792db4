import { requireBinary, requireNoNaN, requireSameLength, requireWeights } from './checked-inputs.ts'

/** Weight of the rows by what they are and what they were called. */
export interface Confusion {
  readonly truePositive: number
  readonly falsePositive: number
  readonly trueNegative: number
  readonly falseNegative: number
}

/**
 * What a threshold makes of scored rows: a score at or above it is called positive.
 *
 * @param labels - shape (n,), 0 or 1
 * @param scores - shape (n,); NaN is refused
 * @param weights - shape (n,), at least 0; absent means 1 each
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`, `INVALID_ARGUMENT`
 * @remarks O(n).
 */
export function confusionAt(
  labels: Float64Array,
  scores: Float64Array,
  threshold: number,
  weights?: Float64Array,
): Confusion {
  requireSameLength('confusion', labels, scores)
  requireBinary('confusion', labels)
  requireNoNaN('confusion scores', scores)
  requireWeights('confusion', labels, weights)
  // Index: 2 * label + called.
  const cells = new Float64Array(4)
  for (let row = 0; row < labels.length; row++) {
    cells[2 * labels[row]! + (scores[row]! >= threshold ? 1 : 0)]! += weights === undefined ? 1 : weights[row]!
  }
  return { trueNegative: cells[0]!, falsePositive: cells[1]!, falseNegative: cells[2]!, truePositive: cells[3]! }
}

/** Share of the called that are positive, in [0, 1]; 0 when none is called. */
export function precisionOf({ truePositive, falsePositive }: Confusion): number {
  return ratio(truePositive, truePositive + falsePositive)
}

/** Share of the positive that are called, in [0, 1]; 0 when none is positive. */
export function recallOf({ truePositive, falseNegative }: Confusion): number {
  return ratio(truePositive, truePositive + falseNegative)
}

/**
 * Weighted harmonic mean of precision and recall; recall counts `beta` times as much as precision.
 *
 * @returns in [0, 1]; 0 when nothing is positive or called
 * @see van Rijsbergen 1979, Information Retrieval, ch. 7.
 */
export function fScore({ truePositive, falsePositive, falseNegative }: Confusion, beta = 1): number {
  const hits = (1 + beta ** 2) * truePositive
  return ratio(hits, hits + beta ** 2 * falseNegative + falsePositive)
}

/**
 * Correlation of call and label (Matthews, phi).
 *
 * @returns in [-1, 1]; 0 when a row or a column of the table is empty
 * @see Matthews 1975, Biochimica et Biophysica Acta 405(2).
 */
export function matthewsCorrelation(table: Confusion): number {
  const { truePositive, falsePositive, trueNegative, falseNegative } = table
  // Four roots, not one root of the product, which leaves the range of doubles for large weights.
  const scale =
    Math.sqrt(truePositive + falsePositive) *
    Math.sqrt(truePositive + falseNegative) *
    Math.sqrt(trueNegative + falsePositive) *
    Math.sqrt(trueNegative + falseNegative)
  return ratio(truePositive * trueNegative - falsePositive * falseNegative, scale)
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

import { SluiceError } from '../../foundation/index.ts'

/**
 * Undoes negative undersampling: the probability that a model fitted on all the positives and on a share of the
 * negatives would have given on all rows, p / (p + (1 - p) / w).
 *
 * Correct before calibrating on rows that were not sampled, or instead of it; never after it.
 *
 * @param probability - of the model fitted on the sample, in [0, 1]
 * @param keptShare - w, the share of negatives that the sample kept, in (0, 1]
 * @returns in [0, 1]; never decreases with `probability`
 * @throws SluiceError `OUT_OF_RANGE`
 * @see He et al. 2014, ADKDD, section 6.3.
 */
export function correctForNegativeSampling(probability: number, keptShare: number): number {
  requireShare(keptShare)
  if (!(probability >= 0 && probability <= 1)) {
    throw new SluiceError('OUT_OF_RANGE', `probability to correct: expected from 0 to 1, got ${probability}`)
  }
  return probability / (probability + (1 - probability) / keptShare)
}

/**
 * The same correction in log-odds: what to add to a score.
 *
 * @returns ln w, at most 0
 * @throws SluiceError `OUT_OF_RANGE`
 */
export function negativeSamplingOffset(keptShare: number): number {
  requireShare(keptShare)
  return Math.log(keptShare)
}

function requireShare(keptShare: number): void {
  // The lowest share whose reciprocal is finite is far below one row of any table.
  if (keptShare >= 1e-300 && keptShare <= 1) return
  throw new SluiceError('OUT_OF_RANGE', `share of negatives kept: expected above 0 and at most 1, got ${keptShare}`)
}

import { SluiceError } from '../../foundation/index.ts'
import { requireLabels, requireTwoClasses } from '../row-examples.ts'

/**
 * Turns a model's score into a probability that comes true as often as it says.
 *
 * Scores are any finite numbers, larger for the likelier; the temperature and beta calibrators read them as log-odds,
 * so for a model that gives probabilities pass `logOdds(probability)`.
 */
export interface Calibrator {
  readonly kind: string
  /**
   * The calibrated probability of a score, in [0, 1]. Never decreases with the score.
   *
   * @throws SluiceError `NOT_FINITE`
   */
  probability(score: number): number
  save(): Uint8Array
}

/** What calibrators learn from: rows that the scoring model was not fitted on. Read and never written. */
export interface CalibrationExamples {
  /** Shape (n,), finite. */
  readonly scores: Float64Array
  /** Shape (n,), 0 or 1, or the share of ones among rows with this score. */
  readonly labels: Float64Array
  /** Shape (n,), at least 0; absent means 1 each. */
  readonly weights?: Float64Array | undefined
}

/**
 * Refuses what no calibrator can learn from.
 *
 * @returns the weighted share of ones, strictly between 0 and 1
 * @throws SluiceError `NO_TRAINING_DATA`, `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE`, `ONE_CLASS_ONLY`
 */
export function requireCalibrationExamples({ scores, labels, weights }: CalibrationExamples): number {
  if (scores.length === 0) {
    throw new SluiceError('NO_TRAINING_DATA', 'calibration: expected at least one scored row, got none')
  }
  requireLabels(labels, weights, scores.length)
  scores.forEach(requireScore)
  return requireTwoClasses(labels, weights)
}

/** @throws SluiceError `NOT_FINITE` */
export function requireScore(score: number): void {
  if (Number.isFinite(score)) return
  throw new SluiceError('NOT_FINITE', `score to calibrate: expected a finite number, got ${score}; mend the model`)
}

import { ByteWriter } from '../../foundation/index.ts'
import { logistic } from '../logistic-function.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import { type CalibrationExamples, type Calibrator, requireCalibrationExamples, requireScore } from './calibrator.ts'
import { fitMonotoneLogistic } from './monotone-logistic-fit.ts'

const KIND = 'beta-calibrator'
const VERSION = 1

/**
 * Fits beta calibration over log-odds: the log-odds of the result are `a * ln p - b * ln(1 - p) + intercept` with
 * `a` and `b` at least 0, where p is the probability that the score stands for. With a = b = 1 and no intercept it
 * changes nothing; unlike Platt's curve it can bend the two ends differently.
 *
 * @throws SluiceError `NO_TRAINING_DATA`, `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE`, `ONE_CLASS_ONLY`
 * @remarks O(n) an iteration, about ten iterations.
 * @see Kull, Silva Filho & Flach 2017, AISTATS.
 */
export function fitBeta(examples: CalibrationExamples): BetaCalibrator {
  requireCalibrationExamples(examples)
  const { scores, labels, weights } = examples
  const columns = [scores.map(logProbability), scores.map((score) => -logProbability(-score))]
  const { slopes, intercept } = fitMonotoneLogistic({ columns, targets: labels, weights, hasIntercept: true })
  return new BetaCalibrator(slopes[0]!, slopes[1]!, intercept)
}

/** Reads what {@link BetaCalibrator.save} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadBeta(bytes: Uint8Array): BetaCalibrator {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  return new BetaCalibrator(payload.float64(), payload.float64(), payload.float64())
}

export class BetaCalibrator implements Calibrator {
  readonly kind = KIND
  /** At least 0. */
  readonly a: number
  /** At least 0. */
  readonly b: number
  readonly intercept: number

  constructor(a: number, b: number, intercept: number) {
    this.a = a
    this.b = b
    this.intercept = intercept
  }

  probability(score: number): number {
    requireScore(score)
    return logistic(this.a * logProbability(score) - this.b * logProbability(-score) + this.intercept)
  }

  save(): Uint8Array {
    const payload = new ByteWriter(24).float64(this.a).float64(this.b).float64(this.intercept)
    return writeModelFile(KIND, VERSION, payload.finish())
  }
}

/** ln of the logistic function, from log-odds so that it is finite where the probability rounds to 0 or 1. */
function logProbability(logOdds: number): number {
  return Math.min(logOdds, 0) - Math.log1p(Math.exp(-Math.abs(logOdds)))
}

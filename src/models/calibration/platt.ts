import { ByteWriter } from '../../foundation/index.ts'
import { logistic } from '../logistic-function.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import { type CalibrationExamples, type Calibrator, requireCalibrationExamples, requireScore } from './calibrator.ts'
import { fitMonotoneLogistic } from './monotone-logistic-fit.ts'

const KIND = 'platt-calibrator'
const VERSION = 1

/**
 * Fits a logistic curve over scores of any unit, with Platt's smoothed targets: ones count as (P + 1) / (P + 2) and
 * zeros as 1 / (N + 2), where P and N are the weights of ones and zeros. Where the scores point the wrong way the
 * slope is 0 and every probability about the base rate. Two parameters: the choice for few rows.
 *
 * @throws SluiceError `NO_TRAINING_DATA`, `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE`, `ONE_CLASS_ONLY`
 * @remarks O(n) an iteration, about ten iterations.
 * @see Platt 1999; Lin, Lin & Weng 2007, Machine Learning 68.
 */
export function fitPlatt(examples: CalibrationExamples): PlattCalibrator {
  const { scores, labels, weights } = examples
  const baseRate = requireCalibrationExamples(examples)
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? labels.length
  const ofOne = (total * baseRate + 1) / (total * baseRate + 2)
  const ofZero = 1 / (total * (1 - baseRate) + 2)
  const targets = labels.map((label) => label * ofOne + (1 - label) * ofZero)
  const { slopes, intercept } = fitMonotoneLogistic({ columns: [scores], targets, weights, hasIntercept: true })
  return new PlattCalibrator(slopes[0]!, intercept)
}

/** Reads what {@link PlattCalibrator.save} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadPlatt(bytes: Uint8Array): PlattCalibrator {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  return new PlattCalibrator(payload.float64(), payload.float64())
}

/** The logistic function of `slope * score + intercept`. */
export class PlattCalibrator implements Calibrator {
  readonly kind = KIND
  /** At least 0. */
  readonly slope: number
  readonly intercept: number

  constructor(slope: number, intercept: number) {
    this.slope = slope
    this.intercept = intercept
  }

  probability(score: number): number {
    requireScore(score)
    return logistic(this.slope * score + this.intercept)
  }

  save(): Uint8Array {
    return writeModelFile(KIND, VERSION, new ByteWriter(16).float64(this.slope).float64(this.intercept).finish())
  }
}

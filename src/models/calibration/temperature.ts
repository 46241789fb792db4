import { ByteWriter } from '../../foundation/index.ts'
import { logistic } from '../logistic-function.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import { type CalibrationExamples, type Calibrator, requireCalibrationExamples, requireScore } from './calibrator.ts'
import { fitMonotoneLogistic } from './monotone-logistic-fit.ts'

const KIND = 'temperature-calibrator'
const VERSION = 1

/**
 * Fits one number by which log-odds are divided: above 1 for a model that is too sure of itself. It cannot shift the
 * mean; where the scores point the wrong way the temperature is infinite and every probability one half.
 *
 * @throws SluiceError `NO_TRAINING_DATA`, `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE`, `ONE_CLASS_ONLY`
 * @remarks O(n) an iteration, about ten iterations.
 * @see Guo, Pleiss, Sun & Weinberger 2017, ICML.
 */
export function fitTemperature(examples: CalibrationExamples): TemperatureCalibrator {
  requireCalibrationExamples(examples)
  const { scores, labels, weights } = examples
  const { slopes } = fitMonotoneLogistic({ columns: [scores], targets: labels, weights, hasIntercept: false })
  return new TemperatureCalibrator(1 / slopes[0]!)
}

/** Reads what {@link TemperatureCalibrator.save} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadTemperature(bytes: Uint8Array): TemperatureCalibrator {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  return new TemperatureCalibrator(payload.float64())
}

/** The logistic function of `score / temperature`. */
export class TemperatureCalibrator implements Calibrator {
  readonly kind = KIND
  /** Above 0, or infinite. */
  readonly temperature: number

  constructor(temperature: number) {
    this.temperature = temperature
  }

  probability(score: number): number {
    requireScore(score)
    return logistic(score / this.temperature)
  }

  save(): Uint8Array {
    return writeModelFile(KIND, VERSION, new ByteWriter(8).float64(this.temperature).finish())
  }
}

import { SluiceError } from '../../foundation/index.ts'
import { readModelKind } from '../model-file.ts'
import { fitBeta, loadBeta } from './beta.ts'
import { type CalibrationExamples, type Calibrator, requireCalibrationExamples } from './calibrator.ts'
import { fitIsotonic, loadIsotonic } from './isotonic.ts'
import { fitPlatt, loadPlatt } from './platt.ts'
import { fitTemperature, loadTemperature } from './temperature.ts'

/** In the order of their parameters, fewest first. */
const METHODS = {
  temperature: fitTemperature,
  platt: fitPlatt,
  beta: fitBeta,
  isotonic: fitIsotonic,
} as const

export type CalibrationMethod = keyof typeof METHODS

export interface CalibrationTrial {
  readonly method: CalibrationMethod
  readonly calibrator: Calibrator
  /** Mean negative log-likelihood on the held-out rows, in nats; one sure mistake costs 36 and not infinity. */
  readonly logLoss: number
}

/**
 * Fits each method on one set of rows and orders them by log loss on another, best first; of equals the simpler one
 * is first. Scores are log-odds.
 *
 * @param methods - all four when absent
 * @throws SluiceError `INVALID_ARGUMENT` without a method; for either set `NO_TRAINING_DATA`, `SHAPE_MISMATCH`,
 * `NOT_FINITE`, `OUT_OF_RANGE`, `ONE_CLASS_ONLY`
 * @remarks O(n log n).
 */
export function compareCalibrators(
  examples: CalibrationExamples,
  heldOut: CalibrationExamples,
  methods: readonly CalibrationMethod[] = Object.keys(METHODS) as CalibrationMethod[],
): CalibrationTrial[] {
  requireCalibrationExamples(examples)
  requireCalibrationExamples(heldOut)
  const trials = (Object.keys(METHODS) as CalibrationMethod[])
    .filter((method) => methods.includes(method))
    .map((method) => {
      const calibrator = METHODS[method](examples)
      return { method, calibrator, logLoss: heldOutLogLoss(calibrator, heldOut) }
    })
  if (trials.length === 0) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `calibration methods: expected some of ${Object.keys(METHODS).join(', ')}, got [${methods.join(', ')}]`,
    )
  }
  return trials.sort((a, b) => a.logLoss - b.logLoss)
}

/** The best of {@link compareCalibrators}. @throws SluiceError as that one */
export function chooseCalibrator(
  examples: CalibrationExamples,
  heldOut: CalibrationExamples,
  methods?: readonly CalibrationMethod[],
): CalibrationTrial {
  return compareCalibrators(examples, heldOut, methods)[0]!
}

/**
 * Reads a saved calibrator of any kind.
 *
 * @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH`
 */
export function loadCalibrator(bytes: Uint8Array): Calibrator {
  const kind = readModelKind(bytes)
  switch (kind) {
    case 'temperature-calibrator':
      return loadTemperature(bytes)
    case 'platt-calibrator':
      return loadPlatt(bytes)
    case 'beta-calibrator':
      return loadBeta(bytes)
    case 'isotonic-calibrator':
      return loadIsotonic(bytes)
    default:
      throw new SluiceError('MODEL_MISMATCH', `model file: expected a calibrator, got ${kind}`)
  }
}

function heldOutLogLoss(calibrator: Calibrator, { scores, labels, weights }: CalibrationExamples): number {
  let loss = 0
  let total = 0
  for (let row = 0; row < scores.length; row++) {
    const weight = weights?.[row] ?? 1
    const probability = calibrator.probability(scores[row]!)
    const ofOne = Math.log(Math.max(probability, Number.EPSILON))
    const ofZero = Math.log(Math.max(1 - probability, Number.EPSILON))
    loss -= weight * (labels[row]! * ofOne + (1 - labels[row]!) * ofZero)
    total += weight
  }
  return loss / total
}

import { ByteWriter, SluiceError } from '../../foundation/index.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import {
  oneClassOnly,
  requireLabelsThat,
  requireObjectiveData,
  requireParameter,
} from '../tree-objectives/objective-data.ts'
import { requireScore } from './calibrator.ts'

const KIND = 'class-temperature-calibrator'
const VERSION = 1
const MAX_ITERATIONS = 200
/** Keeps the slope finite where every row is scored right, and moves it by no more than rounding elsewhere. */
const RIDGE = 1e-10

/** What a temperature of several classes is learnt from: rows that the scoring model was not fitted on. */
export interface ClassCalibrationExamples {
  /** Shape (n * classCount,), row-major: logarithms of probabilities, up to a number a row. */
  readonly scores: Float64Array
  /** Shape (n,), whole, from 0 to classCount - 1. */
  readonly labels: Float64Array
  /** Shape (n,), at least 0; absent means 1 each. */
  readonly weights?: Float64Array | undefined
  /** At least 2. */
  readonly classCount: number
}

/**
 * Fits one number by which the scores of all classes are divided before the softmax: above 1 for a model that is too
 * sure of itself. It never changes which class is the likeliest. Where the scores point the wrong way the temperature is
 * infinite and every class as likely.
 *
 * @throws SluiceError `NO_TRAINING_DATA`, `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE`, `ONE_CLASS_ONLY`
 * @remarks O(n * classCount) an iteration, about ten iterations: the loss is convex in 1 / temperature.
 * @see Guo, Pleiss, Sun & Weinberger 2017, "On Calibration of Modern Neural Networks", ICML.
 */
export function fitClassTemperature(examples: ClassCalibrationExamples): ClassTemperature {
  requireExamples(examples)
  const { scores, classCount } = examples
  const unit = scores.reduce((largest, score) => Math.max(largest, Math.abs(score)), 0)
  if (unit === 0) return new ClassTemperature(classCount, 1)
  const scaled = { ...examples, scores: scores.map((score) => score / unit) }
  return new ClassTemperature(classCount, unit / bestSlope((slope) => derivatives(scaled, slope)))
}

/** Reads what {@link ClassTemperature.save} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadClassTemperature(bytes: Uint8Array): ClassTemperature {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  return new ClassTemperature(payload.uint32(), payload.float64())
}

/** The softmax of `scores / temperature`. */
export class ClassTemperature {
  readonly kind = KIND
  readonly classCount: number
  /** Above 0, or infinite. */
  readonly temperature: number

  constructor(classCount: number, temperature: number) {
    this.classCount = classCount
    this.temperature = temperature
  }

  /**
   * Writes the probabilities of the classes of every row; those of a row sum to 1.
   *
   * @param scores - shape (n * classCount,), row-major
   * @param out - as long; may be `scores` itself
   * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`
   */
  probabilities(scores: Float64Array, out: Float64Array): void {
    const { classCount, temperature } = this
    if (scores.length % classCount !== 0 || out.length !== scores.length) {
      throw shapeMismatch(`scores of ${classCount} classes a row and as many places`, `${scores.length}, ${out.length}`)
    }
    scores.forEach(requireScore)
    for (let start = 0; start < scores.length; start += classCount) {
      writeSoftmax(scores.subarray(start, start + classCount), 1 / temperature, out.subarray(start, start + classCount))
    }
  }

  save(): Uint8Array {
    const payload = new ByteWriter(12).uint32(this.classCount).float64(this.temperature)
    return writeModelFile(KIND, VERSION, payload.finish())
  }
}

interface Derivatives {
  readonly first: number
  readonly second: number
}

/** The mean loss by the slope: its first derivative is what classes score in the mean, less what the labelled one does. */
function derivatives({ scores, labels, weights, classCount }: ClassCalibrationExamples, slope: number): Derivatives {
  const probabilities = new Float64Array(classCount)
  let [first, second, total] = [0, 0, 0]
  for (let row = 0; row < labels.length; row++) {
    const own = scores.subarray(row * classCount, (row + 1) * classCount)
    writeSoftmax(own, slope, probabilities)
    const weight = weights?.[row] ?? 1
    const mean = probabilities.reduce((sum, probability, index) => sum + probability * own[index]!, 0)
    const variance = probabilities.reduce((sum, probability, index) => sum + probability * (own[index]! - mean) ** 2, 0)
    first += weight * (mean - own[labels[row]!]!)
    second += weight * variance
    total += weight
  }
  return { first: first / total + RIDGE * slope, second: second / total + RIDGE }
}

/** Where the first derivative, which never falls, is 0; 0 where it is above 0 from the start. Newton in a bracket. */
function bestSlope(at: (slope: number) => Derivatives): number {
  let [low, high, slope] = [0, Number.POSITIVE_INFINITY, 0]
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const { first, second } = at(slope)
    if (first >= 0 && slope === 0) return 0
    if (first < 0) low = slope
    else high = slope
    const newton = slope - first / second
    const middle = high === Number.POSITIVE_INFINITY ? Math.max(1, 2 * low) : (low + high) / 2
    const next = newton > low && newton < high && newton <= 2 * Math.max(1, low) ? newton : middle
    if (Math.abs(next - slope) <= 1e-14 * slope) return next
    slope = next
  }
  return slope
}

function writeSoftmax(scores: Float64Array, slope: number, out: Float64Array): void {
  const largest = scores.reduce((most, score) => Math.max(most, score))
  let sum = 0
  for (let index = 0; index < scores.length; index++) {
    out[index] = Math.exp((scores[index]! - largest) * slope)
    sum += out[index]!
  }
  for (let index = 0; index < scores.length; index++) out[index]! /= sum
}

function requireExamples(examples: ClassCalibrationExamples): void {
  const { scores, labels, weights, classCount } = examples
  requireParameter(Number.isInteger(classCount) && classCount > 1, 'number of classes', 'at least 2', classCount)
  requireObjectiveData(examples)
  if (scores.length !== labels.length * classCount) {
    throw shapeMismatch(`${classCount} scores for each of ${labels.length} labels`, String(scores.length))
  }
  scores.forEach(requireScore)
  const isClass = (label: number): boolean => Number.isInteger(label) && label >= 0 && label < classCount
  requireLabelsThat(labels, isClass, `a whole number from 0 to ${classCount - 1}`)
  const present = new Set(labels.filter((_, row) => (weights?.[row] ?? 1) > 0))
  if (present.size === 1) throw oneClassOnly('several classes', [...present][0])
}

function shapeMismatch(expected: string, got: string): SluiceError {
  return new SluiceError('SHAPE_MISMATCH', `calibration of classes: expected ${expected}, got ${got}; check the rows`)
}

import { ByteWriter } from '../../foundation/index.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import { type CalibrationExamples, type Calibrator, requireCalibrationExamples, requireScore } from './calibrator.ts'

const KIND = 'isotonic-calibrator'
const VERSION = 1

/**
 * Fits the curve that never decreases and is nearest to the labels in least squares; between the scores of training
 * it is interpolated linearly, beyond them constant. Equal scores share one value, rows of weight 0 count for nothing.
 * No shape is assumed: the choice for thousands of rows. At the ends it may say 0 or 1.
 *
 * @throws SluiceError `NO_TRAINING_DATA`, `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE`, `ONE_CLASS_ONLY`
 * @remarks O(n log n) to fit, O(log blocks) a score.
 * @see Barlow, Bartholomew, Bremner & Brunk 1972: pool adjacent violators; Zadrozny & Elkan 2002, KDD.
 */
export function fitIsotonic(examples: CalibrationExamples): IsotonicCalibrator {
  requireCalibrationExamples(examples)
  return new IsotonicCalibrator(knotsOf(poolAdjacentViolators(distinctScores(examples))))
}

/** Reads what {@link IsotonicCalibrator.save} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadIsotonic(bytes: Uint8Array): IsotonicCalibrator {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  return new IsotonicCalibrator({ scores: payload.float64s(), probabilities: payload.float64s() })
}

/** The curve's corners: scores ascending, probabilities never decreasing. */
export interface IsotonicKnots {
  readonly scores: Float64Array
  readonly probabilities: Float64Array
}

export class IsotonicCalibrator implements Calibrator {
  readonly kind = KIND
  readonly knots: IsotonicKnots

  constructor(knots: IsotonicKnots) {
    this.knots = knots
  }

  probability(score: number): number {
    requireScore(score)
    const { scores, probabilities } = this.knots
    const after = firstAbove(scores, score)
    if (after === 0) return probabilities[0]!
    const [low, lowProbability] = [scores[after - 1]!, probabilities[after - 1]!]
    if (after === scores.length || score === low) return lowProbability
    const highProbability = probabilities[after]!
    const share = shareOfWay(low, score, scores[after]!)
    return Math.min(highProbability, lowProbability + (highProbability - lowProbability) * share)
  }

  save(): Uint8Array {
    const { scores, probabilities } = this.knots
    const payload = new ByteWriter(scores.byteLength * 2 + 64).float64s(scores).float64s(probabilities)
    return writeModelFile(KIND, VERSION, payload.finish())
  }
}

/** Runs of scores with the weighted mean of their labels. */
interface Block {
  readonly first: number
  readonly last: number
  readonly weight: number
  readonly mean: number
}

function distinctScores({ scores, labels, weights }: CalibrationExamples): Block[] {
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => scores[a]! - scores[b]! || a - b)
  const blocks: Block[] = []
  for (const row of order) {
    const weight = weights?.[row] ?? 1
    if (weight === 0) continue
    const block = { first: scores[row]!, last: scores[row]!, weight, mean: labels[row]! }
    const before = blocks.at(-1)
    if (before?.last === block.first) blocks[blocks.length - 1] = pooled(before, block)
    else blocks.push(block)
  }
  return blocks
}

/** Joins neighbours until the means ascend strictly. */
function poolAdjacentViolators(blocks: readonly Block[]): Block[] {
  const done: Block[] = []
  for (const next of blocks) {
    let block = next
    for (let before = done.at(-1); before !== undefined && before.mean >= block.mean; before = done.at(-1)) {
      block = pooled(before, block)
      done.pop()
    }
    done.push(block)
  }
  return done
}

function pooled(a: Block, b: Block): Block {
  const weight = a.weight + b.weight
  return { first: a.first, last: b.last, weight, mean: a.mean + (b.mean - a.mean) * (b.weight / weight) }
}

/** A block of several scores is flat: it needs its two ends. */
function knotsOf(blocks: readonly Block[]): IsotonicKnots {
  const knots = blocks.flatMap(({ first, last, mean }) =>
    first === last ? [{ score: first, mean }] : [first, last].map((score) => ({ score, mean })),
  )
  return {
    scores: Float64Array.from(knots, ({ score }) => score),
    probabilities: Float64Array.from(knots, ({ mean }) => mean),
  }
}

/** How far `value` lies between `low` and `high`, whose distance need not be finite. */
function shareOfWay(low: number, value: number, high: number): number {
  const distance = high - low
  return Number.isFinite(distance) ? (value - low) / distance : (value / 2 - low / 2) / (high / 2 - low / 2)
}

/** The number of values that are at most `score`. */
function firstAbove(ascending: Float64Array, score: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! <= score) low = middle + 1
    else high = middle
  }
  return low
}

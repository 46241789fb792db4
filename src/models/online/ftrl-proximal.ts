import { ByteWriter, SluiceError } from '../../foundation/index.ts'
import { logistic, logisticLoss, logOdds } from '../logistic-function.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import { SparseLogisticRegression } from '../sparse-logistic-regression.ts'
import { requireScorable, requireSparseEntries, type SparseRows } from '../sparse-rows.ts'
import { type FtrlOptions, type FtrlRates, requireFtrlRates } from './ftrl-options.ts'
import {
  coordinatesWhere,
  emptyFtrlState,
  type FtrlState,
  ftrlStep,
  ftrlWeight,
  readFtrlState,
  writeFtrlState,
} from './ftrl-state.ts'
import { MergedEntries } from './merged-entries.ts'

const KIND = 'ftrl-proximal'
const VERSION = 1

/** How well a model foretold each example just before it learnt from it: an honest loss without a held-out part. */
export interface ProgressiveLoss {
  /** The weight of the examples so far. */
  readonly weight: number
  /** Their mean log loss in nats; NaN when there was none. */
  readonly logLoss: number
}

interface Learnt {
  readonly featureCount: number
  readonly rates: FtrlRates
  readonly state: FtrlState
  readonly weight: number
  readonly loss: number
}

/**
 * An online logistic regression over sparse rows that learns a step an example, by FTRL-Proximal: rates of its own for
 * every coordinate, and weights of exactly 0 where an L1 penalty asks for it. Scores are log-odds.
 *
 * The model is a function of its options and of the examples in their order. It learns on from its bytes as if it had
 * never stopped.
 *
 * @remarks O(entries) a step, nothing allocated; 16 bytes a feature of memory.
 * @see McMahan et al. 2013, "Ad Click Prediction: a View from the Trenches", algorithm 1.
 */
export class FtrlProximal {
  readonly kind = KIND
  readonly featureCount: number
  readonly #rates: FtrlRates
  /** What the score of every row begins with. */
  readonly #offset: number
  readonly #state: FtrlState
  readonly #merged = new MergedEntries()
  #weight: number
  #loss: number

  constructor(learnt: Learnt) {
    this.featureCount = learnt.featureCount
    this.#rates = learnt.rates
    this.#offset = logOdds(learnt.rates.baseRate)
    this.#state = learnt.state
    this.#weight = learnt.weight
    this.#loss = learnt.loss
  }

  /** Over every {@link learn} so far. */
  get progressive(): ProgressiveLoss {
    return { weight: this.#weight, logLoss: this.#loss / this.#weight }
  }

  get intercept(): number {
    return this.#offset + ftrlWeight(this.#state, this.#rates, this.featureCount)
  }

  /** The weight of one feature, in log-odds per unit. */
  coefficient(feature: number): number {
    return ftrlWeight(this.#state, this.#rates, feature)
  }

  /**
   * Takes one step towards an example.
   *
   * @param label - from 0 to 1
   * @param weight - how many examples this one stands for, at least 0
   * @returns the probability that the model gave before the step
   * @throws SluiceError `SHAPE_MISMATCH` at a feature out of range, `NOT_FINITE`, `OUT_OF_RANGE` at a label or weight
   */
  learn(indices: Uint32Array, values: Float64Array, label: number, weight = 1): number {
    requireSparseEntries(this.featureCount, indices, values)
    requireRange('label', label, 1)
    requireRange('weight', weight, Number.MAX_VALUE)
    const score = this.#step(indices, values, 0, indices.length, label, weight)
    this.#weight += weight
    this.#loss += weight * logisticLoss(score, label)
    return logistic(score)
  }

  /**
   * A step towards one row of examples that are known to be sound. A later epoch over the same examples does not count
   * in the progressive loss: the model has seen them.
   */
  learnRow(rows: SparseRows, row: number, label: number, weight: number, isFirstEpoch: boolean): void {
    const score = this.#step(rows.indices, rows.values, rows.starts[row]!, rows.starts[row + 1]!, label, weight)
    if (!isFirstEpoch) return
    this.#weight += weight
    this.#loss += weight * logisticLoss(score, label)
  }

  /** The score of one row, given as its non-zero entries. @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE` */
  score(indices: Uint32Array, values: Float64Array): number {
    requireSparseEntries(this.featureCount, indices, values)
    return this.#score(indices, values, 0, indices.length)
  }

  /** Scores of all rows into `out`, the same to the bit as one by one. @throws SluiceError as {@link score} */
  scoreRows(rows: SparseRows, out: Float64Array): void {
    requireScorable(rows, this.featureCount, out)
    for (let row = 0; row < rows.rowCount; row++) {
      out[row] = this.#score(rows.indices, rows.values, rows.starts[row]!, rows.starts[row + 1]!)
    }
  }

  /** The probability of a score. Never decreases. */
  response(score: number): number {
    return logistic(score)
  }

  /** One contribution an entry; with the baseline (the score of an empty row) they sum to the score to 1e-9. */
  explain(indices: Uint32Array, values: Float64Array): { baseline: number; contributions: Float64Array } {
    requireSparseEntries(this.featureCount, indices, values)
    return {
      baseline: this.intercept,
      contributions: values.map((value, entry) => value * this.coefficient(indices[entry]!)),
    }
  }

  /**
   * The model as it stands, for serving: its weights that are not 0 and nothing else. It scores the same to the bit,
   * is smaller and learns no more.
   */
  frozen(): SparseLogisticRegression {
    const features = coordinatesWhere(this.featureCount, (feature) => this.coefficient(feature) !== 0)
    const point = new Float64Array(features.length + 1)
    features.forEach((feature, index) => {
      point[index] = this.coefficient(feature)
    })
    point[features.length] = this.intercept
    return new SparseLogisticRegression({
      featureCount: this.featureCount,
      features,
      point,
      iterations: 1,
      converged: false,
    })
  }

  /** Everything that learning on needs: two numbers a feature that ever occurred. See {@link frozen} for serving. */
  save(): Uint8Array {
    const { alpha, beta, l1, l2, baseRate } = this.#rates
    const payload = new ByteWriter().uint32(this.featureCount)
    for (const value of [alpha, beta, l1, l2, baseRate, this.#weight, this.#loss]) payload.float64(value)
    writeFtrlState(payload, this.#state)
    return writeModelFile(KIND, VERSION, payload.finish())
  }

  #score(indices: Uint32Array, values: Float64Array, start: number, end: number): number {
    let score = this.intercept
    for (let entry = start; entry < end; entry++) {
      score += values[entry]! * ftrlWeight(this.#state, this.#rates, indices[entry]!)
    }
    return score
  }

  /** @returns the score before the step */
  #step(indices: Uint32Array, values: Float64Array, start: number, end: number, label: number, weight: number): number {
    const score = this.#score(indices, values, start, end)
    const residual = weight * (logistic(score) - label)
    const merged = this.#merged
    merged.take(indices, values, start, end)
    this.#move(this.featureCount, residual)
    for (let entry = 0; entry < merged.count; entry++) {
      this.#move(merged.indices[entry]!, residual * merged.values[entry]!)
    }
    return score
  }

  #move(coordinate: number, gradient: number): void {
    const weight = ftrlWeight(this.#state, this.#rates, coordinate)
    ftrlStep(this.#state, this.#rates, coordinate, gradient, weight)
  }
}

/** A model that has seen nothing: every weight is 0. @throws SluiceError `INVALID_ARGUMENT` */
export function startFtrlProximal(featureCount: number, options: FtrlOptions = {}): FtrlProximal {
  if (!Number.isInteger(featureCount) || featureCount < 1 || featureCount > 2 ** 28) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `FTRL-Proximal, features: expected a whole number from 1 to ${2 ** 28}, got ${featureCount}; hash into fewer bits`,
    )
  }
  const rates = requireFtrlRates(options)
  return new FtrlProximal({ featureCount, rates, state: emptyFtrlState(featureCount), weight: 0, loss: 0 })
}

/** Reads what {@link FtrlProximal.save} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadFtrlProximal(bytes: Uint8Array): FtrlProximal {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const featureCount = payload.uint32()
  const [alpha, beta, l1, l2] = [payload.float64(), payload.float64(), payload.float64(), payload.float64()]
  const rates = { alpha, beta, l1, l2, baseRate: payload.float64() }
  const [weight, loss] = [payload.float64(), payload.float64()]
  return new FtrlProximal({ featureCount, rates, weight, loss, state: readFtrlState(payload, featureCount) })
}

function requireRange(what: string, value: number, most: number): void {
  if (!Number.isFinite(value)) throw new SluiceError('NOT_FINITE', `${what}: expected a number, got ${value}`)
  if (value >= 0 && value <= most) return
  const expected = most === 1 ? 'from 0 to 1' : 'at least 0'
  throw new SluiceError('OUT_OF_RANGE', `${what}: expected ${expected}, got ${value}`)
}

import { ByteWriter } from '../foundation/index.ts'
import { fitDenseEaseWeights, readDenseEaseWeights } from './ease-dense.ts'
import { fitFactoredEaseWeights, readFactoredEaseWeights } from './ease-factored.ts'
import { type EaseOptions, easeOptions } from './ease-options.ts'
import type { EaseWeights } from './ease-weights.ts'
import { distinctRows, requireItems, type SparseRows } from './interaction-rows.ts'
import { distinctHistory, requireHistory } from './item-history.ts'
import type { Interactions, ItemModel } from './item-model.ts'
import { itemsToKeep, keepColumns, slotsOfItems } from './kept-items.ts'
import { openModelFile, writeModelFile } from './model-file.ts'
import { type ScoredItems, topItems } from './top-items.ts'

const KIND = 'ease'
/** Of a model in half precision; one in single precision is still written as version 1. */
const VERSION = 2
/** Room for all of a saved model but its arrays, so that the writer need not grow and copy. */
const HEADER_BYTES = 1024

interface EaseState {
  readonly options: EaseOptions
  readonly itemCount: number
  /** Item numbers in rising order, shape (slots,). */
  readonly kept: Int32Array
  /** What a score is multiplied by, shape (slots,). */
  readonly scales: Float64Array
  readonly weights: EaseWeights
  readonly precision: 'single' | 'half'
}

/**
 * Restores each item of a history from the others by ridge regression with closed form: one of the strongest models
 * for items that people meet, and without iterations or chance.
 *
 * @see Steck 2019, Embarrassingly shallow autoencoders for sparse data, WWW; for `dropout` Steck 2020, Autoencoders
 * that don't overfit towards the identity, NeurIPS.
 */
export class Ease implements ItemModel {
  readonly kind = KIND
  readonly #state: EaseState
  readonly #slots: Int32Array

  constructor(state: EaseState) {
    this.#state = state
    this.#slots = slotsOfItems(state.kept, state.itemCount)
  }

  get itemCount(): number {
    return this.#state.itemCount
  }

  get options(): EaseOptions {
    return this.#state.options
  }

  /** `dense` holds a number for every pair of items, `factored` one for every pair of users. */
  get form(): 'dense' | 'factored' {
    return this.#state.weights.form
  }

  scoreItems(history: Int32Array, weights: Float64Array | undefined, out: Float64Array): void {
    requireHistory(this, history, weights, out)
    const { kept, scales } = this.#state
    const scores = this.#slotScores(distinctHistory(history, weights))
    out.fill(0)
    for (let slot = 0; slot < kept.length; slot++) out[kept[slot]!] = scores[slot]! * scales[slot]!
  }

  /**
   * The items that having met one item speaks for most, best first; fewer than `limit` when fewer have a score above 0.
   *
   * @throws SluiceError `INVALID_ARGUMENT` when there is no such item
   */
  neighbours(item: number, limit: number): ScoredItems {
    requireItems(Int32Array.of(item), this.itemCount)
    const scores = new Float64Array(this.itemCount)
    this.scoreItems(Int32Array.of(item), undefined, scores)
    scores[item] = 0
    return topItems(this.#state.kept, scores, limit)
  }

  /**
   * The model with its weights in half precision, in about half the bytes: they move by 2^-11 of themselves at most, or
   * 2^-39 of the largest. It is computed with in single precision as before.
   */
  inHalves(): Ease {
    return new Ease({ ...this.#state, weights: this.#state.weights.inHalves(), precision: 'half' })
  }

  save(): Uint8Array {
    const { options, itemCount, kept, scales, weights, precision } = this.#state
    const arrays = kept.byteLength + scales.byteLength + weights.byteLength
    const payload = new ByteWriter(arrays + HEADER_BYTES).json({ options, form: weights.form }).uint32(itemCount)
    payload.int32s(kept).float64s(scales)
    weights.write(payload)
    return writeModelFile(KIND, precision === 'single' ? 1 : VERSION, payload.finish())
  }

  #slotScores(history: Map<number, number>): Float64Array {
    const bySlot = new Map<number, number>()
    for (const [item, weight] of history) {
      const slot = this.#slots[item]!
      if (slot >= 0) bySlot.set(slot, weight)
    }
    const scores = new Float64Array(this.#state.kept.length)
    this.#state.weights.addScores(bySlot, scores)
    return scores
  }
}

/**
 * Learns from who met what. Deterministic; the order within a user does not matter.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without any weight above 0, `INVALID_ARGUMENT` at an option out of range,
 * `LIMIT_EXCEEDED` with more than 16,384 users and as many kept items; what {@link distinctRows} refuses
 * @remarks O(n^3 / 2) time and 8 n^2 bytes for n the smaller of users and kept items: 3 s for 3,600 on one core.
 */
export function fitEase(interactions: Interactions, options: Partial<EaseOptions> = {}): Ease {
  const complete = easeOptions(options)
  const rows = distinctRows(interactions)
  const kept = itemsToKeep(sumsOfSquares(rows), complete.maxItems)
  const users = keepColumns(rows, slotsOfItems(kept, rows.columnCount), kept.length)
  const weighted = weightUsers(users, complete.userExponent)
  const diagonal = sumsOfSquares(weighted).map(
    (count) => complete.l2 + (complete.dropout / (1 - complete.dropout)) * count,
  )
  return new Ease({
    options: complete,
    itemCount: interactions.itemCount,
    kept,
    scales: sumsOfSquares(users).map((count) => count ** -complete.popularityExponent),
    weights: fitWeights(weighted, diagonal, complete.side),
    precision: 'single',
  })
}

/** @throws SluiceError `MODEL_CORRUPT` or `MODEL_MISMATCH`, see {@link openModelFile} */
export function loadEase(bytes: Uint8Array): Ease {
  const { version, payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const precision = version === 1 ? 'single' : 'half'
  const { options, form } = payload.json() as { options: EaseOptions; form: EaseWeights['form'] }
  const [itemCount, kept, scales] = [payload.uint32(), payload.int32s(), payload.float64s()]
  const weights =
    form === 'dense' ? readDenseEaseWeights(payload, precision) : readFactoredEaseWeights(payload, precision)
  return new Ease({ options, itemCount, kept, scales, weights, precision })
}

function fitWeights(users: SparseRows, diagonal: Float64Array, side: EaseOptions['side']): EaseWeights {
  const byUsers = side === 'users' || (side === 'auto' && users.rowCount < users.columnCount)
  return byUsers ? fitFactoredEaseWeights(users, diagonal) : fitDenseEaseWeights(users, diagonal)
}

/** Rows times the square root of n ^ -exponent, over the mean of that, so that X' X counts users by it. */
function weightUsers(users: SparseRows, exponent: number): SparseRows {
  const shares = Float64Array.from({ length: users.rowCount }, (_, user) => {
    const length = users.starts[user + 1]! - users.starts[user]!
    return length === 0 ? 0 : length ** -exponent
  })
  const mean =
    shares.reduce((sum, share) => sum + share, 0) / shares.reduce((count, share) => count + Math.sign(share), 0)
  const values = users.values.slice()
  shares.forEach((share, user) => {
    for (let entry = users.starts[user]!; entry < users.starts[user + 1]!; entry++) {
      values[entry]! *= Math.sqrt(share / mean)
    }
  })
  return { ...users, values }
}

/** The diagonal of X' X: for weights of 1, how many users met each item. */
function sumsOfSquares(rows: SparseRows): Float64Array {
  const sums = new Float64Array(rows.columnCount)
  rows.columns.forEach((column, entry) => {
    sums[column]! += rows.values[entry]! ** 2
  })
  return sums
}

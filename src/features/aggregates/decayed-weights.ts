import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import {
  compileEventKey,
  compileEventKeyLists,
  type EventBatch,
  type EventKeyLists,
  type EventKeys,
} from '../event-batch.ts'
import { growFloat64, withoutTail } from '../growable.ts'
import { ScratchInts } from '../item-run.ts'
import { DEFAULT_KEPT_PAIRS, KeptPairs } from '../kept-pairs.ts'
import type { Aggregate, DecayedWeightsSpec } from './aggregate.ts'
import { ReadMemo } from './read-memo.ts'

/** The place of a key's total among what was read. */
const TOTAL = -1
/** Used by reads of many weights; what they hold is lost at the next. */
const [askedCategories, askingKey, placesOfAsked] = [new ScratchInts(), new ScratchInts(), new ScratchInts()]

/**
 * Weights that halve every half-life. A weight is kept with the time it was last touched; an event before that time
 * adds what would be left of it by then, so the order of arrival does not matter beyond rounding.
 *
 * The total of a key stays; of pairs of a key and a category as many are kept as the spec says (see
 * {@link KeptPairs}), and one that was forgotten weighs nothing, as if it never was.
 *
 * Memory: 16 bytes a key and some 32 to 64 bytes a pair.
 */
export class DecayedWeights implements Aggregate {
  readonly #spec: DecayedWeightsSpec
  readonly #by: EventKeys
  readonly #of: EventKeyLists
  readonly #pairs: KeptPairs
  readonly #memo = new ReadMemo()
  #writes = 0
  /** By key. */
  #totals: Float64Array = new Float64Array(0)
  #totalTimes: Float64Array = new Float64Array(0)
  /** By pair. */
  #weights: Float64Array = new Float64Array(0)
  #times: Float64Array = new Float64Array(0)

  constructor(spec: DecayedWeightsSpec, schema: Schema, store: AttributeStore) {
    this.#spec = spec
    this.#by = compileEventKey(schema, store, spec.event, spec.by)
    this.#of = compileEventKeyLists(schema, store, spec.event, spec.of)
    this.#pairs = new KeptPairs(spec.pairs ?? DEFAULT_KEPT_PAIRS, (place) => {
      this.#weights[place] = 0
    })
  }

  write(batch: EventBatch): void {
    const { rows, count, times } = batch
    const keys = this.#by(batch)
    for (let index = 0; index < count; index++) {
      const row = rows[index]!
      if (keys[row]! >= 0) this.#write(keys[row]!, this.#of(batch, row), times[row]!)
    }
  }

  #write(key: number, categories: ArrayLike<number>, at: number): void {
    this.#writes++
    this.#totals = growFloat64(this.#totals, key + 1)
    this.#totalTimes = growFloat64(this.#totalTimes, key + 1)
    this.#add(this.#totals, this.#totalTimes, key, at)
    for (let index = 0; index < categories.length; index++) {
      const place = this.#pairs.findOrAdd(key, categories[index]!)
      this.#weights = growFloat64(this.#weights, place + 1)
      this.#times = growFloat64(this.#times, place + 1)
      this.#add(this.#weights, this.#times, place, at)
    }
  }

  /** The weight of a category for a key at a time; 0 when they never met. */
  weight(key: number, category: number, at: number): number {
    return category < 0 ? 0 : this.#weightAt(key, category, at)
  }

  /** The weight of everything the key did; at most the sum over categories. */
  total(key: number, at: number): number {
    return this.#weightAt(key, TOTAL, at)
  }

  /** {@link weight} of many categories, none below 0, into `out`. Those that were not read before are looked up together. */
  weights(
    key: number,
    { categories, count }: { readonly categories: Int32Array; readonly count: number },
    at: number,
    out: Float64Array,
  ): void {
    if (key < 0) {
      out.fill(0, 0, count)
      return
    }
    const memo = this.#memo
    memo.open(key, at, this.#writes)
    const asked = askedCategories.of(count)
    let asking = 0
    for (let index = 0; index < count; index++) {
      const known = categories[index]! - TOTAL
      if (memo.has(known)) continue
      asked[asking++] = categories[index]!
      memo.set(known, 0)
    }
    const places = placesOfAsked.of(asking)
    this.#pairs.findMany(asking, askingKey.of(asking).fill(key, 0, asking), asked, undefined, places)
    for (let index = 0; index < asking; index++) {
      memo.set(asked[index]! - TOTAL, this.#left(this.#weights, this.#times, places[index]!, at))
    }
    for (let index = 0; index < count; index++) out[index] = memo.get(categories[index]! - TOTAL)
  }

  #weightAt(key: number, category: number, at: number): number {
    if (key < 0) return 0
    this.#memo.open(key, at, this.#writes)
    const known = category - TOTAL
    if (this.#memo.has(known)) return this.#memo.get(known)
    const value =
      category === TOTAL
        ? this.#left(this.#totals, this.#totalTimes, key, at)
        : this.#left(this.#weights, this.#times, this.#pairs.find(key, category), at)
    return this.#memo.set(known, value)
  }

  #left(weights: Float64Array, times: Float64Array, place: number, at: number): number {
    return place < 0 || place >= weights.length ? 0 : weights[place]! * this.#decay(at - times[place]!)
  }

  #add(weights: Float64Array, times: Float64Array, place: number, at: number): void {
    const last = times[place]!
    if (weights[place] === 0 || at >= last) {
      weights[place] = weights[place]! * this.#decay(at - last) + 1
      times[place] = at
    } else weights[place] = weights[place]! + this.#decay(last - at)
  }

  #decay(elapsedMs: number): number {
    return elapsedMs <= 0 ? 1 : 2 ** (-elapsedMs / this.#spec.halfLifeMs)
  }

  bytes(): number {
    const columns = [this.#totals, this.#totalTimes, this.#weights, this.#times]
    return columns.reduce((sum, { byteLength }) => sum + byteLength, this.#pairs.bytes())
  }

  save(writer: ByteWriter): void {
    this.#pairs.save(writer)
    writer.float64s(this.#weights.subarray(0, this.#pairs.size)).float64s(this.#times.subarray(0, this.#pairs.size))
    const totals = withoutTail(this.#totals, 0)
    writer.float64s(totals).float64s(this.#totalTimes.subarray(0, totals.length))
  }

  load(reader: ByteReader): void {
    this.#pairs.load(reader)
    this.#weights = reader.float64s()
    this.#times = reader.float64s()
    this.#totals = reader.float64s()
    this.#totalTimes = reader.float64s()
  }
}

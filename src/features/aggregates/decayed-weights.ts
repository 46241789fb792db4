import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { type Schema, satisfies } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { compileEventKey, compileEventKeys, type EventFrame, type EventKey, type EventKeys } from '../event-frame.ts'
import { growFloat64 } from '../growable.ts'
import { PairIndex } from '../pair-index.ts'
import type { Aggregate, DecayedWeightsSpec } from './aggregate.ts'
import { ReadMemo } from './read-memo.ts'

/** The place of a key's total among its categories. */
const TOTAL = -1

/**
 * Weights that halve every half-life. A weight is kept with the time it was last touched; an event before that time
 * adds what would be left of it by then, so the order of arrival does not matter beyond rounding.
 */
export class DecayedWeights implements Aggregate {
  readonly #spec: DecayedWeightsSpec
  readonly #by: EventKey
  readonly #of: EventKeys
  readonly #pairs = new PairIndex()
  readonly #memo = new ReadMemo()
  #writes = 0
  #weights: Float64Array = new Float64Array(64)
  #times: Float64Array = new Float64Array(64)

  constructor(spec: DecayedWeightsSpec, schema: Schema, store: AttributeStore) {
    this.#spec = spec
    this.#by = compileEventKey(schema, store, spec.event, spec.by)
    this.#of = compileEventKeys(schema, store, spec.event, spec.of)
  }

  write(frame: EventFrame): void {
    if (!satisfies(frame.record, this.#spec.where)) return
    const key = this.#by(frame)
    if (key < 0) return
    this.#writes++
    this.#add(key, TOTAL, frame.at)
    const categories = this.#of(frame)
    for (let index = 0; index < categories.length; index++) this.#add(key, categories[index]!, frame.at)
  }

  /** The weight of a category for a key at a time; 0 when they never met. */
  weight(key: number, category: number, at: number): number {
    return category < 0 ? 0 : this.#weightAt(key, category, at)
  }

  /** The weight of everything the key did; at most the sum over categories. */
  total(key: number, at: number): number {
    return this.#weightAt(key, TOTAL, at)
  }

  #weightAt(key: number, category: number, at: number): number {
    if (key < 0) return 0
    this.#memo.open(key, at, this.#writes)
    const known = category - TOTAL
    if (this.#memo.has(known)) return this.#memo.get(known)
    const place = this.#pairs.find(key, category)
    return this.#memo.set(known, place < 0 ? 0 : this.#weights[place]! * this.#decay(at - this.#times[place]!))
  }

  #add(key: number, category: number, at: number): void {
    const place = this.#pairs.findOrAdd(key, category)
    this.#weights = growFloat64(this.#weights, place + 1)
    this.#times = growFloat64(this.#times, place + 1)
    const last = this.#times[place]!
    if (this.#weights[place] === 0 || at >= last) {
      this.#weights[place] = this.#weights[place]! * this.#decay(at - last) + 1
      this.#times[place] = at
    } else this.#weights[place] = this.#weights[place]! + this.#decay(last - at)
  }

  #decay(elapsedMs: number): number {
    return elapsedMs <= 0 ? 1 : 2 ** (-elapsedMs / this.#spec.halfLifeMs)
  }

  bytes(): number {
    return this.#pairs.bytes() + this.#weights.byteLength + this.#times.byteLength
  }

  save(writer: ByteWriter): void {
    this.#pairs.save(writer)
    writer.float64s(this.#weights.subarray(0, this.#pairs.size)).float64s(this.#times.subarray(0, this.#pairs.size))
  }

  load(reader: ByteReader): void {
    this.#pairs.load(reader)
    this.#weights = reader.float64s()
    this.#times = reader.float64s()
  }
}

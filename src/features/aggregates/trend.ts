import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { compileEventKey, type EventBatch, type EventKeys } from '../event-batch.ts'
import { growFloat64, withoutTail } from '../growable.ts'
import type { Aggregate, TrendSpec } from './aggregate.ts'
import { Leaders } from './leaders.ts'

const EVERYONE = 0
const NONE = new Float64Array(0)
/** Half-lives after which the landmark moves on, long before 2^x overflows. */
const LANDMARK_HALF_LIVES = 400

/**
 * Decayed counts of items with forward decay: an event at time t weighs 2^((t - landmark) / halfLife), so the order
 * of the items changes only when an event comes, never by waiting, and nothing has to be decayed on reading.
 *
 * @see Cormode, Shkapenyuk, Srivastava & Xu 2009, Forward decay, ICDE.
 */
export class Trend implements Aggregate {
  readonly #spec: TrendSpec
  readonly #of: EventKeys
  readonly #by: EventKeys | undefined
  readonly #groups = new Map<number, Float64Array>()
  /** By group, once anybody asked; derived from the weights. */
  #leaders: Map<number, Leaders> | undefined
  #landmark = Number.NaN

  constructor(spec: TrendSpec, schema: Schema, store: AttributeStore) {
    this.#spec = spec
    this.#of = compileEventKey(schema, store, spec.event, spec.of)
    this.#by = spec.by === undefined ? undefined : compileEventKey(schema, store, spec.event, spec.by)
  }

  write(batch: EventBatch): void {
    const { rows, count, times } = batch
    const items = this.#of(batch)
    const groups = this.#by?.(batch)
    for (let index = 0; index < count; index++) {
      const row = rows[index]!
      const item = items[row]!
      const group = groups === undefined ? EVERYONE : groups[row]!
      if (item >= 0 && group >= 0) this.#write(item, group, times[row]!)
    }
  }

  #write(item: number, group: number, at: number): void {
    this.#moveLandmark(at)
    const known = this.#groups.get(group) ?? NONE
    const weights = growFloat64(known, item + 1)
    if (weights !== known) this.#groups.set(group, weights)
    const before = weights[item]!
    weights[item] = before + 2 ** ((at - this.#landmark) / this.#spec.halfLifeMs)
    if (this.#leaders) this.#leadersOf(this.#leaders, group).raise(item, before, weights)
  }

  /** Weights of all items of a group in undecayed units: good for comparing, not for showing. May be shorter than the items. */
  weights(group = EVERYONE): Float64Array {
    return this.#groups.get(group) ?? new Float64Array(0)
  }

  /**
   * Items among which are the `count` of the largest weights of a group, or all with a weight, best first, of equal
   * weights the smaller item; undefined when {@link weights} has to be looked through. A view that is valid until the
   * next write.
   *
   * @remarks The first call looks at all weights once; from then on writes keep the list.
   */
  leaders(count: number, group = EVERYONE): Int32Array | undefined {
    this.#leaders ??= new Map(Array.from(this.#groups, ([known, weights]) => [known, new Leaders(weights)]))
    return this.#leadersOf(this.#leaders, group).list(count)
  }

  #leadersOf(leaders: Map<number, Leaders>, group: number): Leaders {
    const known = leaders.get(group)
    if (known) return known
    const begun = new Leaders(NONE)
    leaders.set(group, begun)
    return begun
  }

  /** The decayed count of an item at a time. */
  count(item: number, at: number, group = EVERYONE): number {
    const weight = item < 0 ? 0 : (this.#groups.get(group)?.[item] ?? 0)
    return weight === 0 ? 0 : weight * 2 ** ((this.#landmark - at) / this.#spec.halfLifeMs)
  }

  /** {@link count} of many items; shape (items.length,). */
  counts(items: Int32Array, at: number, group = EVERYONE): Float64Array {
    const weights = this.#groups.get(group) ?? NONE
    const decay = 2 ** ((this.#landmark - at) / this.#spec.halfLifeMs)
    const counts = new Float64Array(items.length)
    for (let index = 0; index < items.length; index++) {
      const weight = weights[items[index]!] ?? 0
      counts[index] = weight === 0 ? 0 : weight * decay
    }
    return counts
  }

  #moveLandmark(at: number): void {
    if (Number.isNaN(this.#landmark)) this.#landmark = at
    if (at - this.#landmark < LANDMARK_HALF_LIVES * this.#spec.halfLifeMs) return
    const factor = 2 ** ((this.#landmark - at) / this.#spec.halfLifeMs)
    for (const weights of this.#groups.values())
      for (let item = 0; item < weights.length; item++) weights[item]! *= factor
    this.#landmark = at
    // Small weights may have become 0.
    this.#leaders = undefined
  }

  bytes(): number {
    let bytes = 0
    for (const weights of this.#groups.values()) bytes += weights.byteLength
    for (const leaders of this.#leaders?.values() ?? []) bytes += leaders.bytes()
    return bytes
  }

  save(writer: ByteWriter): void {
    writer.float64(this.#landmark).uint32(this.#groups.size)
    for (const [group, weights] of this.#groups) writer.uint32(group).float64s(withoutTail(weights, 0))
  }

  load(reader: ByteReader): void {
    this.#landmark = reader.float64()
    const count = reader.uint32()
    for (let index = 0; index < count; index++) this.#groups.set(reader.uint32(), reader.float64s())
  }
}

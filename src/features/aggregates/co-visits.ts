import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { type Schema, satisfies } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { compileEventKey, type EventFrame, type EventKey } from '../event-frame.ts'
import { growFloat64, withoutTail } from '../growable.ts'
import { PairIndex } from '../pair-index.ts'
import type { Aggregate, CoVisitsSpec } from './aggregate.ts'
import { Sequence } from './sequence.ts'

/**
 * Live co-visitation: when a key meets an item, the item is counted together with each of the key's last items. It
 * is right at every offset, so a ranker can learn from it without a look into the future.
 *
 * Cost: `length` table operations an event; some 50 bytes a pair that ever met.
 */
export class CoVisits implements Aggregate {
  readonly #spec: CoVisitsSpec
  readonly #by: EventKey
  readonly #of: EventKey
  readonly #recent: Sequence
  readonly #pairs = new PairIndex()
  /** For every item, in turn: an item it was met together with, and the number of their pair. */
  readonly #neighbours: number[][] = []
  #writes = 0
  /** For whom {@link #sums} holds, and after how many writes. */
  #summed = { key: -1, shrinkage: 0, writes: -1 }
  #sums: Float64Array = new Float64Array(0)
  #together: Float64Array = new Float64Array(64)
  #alone: Float64Array = new Float64Array(64)

  constructor(spec: CoVisitsSpec, schema: Schema, store: AttributeStore) {
    this.#spec = spec
    this.#by = compileEventKey(schema, store, spec.event, spec.by)
    this.#of = compileEventKey(schema, store, spec.event, spec.of)
    this.#recent = new Sequence({ ...spec, kind: 'sequence' }, schema, store)
  }

  write(frame: EventFrame): void {
    if (!satisfies(frame.record, this.#spec.where)) return
    const key = this.#by(frame)
    const item = this.#of(frame)
    if (key < 0 || item < 0) return
    this.#alone = growFloat64(this.#alone, item + 1)
    this.#alone[item]! += 1
    for (const other of this.#recent.items(key)) if (other !== item) this.#count(item, other)
    this.#recent.write(frame)
    this.#writes++
  }

  /**
   * How close an item is to what the key met lately: the sum over its last items of the cosine
   * together / sqrt(alone x alone), shrunk by `shrinkage` visits; 0 for a key without history.
   *
   * @remarks The first call for a key adds up all neighbours of its last items; the next ones look a number up.
   */
  closeness(key: number, item: number, shrinkage: number): number {
    const { key: knownKey, shrinkage: knownShrinkage, writes } = this.#summed
    if (knownKey !== key || knownShrinkage !== shrinkage || writes !== this.#writes) this.#sumUp(key, shrinkage)
    return this.#sums[item] ?? 0
  }

  /** Closeness of every item, by adding up the neighbours of each of the key's last items, oldest first. */
  #sumUp(key: number, shrinkage: number): void {
    this.#summed = { key, shrinkage, writes: this.#writes }
    this.#sums = growFloat64(this.#sums, this.#alone.length).fill(0)
    const sums = this.#sums
    const alone = this.#alone
    const together = this.#together
    const size = this.#recent.size(key)
    for (let index = 0; index < size; index++) {
      const other = this.#recent.item(key, index)
      const neighbours = this.#neighbours[other] ?? []
      const visits = alone[other]!
      for (let link = 0; link < neighbours.length; link += 2) {
        const item = neighbours[link]!
        sums[item]! += together[neighbours[link + 1]!]! / (Math.sqrt(alone[item]! * visits) + shrinkage)
      }
    }
  }

  /** The shrunk cosine of two items, at least 0; it passes 1 only when keys return to both again and again. */
  similarity(item: number, other: number, shrinkage: number): number {
    const place = this.#pairs.find(Math.min(item, other), Math.max(item, other))
    if (place < 0) return 0
    return this.#together[place]! / (Math.sqrt(this.#alone[item]! * this.#alone[other]!) + shrinkage)
  }

  /** How many items are kept for a key. */
  historySize(key: number): number {
    return this.#recent.size(key)
  }

  #count(item: number, other: number): void {
    const size = this.#pairs.size
    const place = this.#pairs.findOrAdd(Math.min(item, other), Math.max(item, other))
    if (place === size) this.#link(place)
    this.#together = growFloat64(this.#together, place + 1)
    this.#together[place]! += 1
  }

  #link(place: number): void {
    const [first, second] = [this.#pairs.first(place), this.#pairs.second(place)]
    this.#neighboursOf(first).push(second, place)
    this.#neighboursOf(second).push(first, place)
  }

  #neighboursOf(item: number): number[] {
    const known = this.#neighbours[item]
    if (known) return known
    while (this.#neighbours.length <= item) this.#neighbours.push([])
    return this.#neighbours[item]!
  }

  bytes(): number {
    const columns = this.#together.byteLength + this.#alone.byteLength + this.#sums.byteLength
    return this.#recent.bytes() + this.#pairs.bytes() + columns
  }

  save(writer: ByteWriter): void {
    this.#recent.save(writer)
    this.#pairs.save(writer)
    writer.float64s(this.#together.subarray(0, this.#pairs.size)).float64s(withoutTail(this.#alone, 0))
  }

  load(reader: ByteReader): void {
    this.#recent.load(reader)
    this.#pairs.load(reader)
    this.#together = reader.float64s()
    this.#alone = reader.float64s()
    for (let place = 0; place < this.#pairs.size; place++) this.#link(place)
  }
}

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
 * Cost: `length` table operations an event; 16 bytes and table space a pair that ever met.
 */
export class CoVisits implements Aggregate {
  readonly #spec: CoVisitsSpec
  readonly #by: EventKey
  readonly #of: EventKey
  readonly #recent: Sequence
  readonly #pairs = new PairIndex()
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
  }

  /**
   * How close an item is to what the key met lately: the sum over its last items of the cosine
   * together / sqrt(alone x alone), shrunk by `shrinkage` visits; 0 for a key without history.
   */
  closeness(key: number, item: number, shrinkage: number): number {
    const size = this.#recent.size(key)
    let sum = 0
    for (let index = 0; index < size; index++) sum += this.similarity(item, this.#recent.item(key, index), shrinkage)
    return sum
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
    const place = this.#pairs.findOrAdd(Math.min(item, other), Math.max(item, other))
    this.#together = growFloat64(this.#together, place + 1)
    this.#together[place]! += 1
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
  }
}

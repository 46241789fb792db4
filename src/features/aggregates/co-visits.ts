import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { compileEventKey, type EventBatch, type EventKeys } from '../event-batch.ts'
import { growFloat64, growInt32, withoutTail } from '../growable.ts'
import type { Aggregate, CoVisitsSpec } from './aggregate.ts'
import { KeyedRows } from './keyed-rows.ts'
import { Sequence } from './sequence.ts'

/** With how many others an item is remembered when nothing else is declared. */
export const DEFAULT_NEIGHBOURS = 2_000

/**
 * Live co-visitation: when a key meets an item, the item is counted together with each of the key's last items. It
 * is right at every offset, so a ranker can learn from it without a look into the future.
 *
 * Each item is remembered with as many others as the spec says; when it has more, those it was met with the least are
 * forgotten, half of them at once, and are from then on as if it had never been met with them.
 *
 * Cost: 2 `length` table operations an event, each on one line of memory; 22 to 44 bytes a pair that ever met.
 */
export class CoVisits implements Aggregate {
  readonly #by: EventKeys
  readonly #of: EventKeys
  readonly #recent: Sequence
  /** For every item, how often it was met together with each other one; a pair is counted in both rows. */
  readonly #together: KeyedRows
  #writes = 0
  /** For whom {@link #sums} holds, and after how many writes. */
  #summed = { key: -1, shrinkage: 0, writes: -1 }
  #sums: Float64Array = new Float64Array(0)
  /** The items whose sum is above 0. */
  #summedItems: Int32Array = new Int32Array(1024)
  #summedCount = 0
  #alone: Float64Array = new Float64Array(64)

  constructor(spec: CoVisitsSpec, schema: Schema, store: AttributeStore) {
    this.#by = compileEventKey(schema, store, spec.event, spec.by)
    this.#of = compileEventKey(schema, store, spec.event, spec.of)
    this.#together = new KeyedRows(spec.neighbours ?? DEFAULT_NEIGHBOURS)
    this.#recent = new Sequence({ ...spec, kind: 'sequence' }, schema, store)
  }

  write(batch: EventBatch): void {
    const { rows, count, times } = batch
    const keys = this.#by(batch)
    const items = this.#of(batch)
    for (let index = 0; index < count; index++) {
      const row = rows[index]!
      if (keys[row]! >= 0 && items[row]! >= 0) this.#write(keys[row]!, items[row]!, times[row]!)
    }
  }

  #write(key: number, item: number, at: number): void {
    this.#alone = growFloat64(this.#alone, item + 1)
    this.#alone[item]! += 1
    const size = this.#recent.size(key)
    for (let index = 0; index < size; index++) {
      const other = this.#recent.item(key, index)
      if (other === item) continue
      this.#together.add(item, other)
      this.#together.add(other, item)
    }
    this.#recent.add(key, item, at)
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
    this.#clearSums()
    const sums = this.#sums
    let count = 0
    const alone = this.#alone
    const together = this.#together.slots
    const size = this.#recent.size(key)
    for (let index = 0; index < size; index++) {
      const other = this.#recent.item(key, index)
      const visits = alone[other]!
      const end = this.#together.end(other)
      for (let slot = this.#together.start(other); slot < end; slot += 2) {
        const item = together[slot]! - 1
        if (item < 0) continue
        if (sums[item] === 0) {
          if (count === this.#summedItems.length) this.#summedItems = growInt32(this.#summedItems, count + 1)
          this.#summedItems[count++] = item
        }
        sums[item]! += together[slot + 1]! / (Math.sqrt(alone[item]! * visits) + shrinkage)
      }
    }
    this.#summedCount = count
  }

  /** Takes back what was added up: some thousands of a million items. */
  #clearSums(): void {
    const sums = growFloat64(this.#sums, this.#alone.length)
    const summed = this.#summedItems
    for (let index = 0; index < this.#summedCount; index++) sums[summed[index]!] = 0
    this.#sums = sums
    this.#summedCount = 0
  }

  /** The shrunk cosine of two items, at least 0; it passes 1 only when keys return to both again and again. */
  similarity(item: number, other: number, shrinkage: number): number {
    const together = this.#together.get(item, other)
    return together === 0 ? 0 : together / (Math.sqrt(this.#alone[item]! * this.#alone[other]!) + shrinkage)
  }

  /** How many items are kept for a key. */
  historySize(key: number): number {
    return this.#recent.size(key)
  }

  bytes(): number {
    return this.#recent.bytes() + this.#together.bytes() + this.#alone.byteLength + this.#sums.byteLength
  }

  save(writer: ByteWriter): void {
    this.#recent.save(writer)
    this.#together.save(writer)
    writer.float64s(withoutTail(this.#alone, 0))
  }

  load(reader: ByteReader): void {
    this.#recent.load(reader)
    this.#together.load(reader)
    this.#alone = reader.float64s()
  }
}

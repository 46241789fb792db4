import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { compileEventKey, type EventBatch, type EventKeys } from '../event-batch.ts'
import { growFloat64, growInt32, withoutTail } from '../growable.ts'
import type { Aggregate, SequenceSpec } from './aggregate.ts'

/** The last items of a key, by time; of two at the same time the later in the log is the newer. */
export class Sequence implements Aggregate {
  readonly #spec: SequenceSpec
  readonly #by: EventKeys
  readonly #of: EventKeys
  #items: Int32Array = new Int32Array(0)
  #times: Float64Array = new Float64Array(0)
  #lengths: Int32Array = new Int32Array(0)
  #writes = 0

  constructor(spec: SequenceSpec, schema: Schema, store: AttributeStore) {
    this.#spec = spec
    this.#by = compileEventKey(schema, store, spec.event, spec.by)
    this.#of = compileEventKey(schema, store, spec.event, spec.of)
  }

  write(batch: EventBatch): void {
    const { rows, count, times } = batch
    const keys = this.#by(batch)
    const items = this.#of(batch)
    for (let index = 0; index < count; index++) {
      const row = rows[index]!
      if (keys[row]! >= 0 && items[row]! >= 0) this.add(keys[row]!, items[row]!, times[row]!)
    }
  }

  /** How often it was written: what is derived from it compares this to see that it is stale. No part of the state. */
  get writes(): number {
    return this.#writes
  }

  /** How many items are kept for a key. */
  size(key: number): number {
    return key < 0 ? 0 : (this.#lengths[key] ?? 0)
  }

  /** Item `index` of a key, 0 the oldest kept. */
  item(key: number, index: number): number {
    return this.#items[key * this.#spec.length + index]!
  }

  time(key: number, index: number): number {
    return this.#times[key * this.#spec.length + index]!
  }

  /** The items of a key, oldest first; a view that is valid until the next write. */
  items(key: number): Int32Array {
    const start = Math.max(0, key) * this.#spec.length
    return this.#items.subarray(start, start + this.size(key))
  }

  /** Takes in that a key met an item; both are at least 0. */
  add(key: number, item: number, at: number): void {
    this.#writes++
    const { length: capacity } = this.#spec
    const start = key * capacity
    this.#items = growInt32(this.#items, start + capacity)
    this.#times = growFloat64(this.#times, start + capacity)
    this.#lengths = growInt32(this.#lengths, key + 1)
    const length = this.#lengths[key]!
    let index = length
    while (index > 0 && this.#times[start + index - 1]! > at) index--
    if (length === capacity) {
      if (index === 0) return
      index--
      // By hand: a call to copyWithin costs more than moving the few items that are kept.
      for (let each = start; each < start + index; each++) this.#move(each + 1, each)
    } else {
      for (let each = start + length; each > start + index; each--) this.#move(each - 1, each)
      this.#lengths[key] = length + 1
    }
    this.#items[start + index] = item
    this.#times[start + index] = at
  }

  #move(from: number, to: number): void {
    this.#items[to] = this.#items[from]!
    this.#times[to] = this.#times[from]!
  }

  bytes(): number {
    return this.#items.byteLength + this.#times.byteLength + this.#lengths.byteLength
  }

  save(writer: ByteWriter): void {
    const lengths = withoutTail(this.#lengths, 0)
    const used = lengths.length * this.#spec.length
    writer.int32s(lengths).int32s(this.#items.subarray(0, used)).float64s(this.#times.subarray(0, used))
  }

  load(reader: ByteReader): void {
    this.#lengths = reader.int32s()
    this.#items = reader.int32s()
    this.#times = reader.float64s()
  }
}

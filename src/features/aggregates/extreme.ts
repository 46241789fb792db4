import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { type EventBatch, fieldsOf } from '../event-batch.ts'
import type { RequestFrame } from '../request-frame.ts'
import type { Aggregate, AggregateOptions, ExtremeSpec } from './aggregate.ts'
import { BlockMinima } from './block-minima.ts'
import type { Ahead } from './key-space.ts'
import { SortedLists } from './sorted-lists.ts'
import { tileEnd, tileStart } from './tiles.ts'
import { type KeyedState, WindowKeys } from './window-keys.ts'

/**
 * The smallest or largest value of a field in a window, exact at any size: a value for every moment (or tile) that
 * had one, and the extremes of blocks of them.
 *
 * Memory: 17 bytes a moment or tile, at most 2.7 times that by room to grow.
 */
export class Extreme implements Aggregate, KeyedState {
  readonly #spec: ExtremeSpec
  readonly #valueSlot: number
  readonly #keys: WindowKeys
  /** 1 for the smallest; -1 for the largest, which is the smallest of the negated. */
  readonly #sign: 1 | -1
  readonly #minima = new BlockMinima()
  /** Columns: the moment or tile, and its signed extreme. */
  readonly #entries: SortedLists

  constructor(spec: ExtremeSpec, schema: Schema, store: AttributeStore, options: AggregateOptions) {
    this.#spec = spec
    this.#valueSlot = fieldsOf(schema, spec.event).indexOf(spec.value)
    this.#sign = spec.side === 'min' ? 1 : -1
    this.#keys = new WindowKeys(spec, schema, store, options, this)
    this.#entries = new SortedLists(2, (from, end) => this.#rebuild(from, from, end))
  }

  write(batch: EventBatch): void {
    const values = batch.numbers[this.#valueSlot]
    if (values === undefined) return
    const { rows, count, times } = batch
    const keys = this.#keys
    keys.open(batch)
    for (let next = 0; next < count; ) {
      for (const end = keys.ahead(next); next < end; next++) {
        const row = rows[next]!
        const value = values[row]!
        if (!Number.isNaN(value)) this.#write(row, times[row]!, value)
      }
    }
  }

  #write(row: number, at: number, value: number): void {
    const place = this.#keys.placeAt(row)
    if (place < 0) return
    const { keepAfter } = this.#keys
    this.#entries.dropUntil(place, keepAfter)
    const isNew = this.#entries.isEmpty(place)
    if (at > keepAfter) this.#add(place, tileEnd(at, this.#spec.tileMs), this.#sign * value)
    this.#keys.sweep(isNew)
  }

  tidy(place: number, keepAfter: number): boolean {
    this.#entries.dropUntil(place, keepAfter)
    return this.#entries.shrink(place)
  }

  approach(ahead: Ahead): void {
    this.#entries.approach(ahead)
  }

  forget(): void {}

  #add(place: number, key: number, value: number): void {
    const entries = this.#entries
    const slot = entries.upTo(place, key)
    const [keys, values] = entries.columns as [Float64Array, Float64Array]
    if (slot > entries.first(place) && keys[slot - 1] === key) {
      if (value >= values[slot - 1]!) return
      values[slot - 1] = value
      this.#minima.lower(slot - 1, value, entries.capacity(place))
      return
    }
    const opened = entries.insert(place, slot, key)
    entries.columns[1]![opened] = value
    const end = entries.end(place)
    const capacity = entries.capacity(place)
    if (opened === end - 1) this.#minima.append(opened, value, capacity)
    else this.#minima.rebuild(entries.columns[1]!, entries.first(place), opened, end, capacity)
  }

  #rebuild(head: number, from: number, end: number): void {
    this.#minima.rebuild(this.#entries.columns[1]!, head, from, end, Number.POSITIVE_INFINITY)
  }

  /** Compiles a reader of the extreme in the window that ends at the request; `NaN` when no event had a value. */
  extreme(windowMs: number): (frame: RequestFrame) => number {
    const place = this.#keys.reader()
    const { tileMs } = this.#spec
    return (frame) => {
      const list = place(frame)
      const from = this.#entries.upTo(list, tileStart(frame.at - windowMs, tileMs))
      const end = this.#entries.upTo(list, tileEnd(frame.at, tileMs))
      return from >= end ? Number.NaN : this.#sign * this.#minima.minimum(this.#entries.columns[1]!, from, end)
    }
  }

  bytes(): number {
    return this.#keys.bytes() + this.#entries.bytes() + this.#minima.bytes()
  }

  save(writer: ByteWriter): void {
    this.#keys.save(writer)
    this.#entries.save(writer)
  }

  load(reader: ByteReader): void {
    this.#keys.load(reader)
    this.#entries.load(reader)
  }
}

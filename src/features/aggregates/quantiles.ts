import {
  type ByteReader,
  type ByteWriter,
  nearestRank,
  QuantileReader,
  QuantileSketches,
  selectRank,
} from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { type EventBatch, fieldsOf } from '../event-batch.ts'
import type { RequestFrame } from '../request-frame.ts'
import type { Aggregate, AggregateOptions, QuantilesSpec } from './aggregate.ts'
import { BoundedWindow } from './bounded-window.ts'
import type { Ahead } from './key-space.ts'
import { type KeyedState, WindowKeys } from './window-keys.ts'

/**
 * Quantiles by nearest rank of a field's values in a window: exact while the bound holds, within a relative error of
 * that value beyond it.
 */
export class Quantiles implements Aggregate, KeyedState {
  readonly #valueSlot: number
  readonly #keys: WindowKeys
  readonly #sketches: QuantileSketches
  readonly #window: BoundedWindow
  /** Used by one read; no part of the state. */
  readonly #reader: QuantileReader
  readonly #merge = (sketch: number): void => this.#sketches.mergeInto(this.#reader, sketch)
  readonly #scratch: Float64Array

  constructor(spec: QuantilesSpec, schema: Schema, store: AttributeStore, options: AggregateOptions) {
    this.#valueSlot = fieldsOf(schema, spec.event).indexOf(spec.value)
    this.#keys = new WindowKeys(spec, schema, store, options, this)
    this.#sketches = new QuantileSketches(spec.error)
    this.#reader = new QuantileReader(this.#sketches.buckets)
    this.#window = new BoundedWindow(this.#sketches, { bound: spec.bound, tileMs: spec.tileMs, isLinked: false })
    this.#scratch = new Float64Array(spec.bound)
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
    const isNew = this.#window.isEmpty(place)
    this.#window.write(place, at, value, this.#keys.keepAfter)
    this.#keys.sweep(isNew)
  }

  tidy(place: number, keepAfter: number): boolean {
    return this.#window.tidy(place, keepAfter)
  }

  approach(ahead: Ahead): void {
    this.#window.approach(ahead)
  }

  forget(place: number): void {
    this.#window.forget(place)
  }

  /**
   * Compiles a reader of a quantile of the window that ends at the request; `NaN` when no event had a value.
   *
   * @param q - from 0, the smallest, to 1, the largest
   */
  quantile(windowMs: number, q: number): (frame: RequestFrame) => number {
    const place = this.#keys.reader()
    return (frame) => {
      const list = place(frame)
      const after = frame.at - windowMs
      return this.#window.isExact(list, after)
        ? this.#select(list, after, frame.at, q)
        : this.#estimate(list, after, frame.at, q)
    }
  }

  #select(list: number, after: number, until: number, q: number): number {
    const { recent } = this.#window
    const from = recent.upTo(list, after)
    const count = recent.upTo(list, until) - from
    if (count <= 0) return Number.NaN
    const values = recent.columns[1]!
    const scratch = this.#scratch
    for (let index = 0; index < count; index++) scratch[index] = values[from + index]!
    return selectRank(scratch, count, nearestRank(q, count) - 1)
  }

  #estimate(list: number, after: number, until: number, q: number): number {
    const { recent } = this.#window
    const reader = this.#reader
    this.#window.mergeTiles(list, after, until, this.#merge)
    const end = recent.upTo(list, until)
    for (let slot = recent.upTo(list, after); slot < end; slot++) reader.add(recent.columns[1]![slot]!)
    const value = reader.quantile(q)
    reader.reset()
    return value
  }

  bytes(): number {
    return this.#keys.bytes() + this.#window.bytes()
  }

  save(writer: ByteWriter): void {
    this.#keys.save(writer)
    this.#window.save(writer)
  }

  load(reader: ByteReader): void {
    this.#keys.load(reader)
    this.#window.load(reader)
  }
}

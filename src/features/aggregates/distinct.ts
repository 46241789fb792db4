import { type ByteReader, type ByteWriter, Cardinality, HyperLogLogs } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { type EventBatch, fieldsOf } from '../event-batch.ts'
import type { RequestFrame } from '../request-frame.ts'
import type { Aggregate, AggregateOptions, DistinctSpec } from './aggregate.ts'
import { BoundedWindow } from './bounded-window.ts'
import type { Ahead } from './key-space.ts'
import { type KeyedState, WindowKeys } from './window-keys.ts'

/**
 * How many different values of a field a window has: exact while the bound holds, by HyperLogLog beyond it. Values
 * are told apart by 53-bit hashes of their text, so that no list of names is kept.
 */
export class Distinct implements Aggregate, KeyedState {
  readonly #valueSlot: number
  readonly #keys: WindowKeys
  readonly #sketches: HyperLogLogs
  readonly #window: BoundedWindow
  /** Used by one read and reset for the next; no part of the state. */
  readonly #cardinality: Cardinality
  readonly #merge = (sketch: number): void => this.#sketches.mergeInto(this.#cardinality, sketch)

  constructor(spec: DistinctSpec, schema: Schema, store: AttributeStore, options: AggregateOptions) {
    this.#valueSlot = fieldsOf(schema, spec.event).indexOf(spec.value)
    this.#keys = new WindowKeys(spec, schema, store, options, this)
    this.#sketches = new HyperLogLogs(spec.precision)
    this.#cardinality = new Cardinality(spec.precision)
    this.#window = new BoundedWindow(this.#sketches, { bound: spec.bound, tileMs: spec.tileMs, isLinked: true })
  }

  write(batch: EventBatch): void {
    const values = batch.hashes[this.#valueSlot]
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

  /** Compiles a reader of the number of different values in the window that ends at the request. */
  count(windowMs: number): (frame: RequestFrame) => number {
    const place = this.#keys.reader()
    return (frame) => {
      const list = place(frame)
      const after = frame.at - windowMs
      return this.#window.isExact(list, after)
        ? this.#countFirsts(list, after, frame.at)
        : this.#estimate(list, after, frame.at)
    }
  }

  /** Entries of the window whose value was not there before in the window. */
  #countFirsts(list: number, after: number, until: number): number {
    const { recent } = this.#window
    const end = recent.upTo(list, until)
    const before = recent.columns[2]!
    let firsts = 0
    for (let slot = recent.upTo(list, after); slot < end; slot++) if (before[slot]! <= after) firsts++
    return firsts
  }

  #estimate(list: number, after: number, until: number): number {
    const { recent } = this.#window
    const cardinality = this.#cardinality
    this.#window.mergeTiles(list, after, until, this.#merge)
    const end = recent.upTo(list, until)
    for (let slot = recent.upTo(list, after); slot < end; slot++) cardinality.add(recent.columns[1]![slot]!)
    const estimate = Math.round(cardinality.estimate())
    cardinality.reset()
    return estimate
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

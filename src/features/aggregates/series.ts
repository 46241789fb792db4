import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { type EventBatch, fieldsOf } from '../event-batch.ts'
import type { ItemRun, RunReader } from '../item-run.ts'
import type { RequestFrame } from '../request-frame.ts'
import type { Aggregate, AggregateOptions, SeriesSpec } from './aggregate.ts'
import { amountOf } from './amount-of.ts'
import { type KeySpace, openKeySpace } from './key-space.ts'
import type { ManyWindows } from './many-windows.ts'
import { TimedSeries } from './timed-series.ts'
import { WindowBegins } from './window-begins.ts'

/**
 * Exact sliding windows: what happened in the half-open interval (t - window, t]. Entries that no request
 * within the slack behind the newest event can read are dropped, and pairs that have no others forgotten, by a sweep
 * that goes on a little with every write: what is held is bounded by what the window holds, twice over at most.
 */
export class Series implements Aggregate {
  readonly #spec: SeriesSpec
  /** -1 when occurrences alone are counted. */
  readonly #valueSlot: number
  readonly #slackMs: number
  readonly #keys: KeySpace
  readonly #series: TimedSeries
  /** By the length of the window. */
  readonly #windowBegins = new Map<number, WindowBegins>()
  #newest = Number.NEGATIVE_INFINITY
  readonly #release = (place: number): void => {
    if (this.#keys.release(place)) this.#series.forget(place)
  }

  constructor(spec: SeriesSpec, schema: Schema, store: AttributeStore, options: AggregateOptions) {
    this.#spec = spec
    this.#valueSlot = spec.value === undefined ? -1 : fieldsOf(schema, spec.event).indexOf(spec.value)
    this.#slackMs = options.slackMs
    this.#series = new TimedSeries(spec.value !== undefined)
    this.#keys = openKeySpace(schema, store, spec.event, spec.by)
  }

  write(batch: EventBatch): void {
    const amounts = batch.numbers[this.#valueSlot]
    const { rows, count, times } = batch
    const keys = this.#keys
    keys.open(batch)
    for (let next = 0; next < count; ) {
      const ahead = keys.ahead(next)
      if (ahead.count > 1) this.#series.approach(ahead)
      for (const { end } = ahead; next < end; next++) {
        const row = rows[next]!
        this.#write(row, times[row]!, amountOf(amounts, row))
      }
    }
  }

  #write(row: number, at: number, amount: number): void {
    const place = this.#keys.placeAt(row)
    if (place < 0) return
    if (at > this.#newest) this.#newest = at
    this.#series.append(place, at, amount, this.#newest - this.#spec.windowMs - this.#slackMs)
    this.#series.sweep(this.#release)
  }

  /** Compiles a reader of the number of events in the window that ends at the request. */
  counter(windowMs: number): (frame: RequestFrame) => number {
    const place = this.#keys.reader()
    return (frame) => this.#series.count(place(frame), frame.at - windowMs, frame.at)
  }

  /** Compiles a reader of the sum of the amounts in the window that ends at the request. */
  summer(windowMs: number): (frame: RequestFrame) => number {
    const place = this.#keys.reader()
    return (frame) => this.#series.sum(place(frame), frame.at - windowMs, frame.at)
  }

  /** {@link counter} for all items of a request. */
  runCounter(windowMs: number): RunReader {
    const cut = this.#runWindows(windowMs)
    return (frame, run, target) => this.#series.countMany(cut(frame, run), target)
  }

  /** {@link summer} for all items of a request. */
  runSummer(windowMs: number): RunReader {
    const cut = this.#runWindows(windowMs)
    return (frame, run, target) => this.#series.sumMany(cut(frame, run), target)
  }

  #runWindows(windowMs: number): (frame: RequestFrame, run: ItemRun) => ManyWindows {
    const placesOf = this.#keys.runReader()
    // Pairs are many, and few of them have enough entries for a search to be long.
    const guesses = this.#spec.by.length === 1 ? this.#begins(windowMs) : undefined
    return (frame, run) => {
      const { at } = frame
      const until = at >= this.#newest ? Number.POSITIVE_INFINITY : at
      return { places: placesOf(frame, run), count: run.items.length, after: at - windowMs, until, guesses }
    }
  }

  #begins(windowMs: number): WindowBegins {
    const begins = this.#windowBegins.get(windowMs) ?? new WindowBegins()
    this.#windowBegins.set(windowMs, begins)
    return begins
  }

  bytes(): number {
    let guesses = 0
    for (const begins of this.#windowBegins.values()) guesses += begins.bytes()
    return this.#keys.bytes() + this.#series.bytes() + guesses
  }

  save(writer: ByteWriter): void {
    writer.float64(this.#newest)
    this.#keys.save(writer)
    this.#series.save(writer)
  }

  load(reader: ByteReader): void {
    this.#newest = reader.float64()
    this.#keys.load(reader)
    this.#series.load(reader)
  }
}

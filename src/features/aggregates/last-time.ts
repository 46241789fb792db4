import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import type { EventBatch } from '../event-batch.ts'
import { growFloat64, withoutTail } from '../growable.ts'
import type { RunReader } from '../item-run.ts'
import { DEFAULT_KEPT_PAIRS } from '../kept-pairs.ts'
import type { RequestFrame } from '../request-frame.ts'
import type { Aggregate, LastTimeSpec } from './aggregate.ts'
import { type Ahead, type KeySpace, openKeySpace } from './key-space.ts'

/**
 * When a key was last seen; a late event never turns the clock back. With `skip` it is when it was seen before that, of
 * all its events in order of time. Of pairs and triples as many are kept as the spec says (see {@link KeptPairs}); one
 * that was forgotten reads as one that was never seen.
 *
 * Memory: 8 bytes a key, 16 with `skip`; some 28 to 50 bytes a pair besides.
 */
export class LastTime implements Aggregate {
  readonly #keys: KeySpace
  /** Numbers a place: the time that is read, and the newest when that is the one before it. */
  readonly #width: 1 | 2
  #times: Float64Array = new Float64Array(0)

  constructor(spec: LastTimeSpec, schema: Schema, store: AttributeStore) {
    this.#width = spec.skip === 1 ? 2 : 1
    const forget = (place: number) => {
      this.#times.fill(Number.NEGATIVE_INFINITY, place * this.#width, (place + 1) * this.#width)
    }
    this.#keys = openKeySpace(schema, store, spec.event, spec.by, { places: spec.pairs ?? DEFAULT_KEPT_PAIRS, forget })
  }

  write(batch: EventBatch): void {
    const { rows, count, times } = batch
    const keys = this.#keys
    keys.open(batch)
    for (let next = 0; next < count; ) {
      const ahead = keys.ahead(next)
      if (ahead.count > 1) this.#approach(ahead)
      for (const { end } = ahead; next < end; next++) {
        const row = rows[next]!
        const place = keys.placeAt(row)
        if (place >= 0) this.#write(place, times[row]!)
      }
    }
  }

  #approach(ahead: Ahead): void {
    const times = this.#times
    let seen = 0
    for (let each = 0; each < ahead.count; each++) {
      const newest = (ahead.places[each]! + 1) * this.#width - 1
      if (newest >= 0 && newest < times.length) seen += times[newest]!
    }
    ahead.seen += seen
  }

  #write(place: number, at: number): void {
    const width = this.#width
    this.#times = growFloat64(this.#times, (place + 1) * width, Number.NEGATIVE_INFINITY)
    const times = this.#times
    const read = place * width
    const newest = read + width - 1
    if (at < times[newest]!) {
      if (width === 2 && at > times[read]!) times[read] = at
      return
    }
    if (width === 2) times[read] = times[newest]!
    times[newest] = at
  }

  /** Compiles a reader of the milliseconds since the last event; `NaN` when there was none, 0 when it lies ahead. */
  elapsed(): (frame: RequestFrame) => number {
    const place = this.#keys.reader()
    return (frame) => {
      const last = this.#times[place(frame) * this.#width] ?? Number.NEGATIVE_INFINITY
      return last === Number.NEGATIVE_INFINITY ? Number.NaN : Math.max(0, frame.at - last)
    }
  }

  /** {@link elapsed} for all items of a request, in units of `unitMs`. */
  runElapsed(unitMs: number): RunReader {
    const places = this.#keys.runReader()
    return (frame, run, { values, start, stride }) => {
      const at = places(frame, run)
      const times = this.#times
      for (let each = 0, to = start; each < run.items.length; each++, to += stride) {
        const last = times[at[each]! * this.#width] ?? Number.NEGATIVE_INFINITY
        values[to] = last === Number.NEGATIVE_INFINITY ? Number.NaN : Math.max(0, frame.at - last) / unitMs
      }
    }
  }

  bytes(): number {
    return this.#keys.bytes() + this.#times.byteLength
  }

  save(writer: ByteWriter): void {
    this.#keys.save(writer)
    for (let column = 0; column < this.#width; column++) {
      const times = this.#times.filter((_, index) => index % this.#width === column)
      writer.float64s(withoutTail(times, Number.NEGATIVE_INFINITY))
    }
  }

  load(reader: ByteReader): void {
    this.#keys.load(reader)
    const columns = Array.from({ length: this.#width }, () => reader.float64s())
    const places = Math.max(...columns.map(({ length }) => length))
    this.#times = new Float64Array(places * this.#width).fill(Number.NEGATIVE_INFINITY)
    for (const [column, times] of columns.entries()) {
      for (let place = 0; place < times.length; place++) this.#times[place * this.#width + column] = times[place]!
    }
  }
}

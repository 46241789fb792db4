import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import type { EventFrame } from '../event-frame.ts'
import { growFloat64, withoutTail } from '../growable.ts'
import type { RunReader } from '../item-run.ts'
import { DEFAULT_KEPT_PAIRS } from '../kept-pairs.ts'
import type { RequestFrame } from '../request-frame.ts'
import type { Aggregate, LastTimeSpec } from './aggregate.ts'
import { type KeySpace, openKeySpace } from './key-space.ts'

/**
 * When a key was last seen; a late event never turns the clock back. With `skip` it is when it was seen before that, of
 * all its events in order of time. Of pairs and triples as many are kept as the spec says (see {@link KeptPairs}); one
 * that was forgotten reads as one that was never seen.
 *
 * Memory: 8 bytes a key, 16 with `skip`; some 28 to 50 bytes a pair besides.
 */
export class LastTime implements Aggregate {
  readonly #keys: KeySpace
  readonly #skips: boolean
  /** The time that is read: the newest, or the one before it. */
  #times: Float64Array = new Float64Array(0)
  /** The newest, when {@link #times} holds the one before it. */
  #newest: Float64Array = new Float64Array(0)

  constructor(spec: LastTimeSpec, schema: Schema, store: AttributeStore) {
    this.#skips = spec.skip === 1
    const forget = (place: number) => {
      this.#times[place] = Number.NEGATIVE_INFINITY
      if (this.#skips) this.#newest[place] = Number.NEGATIVE_INFINITY
    }
    this.#keys = openKeySpace(schema, store, spec.event, spec.by, { places: spec.pairs ?? DEFAULT_KEPT_PAIRS, forget })
  }

  write(frame: EventFrame): void {
    const place = this.#keys.placeOf(frame)
    if (place < 0) return
    this.#times = growFloat64(this.#times, place + 1, Number.NEGATIVE_INFINITY)
    const at = this.#skips ? this.#passed(place, frame.at) : frame.at
    if (at > this.#times[place]!) this.#times[place] = at
  }

  /** Takes in a time, and gives back which of it and the newest is now the older one. */
  #passed(place: number, at: number): number {
    this.#newest = growFloat64(this.#newest, place + 1, Number.NEGATIVE_INFINITY)
    const newest = this.#newest[place]!
    if (at < newest) return at
    this.#newest[place] = at
    return newest
  }

  /** Compiles a reader of the milliseconds since the last event; `NaN` when there was none, 0 when it lies ahead. */
  elapsed(): (frame: RequestFrame) => number {
    const place = this.#keys.reader()
    return (frame) => {
      const last = this.#times[place(frame)] ?? Number.NEGATIVE_INFINITY
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
        const last = times[at[each]!] ?? Number.NEGATIVE_INFINITY
        values[to] = last === Number.NEGATIVE_INFINITY ? Number.NaN : Math.max(0, frame.at - last) / unitMs
      }
    }
  }

  bytes(): number {
    return this.#keys.bytes() + this.#times.byteLength + this.#newest.byteLength
  }

  save(writer: ByteWriter): void {
    this.#keys.save(writer)
    writer.float64s(withoutTail(this.#times, Number.NEGATIVE_INFINITY))
    if (this.#skips) writer.float64s(withoutTail(this.#newest, Number.NEGATIVE_INFINITY))
  }

  load(reader: ByteReader): void {
    this.#keys.load(reader)
    this.#times = reader.float64s()
    if (this.#skips) this.#newest = reader.float64s()
  }
}

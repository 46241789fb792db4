import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import type { EventBatch } from '../event-batch.ts'
import type { RequestFrame } from '../request-frame.ts'
import type { AggregateOptions, KeyPaths } from './aggregate.ts'
import { type Ahead, type KeySpace, openKeySpace } from './key-space.ts'
import { tileStart } from './tiles.ts'

/** The sweep owes half a place for every event, and two for a key that held nothing, so that it outruns new keys. */
const OWED_FOR_EVENT = 1
const OWED_FOR_KEY = 4
const OWED_A_SWEEP = 64

const NONE = new Float64Array(0)

interface WindowedSpec {
  readonly event: string
  readonly by: KeyPaths
  readonly windowMs: number
  readonly tileMs: number
}

/** What a window keeps at the places of keys. */
export interface KeyedState {
  /**
   * Drops what is not kept any more at a place, and gives room back.
   *
   * @returns whether nothing is left
   */
  tidy(place: number, keepAfter: number): boolean
  /** Looks at what lies at some places, so that it is near when they are written; it changes nothing. */
  approach(ahead: Ahead): void
  /** Makes a place as if it had never been written. */
  forget(place: number): void
}

/**
 * What all windows have in common: whose an event is, how far back is kept, and the sweep that drops what keys hold
 * which are written no more. It goes on a little with every event, so that it is a function of the log, and what is
 * held is bounded by what the windows hold.
 */
export class WindowKeys {
  /** Moments at or before it may be forgotten: the longest window and the slack before the newest event. */
  keepAfter = Number.NEGATIVE_INFINITY
  readonly #spec: WindowedSpec
  readonly #slackMs: number
  readonly #keys: KeySpace
  readonly #state: KeyedState
  #newest = Number.NEGATIVE_INFINITY
  #times: Float64Array = NONE
  /** One more than the largest place that was written. */
  #places = 0
  /** Where the sweep goes on, and how much it owes, in half places. */
  #cursor = 0
  #owed = 0

  constructor(spec: WindowedSpec, schema: Schema, store: AttributeStore, options: AggregateOptions, state: KeyedState) {
    this.#state = state
    this.#spec = spec
    this.#slackMs = options.slackMs
    this.#keys = openKeySpace(schema, store, spec.event, spec.by)
  }

  /** Makes a batch the one whose events are written. */
  open(batch: EventBatch): void {
    this.#times = batch.times
    this.#keys.open(batch)
  }

  /** Looks ahead at what the events from `from` on will be written to, and says how far it looked. */
  ahead(from: number): number {
    const ahead = this.#keys.ahead(from)
    if (ahead.count > 1) this.#state.approach(ahead)
    return ahead.end
  }

  /** The place that the event of a row writes to, and {@link keepAfter} as of it; -1 when it has no key. */
  placeAt(row: number): number {
    const place = this.#keys.placeAt(row)
    if (place < 0) return -1
    if (place >= this.#places) this.#places = place + 1
    const at = this.#times[row]!
    if (at > this.#newest) this.#moveTo(at)
    return place
  }

  /**
   * Goes on with the sweep; to be called after an event was written.
   *
   * @param isNew - whether its key held nothing before
   */
  sweep(isNew: boolean): void {
    this.#owed += isNew ? OWED_FOR_KEY : OWED_FOR_EVENT
    if (this.#owed < OWED_A_SWEEP) return
    const visited = Math.min(this.#owed >> 1, this.#places)
    this.#owed = 0
    for (let left = visited; left > 0; left--) {
      if (this.#cursor >= this.#places) this.#cursor = 0
      const place = this.#cursor++
      if (this.#state.tidy(place, this.keepAfter) && this.#keys.release(place)) this.#state.forget(place)
    }
  }

  /** Compiles the reading side; -1 for a key that was never written. */
  reader(): (frame: RequestFrame) => number {
    return this.#keys.reader()
  }

  #moveTo(newest: number): void {
    this.#newest = newest
    this.keepAfter = tileStart(newest - this.#spec.windowMs - this.#slackMs, this.#spec.tileMs)
  }

  bytes(): number {
    return this.#keys.bytes()
  }

  save(writer: ByteWriter): void {
    writer.float64(this.#newest).uint32(this.#places).uint32(this.#cursor).uint32(this.#owed)
    this.#keys.save(writer)
  }

  load(reader: ByteReader): void {
    this.#moveTo(reader.float64())
    this.#places = reader.uint32()
    this.#cursor = reader.uint32()
    this.#owed = reader.uint32()
    this.#keys.load(reader)
  }
}

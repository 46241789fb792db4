import { assert, type ByteReader, type ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { compileEventKey, type EventBatch, type EventKeys } from '../event-batch.ts'
import { compileRunKey, type RunKeys, ScratchInts } from '../item-run.ts'
import { KeptPairs } from '../kept-pairs.ts'
import { type KeyColumns, PairIndex } from '../pair-index.ts'
import { compileRequestKey, type RequestFrame } from '../request-frame.ts'
import type { KeyPaths } from './aggregate.ts'

/** How many events are looked at ahead: enough for their looks at far memory to wait together. */
const AHEAD = 64

/**
 * Where an aggregate keeps the state of a key. One key is its own place; two or three share a place through a hash
 * table. Reading a key that was never written gives -1.
 */
export interface KeySpace {
  /** Makes a batch the one whose events are written. */
  open(batch: EventBatch): void
  /** The place that the event of a row writes to; -1 when a key of it is absent. */
  placeAt(row: number): number
  /**
   * Looks ahead at events of the batch, those from `from` on, without changing anything: where they write to as far as
   * is known by now, -1 for the others. The list is valid until the next look.
   */
  ahead(from: number): Ahead
  /** Compiles the reading side. */
  reader(): (frame: RequestFrame) => number
  /** Compiles the reading side for all items of a request. */
  runReader(): RunKeys
  /** Gives back the place of a pair or triple, if it is held; the place of one key stays. Says whether it did. */
  release(place: number): boolean
  /** Bytes of the typed arrays that it holds. */
  bytes(): number
  save(writer: ByteWriter): void
  load(reader: ByteReader): void
}

/** Where events up to `end` write to; -1 for those of which it is not known yet. */
export interface Ahead {
  readonly places: Int32Array
  readonly count: number
  readonly end: number
  /** Something of all that was looked at ahead: a compiler leaves a look out that nothing hangs on. It means nothing. */
  seen: number
}

/** How many places of pairs or triples are kept, and what to do with a place before it is given to another. */
export interface Bound {
  readonly places: number
  readonly forget: (place: number) => void
}

/** @param bound - absent keeps every pair until it is released */
export function openKeySpace(
  schema: Schema,
  store: AttributeStore,
  event: string,
  by: KeyPaths,
  bound?: Bound,
): KeySpace {
  const writes = by.map((path) => compileEventKey(schema, store, event, path))
  const reads = by.map((path) => compileRequestKey(schema, store, event, path))
  const runs = by.map((path) => compileRunKey(schema, store, event, path))
  if (by.length === 1) return new SingleKeys(writes[0]!, reads[0]!, runs[0]!)
  const pairs = bound === undefined ? new PairIndex(by.length) : new KeptPairs(bound.places, bound.forget, by.length)
  return new ManyKeys(writes, reads, runs, pairs)
}

const NONE = new Int32Array(0)

/** A key is its own place. */
class SingleKeys implements KeySpace {
  readonly #write: EventKeys
  readonly #read: (frame: RequestFrame) => number
  readonly #run: RunKeys
  readonly #ahead = { places: new Int32Array(AHEAD), count: 0, end: 0, seen: 0 }
  #rows: Int32Array = NONE
  #count = 0
  #places: Int32Array = NONE

  constructor(write: EventKeys, read: (frame: RequestFrame) => number, run: RunKeys) {
    this.#write = write
    this.#read = read
    this.#run = run
  }

  open(batch: EventBatch): void {
    this.#rows = batch.rows
    this.#count = batch.count
    this.#places = this.#write(batch)
  }

  placeAt(row: number): number {
    return this.#places[row]!
  }

  ahead(from: number): Ahead {
    const ahead = this.#ahead
    const rows = this.#rows
    const keys = this.#places
    const { places } = ahead
    ahead.end = Math.min(this.#count, from + AHEAD)
    ahead.count = ahead.end - from
    for (let each = 0; each < ahead.count; each++) places[each] = keys[rows[from + each]!]!
    return ahead
  }

  reader(): (frame: RequestFrame) => number {
    return this.#read
  }

  runReader(): RunKeys {
    return this.#run
  }

  release(): boolean {
    return false
  }

  bytes(): number {
    return 0
  }

  save(): void {}

  load(): void {}
}

/** Two or three keys have a number together. */
class ManyKeys implements KeySpace {
  readonly #writes: readonly EventKeys[]
  readonly #reads: readonly ((frame: RequestFrame) => number)[]
  readonly #runs: readonly RunKeys[]
  readonly #pairs: PairIndex | KeptPairs
  readonly #ahead = { places: new Int32Array(AHEAD), count: 0, end: 0, seen: 0 }
  readonly #keys: KeyColumns = { rows: NONE, firsts: NONE, seconds: NONE, thirds: undefined }
  #count = 0

  constructor(
    writes: readonly EventKeys[],
    reads: readonly ((frame: RequestFrame) => number)[],
    runs: readonly RunKeys[],
    pairs: PairIndex | KeptPairs,
  ) {
    this.#writes = writes
    this.#reads = reads
    this.#runs = runs
    this.#pairs = pairs
  }

  open(batch: EventBatch): void {
    const [first, second, third] = this.#writes
    const keys = this.#keys
    this.#count = batch.count
    keys.rows = batch.rows
    keys.firsts = first!(batch)
    keys.seconds = second!(batch)
    keys.thirds = third?.(batch)
  }

  placeAt(row: number): number {
    const { firsts, seconds, thirds } = this.#keys
    const first = firsts[row]!
    const second = seconds[row]!
    const third = thirds === undefined ? 0 : thirds[row]!
    return first < 0 || second < 0 || third < 0 ? -1 : this.#pairs.findOrAdd(first, second, third)
  }

  ahead(from: number): Ahead {
    const ahead = this.#ahead
    ahead.end = Math.min(this.#count, from + AHEAD)
    ahead.count = ahead.end - from
    ahead.seen += this.#pairs.approach(this.#keys, from, ahead.end, ahead.places)
    return ahead
  }

  reader(): (frame: RequestFrame) => number {
    return placeOfKeys(this.#reads, (first, second, third) => this.#pairs.find(first, second, third))
  }

  runReader(): RunKeys {
    return placesOfRun(this.#runs, this.#pairs)
  }

  release(place: number): boolean {
    const pairs = this.#pairs
    assert(pairs instanceof PairIndex, 'a bounded key space gives places back by itself')
    if (!pairs.holds(place)) return false
    pairs.release(place)
    return true
  }

  bytes(): number {
    return this.#pairs.bytes()
  }

  save(writer: ByteWriter): void {
    this.#pairs.save(writer)
  }

  load(reader: ByteReader): void {
    this.#pairs.load(reader)
  }
}

/** The place of the two or three keys that are read from a frame; -1 when one of them is absent. */
function placeOfKeys<Frame>(
  [first, second, third]: readonly ((frame: Frame) => number)[],
  place: (first: number, second: number, third: number) => number,
): (frame: Frame) => number {
  if (third === undefined) {
    return (frame) => {
      const a = first!(frame)
      const b = second!(frame)
      return a < 0 || b < 0 ? -1 : place(a, b, 0)
    }
  }
  return (frame) => {
    const a = first!(frame)
    const b = second!(frame)
    const c = third(frame)
    return a < 0 || b < 0 || c < 0 ? -1 : place(a, b, c)
  }
}

/** The places of the two or three keys that all items of a request have; -1 when one of them is absent. */
function placesOfRun(runs: readonly RunKeys[], pairs: PairIndex | KeptPairs): RunKeys {
  const scratch = new ScratchInts()
  return (frame, run) => {
    const places = scratch.of(run.items.length)
    const [firsts, seconds, thirds] = runs.map((keys) => keys(frame, run))
    pairs.findMany(run.items.length, firsts!, seconds!, thirds, places)
    return places
  }
}

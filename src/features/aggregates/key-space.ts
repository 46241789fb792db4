import { assert, type ByteReader, type ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { compileEventKey, type EventFrame } from '../event-frame.ts'
import { compileRunKey, type RunKeys, ScratchInts } from '../item-run.ts'
import { KeptPairs } from '../kept-pairs.ts'
import { PairIndex } from '../pair-index.ts'
import { compileRequestKey, type RequestFrame } from '../request-frame.ts'
import type { KeyPaths } from './aggregate.ts'

/**
 * Where an aggregate keeps the state of a key. One key is its own place; two or three share a place through a hash
 * table. Reading a key that was never written gives -1.
 */
export interface KeySpace {
  /** The place to write to; -1 when a key of the event is absent. */
  placeOf(frame: EventFrame): number
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
  const [write, read, run] = [writes[0]!, reads[0]!, runs[0]!]
  if (by.length === 1) {
    const nothing = { release: () => false, bytes: () => 0, save() {}, load() {} }
    return { placeOf: write, reader: () => read, runReader: () => run, ...nothing }
  }
  const pairs = bound === undefined ? new PairIndex(by.length) : new KeptPairs(bound.places, bound.forget, by.length)
  return {
    placeOf: placeOfKeys(writes, (first, second, third) => pairs.findOrAdd(first, second, third)),
    reader: () => placeOfKeys(reads, (first, second, third) => pairs.find(first, second, third)),
    runReader: () => placesOfRun(runs, pairs),
    release(place) {
      assert(pairs instanceof PairIndex, 'a bounded key space gives places back by itself')
      if (!pairs.holds(place)) return false
      pairs.release(place)
      return true
    },
    bytes: () => pairs.bytes(),
    save: (writer) => pairs.save(writer),
    load: (reader) => pairs.load(reader),
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

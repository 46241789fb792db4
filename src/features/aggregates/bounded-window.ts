import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { growFloat64, withoutTail } from '../growable.ts'
import type { Ahead } from './key-space.ts'
import { SortedLists } from './sorted-lists.ts'
import { tileEnd, tileStart } from './tiles.ts'

/** Tiles that are held a second time in one sketch, so that long windows have few sketches to put together. */
const TILES_A_BLOCK = 16

/** Many mergeable sketches, by number. */
interface Sketches {
  open(): number
  close(sketch: number): void
  add(sketch: number, value: number): void
  bytes(): number
  save(writer: ByteWriter, sketches: readonly number[]): void
  load(reader: ByteReader): void
}

export interface BoundedWindowOptions {
  /** Entries of a key that are kept as they are, the newest by time and, at one moment, by arrival. */
  readonly bound: number
  readonly tileMs: number
  /** Whether an entry knows when its value was there before. */
  readonly isLinked: boolean
}

/**
 * What happened to each key: the newest `bound` entries as they are, all older ones in a sketch for every tile. Which
 * entries are older is a function of the entries alone, not of when they were read or for how long they are kept.
 *
 * Memory: 16 bytes an entry up to the bound, 24 when linked; beyond it a sketch for every tile that has entries, and
 * one for every 16 of them.
 */
export class BoundedWindow {
  /** Columns: the moment, the value and, when linked, the moment of the entry before it with the same value. */
  readonly recent: SortedLists
  /** Columns: the tile, or block of tiles, and its sketch. */
  readonly #tiles = new SortedLists(2)
  readonly #blocks = new SortedLists(2)
  readonly #sketches: Sketches
  readonly #options: BoundedWindowOptions
  /** The newest moment that lies in a sketch. */
  #horizons: Float64Array = new Float64Array(0)
  readonly #closeTile = (slot: number): void => this.#sketches.close(this.#tiles.columns[1]![slot]!)
  readonly #closeBlock = (slot: number): void => this.#sketches.close(this.#blocks.columns[1]![slot]!)

  constructor(sketches: Sketches, options: BoundedWindowOptions) {
    this.#sketches = sketches
    this.#options = options
    this.recent = new SortedLists(options.isLinked ? 3 : 2)
  }

  write(place: number, at: number, value: number, keepAfter: number): void {
    this.#dropUntil(place, keepAfter)
    if (at <= keepAfter) return
    const { bound } = this.#options
    const { recent } = this
    const first = recent.first(place)
    const size = recent.end(place) - first
    if (size >= bound && (size === 0 || at < recent.columns[0]![first]!)) {
      this.#spill(place, at, value)
      return
    }
    const slot = recent.insert(place, recent.upTo(place, at), at)
    recent.columns[1]![slot] = value
    if (this.#options.isLinked) this.#link(place, slot)
    if (size < bound) return
    const oldest = recent.first(place)
    this.#spill(place, recent.columns[0]![oldest]!, recent.columns[1]![oldest]!)
    recent.shift(place)
  }

  /** Looks at what the next entry of some keys will touch; see {@link Ahead}. */
  approach(ahead: Ahead): void {
    this.recent.approach(ahead)
  }

  /** Whether nothing is kept of a key. */
  isEmpty(place: number): boolean {
    return this.recent.isEmpty(place) && (!this.#hasSketches(place) || this.#tiles.isEmpty(place))
  }

  /** False for a key none of whose entries is in a sketch: most keys stay within the bound. */
  #hasSketches(place: number): boolean {
    return place < this.#horizons.length && this.#horizons[place] !== Number.NEGATIVE_INFINITY
  }

  /** Whether every entry after a moment is kept as it is. */
  isExact(place: number, after: number): boolean {
    return this.#options.bound > 0 && after >= (this.#horizons[place] ?? Number.NEGATIVE_INFINITY)
  }

  /** Puts an entry between those of the same value before and after it. */
  #link(place: number, slot: number): void {
    const [times, values, before] = this.recent.columns as [Float64Array, Float64Array, Float64Array]
    const value = values[slot]!
    const first = this.recent.first(place)
    let earlier = slot - 1
    while (earlier >= first && values[earlier] !== value) earlier--
    before[slot] = earlier < first ? Number.NEGATIVE_INFINITY : times[earlier]!
    const end = this.recent.end(place)
    let later = slot + 1
    while (later < end && values[later] !== value) later++
    if (later < end) before[later] = times[slot]!
  }

  #spill(place: number, at: number, value: number): void {
    this.#horizons = growFloat64(this.#horizons, place + 1, Number.NEGATIVE_INFINITY)
    if (at > this.#horizons[place]!) this.#horizons[place] = at
    const { tileMs } = this.#options
    this.#sketches.add(this.#sketchOf(this.#tiles, place, tileEnd(at, tileMs)), value)
    this.#sketches.add(this.#sketchOf(this.#blocks, place, tileEnd(at, tileMs * TILES_A_BLOCK)), value)
  }

  /** The sketch of a tile or block, a new one when it has none. */
  #sketchOf(lists: SortedLists, place: number, key: number): number {
    const slot = lists.upTo(place, key)
    if (slot > lists.first(place) && lists.columns[0]![slot - 1] === key) return lists.columns[1]![slot - 1]!
    const sketch = this.#sketches.open()
    // The columns are other arrays once an insertion has made room.
    const inserted = lists.insert(place, slot, key)
    lists.columns[1]![inserted] = sketch
    return sketch
  }

  /** Calls `merge` with sketches that hold, each once, the entries behind the bound in the tiles of a window. */
  mergeTiles(place: number, after: number, until: number, merge: (sketch: number) => void): void {
    const { tileMs } = this.#options
    const blockMs = tileMs * TILES_A_BLOCK
    const start = tileStart(after, tileMs)
    const end = tileEnd(until, tileMs)
    const firstBlock = tileEnd(start, blockMs)
    const lastBlock = tileStart(end, blockMs)
    if (firstBlock >= lastBlock) {
      mergeRange(this.#tiles, place, start, end, merge)
      return
    }
    mergeRange(this.#tiles, place, start, firstBlock, merge)
    mergeRange(this.#blocks, place, firstBlock, lastBlock, merge)
    mergeRange(this.#tiles, place, lastBlock, end, merge)
  }

  /** Drops what is not kept any more of a key and gives room back; says whether nothing is left. */
  tidy(place: number, keepAfter: number): boolean {
    this.#dropUntil(place, keepAfter)
    const isEmpty = this.recent.shrink(place)
    if (!this.#hasSketches(place)) return isEmpty
    const hasTiles = !this.#tiles.shrink(place)
    const hasBlocks = !this.#blocks.shrink(place)
    return isEmpty && !hasTiles && !hasBlocks
  }

  /** Makes a key that nothing is left of as if it had never been there. */
  forget(place: number): void {
    if (place < this.#horizons.length) this.#horizons[place] = Number.NEGATIVE_INFINITY
  }

  #dropUntil(place: number, keepAfter: number): void {
    this.recent.dropUntil(place, keepAfter)
    if (!this.#hasSketches(place)) return
    this.#tiles.dropUntil(place, keepAfter, this.#closeTile)
    this.#blocks.dropUntil(place, keepAfter, this.#closeBlock)
  }

  bytes(): number {
    const lists = this.recent.bytes() + this.#tiles.bytes() + this.#blocks.bytes()
    return this.#horizons.byteLength + lists + this.#sketches.bytes()
  }

  save(writer: ByteWriter): void {
    this.recent.save(writer)
    this.#tiles.save(writer, 1)
    this.#blocks.save(writer, 1)
    this.#sketches.save(writer, [...this.#tiles.packed(1), ...this.#blocks.packed(1)])
    writer.float64s(withoutTail(this.#horizons, Number.NEGATIVE_INFINITY))
  }

  /** Fills a fresh window. */
  load(reader: ByteReader): void {
    this.recent.load(reader)
    const tiles = this.#tiles.load(reader, 1)
    this.#blocks.load(reader, 1, tiles)
    this.#sketches.load(reader)
    const horizons = reader.float64s()
    this.#horizons = growFloat64(this.#horizons, horizons.length, Number.NEGATIVE_INFINITY)
    this.#horizons.set(horizons)
  }
}

function mergeRange(
  lists: SortedLists,
  place: number,
  after: number,
  until: number,
  merge: (sketch: number) => void,
): void {
  const end = lists.upTo(place, until)
  for (let slot = lists.upTo(place, after); slot < end; slot++) merge(lists.columns[1]![slot]!)
}

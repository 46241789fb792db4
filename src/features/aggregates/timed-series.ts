import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { addTotal, differenceOfTotals } from '../exact-sum.ts'
import { growFloat64, growInt32 } from '../growable.ts'
import { type ColumnTarget, ScratchInts } from '../item-run.ts'
import { type Rings, searchRings } from './search-rings.ts'
import type { WindowBegins } from './window-begins.ts'

/** The table of series: where a ring begins in the arena, its oldest entry, how many it holds, and has room for. */
const START = 0
const HEAD = 1
const LENGTH = 2
const CAPACITY = 3
const COLUMNS = 4

const SMALLEST_RING = 4
/** The sweep owes half a place for every entry, and two more for a series that begins, so that it outruns new ones. */
const OWED_FOR_ENTRY = 1
const OWED_FOR_SERIES = 4
const OWED_A_SWEEP = 32
const NONE = new Float64Array(0)
/** Used by reads of many series; what they hold is lost at the next. */
const [lengths, ends, begins] = [new ScratchInts(), new ScratchInts(), new ScratchInts()]

/** The same window of many series. */
export interface ManyWindows {
  readonly places: Int32Array
  /** How many of the places are meant. */
  readonly count: number
  readonly after: number
  /** Infinity where nothing lies behind the window: then its end is not looked for. */
  readonly until: number
  readonly guesses?: WindowBegins | undefined
}

/**
 * Many series of (time, running total) in one arena, each a ring whose capacity is a power of two. A window is cut
 * out by two binary searches, so reading changes nothing, and a sum is the difference of two running totals: it is a
 * function of the entries' order in the log and of nothing else, not even of how long entries are kept.
 *
 * A total has 106 bits and a sum is rounded once: it is the sum of the window's amounts to the last bit as long as the
 * largest total is below 2^50 times the smallest amount that is not 0.
 *
 * Memory: 8 bytes an entry, 24 with amounts, at most doubled by growth, 16 bytes a series, 32 with amounts. Append
 * O(1), a late entry O(entries after it). Rings that are left are reused by the next of their size.
 */
export class TimedSeries {
  readonly #hasAmounts: boolean
  /** Numbers an entry takes: its time and, with amounts, the total up to and with it and what rounding took of it. */
  readonly #width: 1 | 3
  #entries: Float64Array
  #used = 0
  #table: Int32Array = new Int32Array(0)
  #places = 0
  /** Where the sweep goes on, and how much it owes, in half places. */
  #cursor = 0
  #owed = 0
  /** Entries at or before it are gone, whether their room was given back already or not. */
  #keepAfter = Number.NEGATIVE_INFINITY
  /** Running totals before the first kept entry, and what rounding took. */
  #bases: Float64Array = NONE
  readonly #free = new Map<number, number[]>()

  /** @param hasAmounts - false keeps no totals, for series that are only counted */
  constructor(hasAmounts = true) {
    this.#hasAmounts = hasAmounts
    this.#width = hasAmounts ? 3 : 1
    this.#entries = new Float64Array(1024 * this.#width)
  }

  /** Adds an entry to series `place`; entries of all series at or before `keepAfter`, which never falls, are gone. */
  append(place: number, at: number, amount: number, keepAfter: number): void {
    if (place >= this.#places) this.#addPlaces(place + 1)
    this.#keepAfter = keepAfter
    if (at <= keepAfter) {
      this.#owed += OWED_FOR_SERIES
      if (this.#hasAmounts) this.#addTooLate(place, amount)
      return
    }
    const base = place * COLUMNS
    // What is gone is looked at when its room is needed, because it seldom lies near.
    if (this.#table[base + LENGTH] === this.#table[base + CAPACITY]) this.#makeRoom(place)
    const table = this.#table
    const entries = this.#entries
    const width = this.#width
    const start = table[base + START]!
    const head = table[base + HEAD]!
    const length = table[base + LENGTH]!
    const mask = table[base + CAPACITY]! - 1
    const last = start + ((head + length - 1) & mask) * width
    table[base + LENGTH] = length + 1
    this.#owed += length === 0 || entries[last]! <= keepAfter ? OWED_FOR_SERIES : OWED_FOR_ENTRY
    if (length > 0 && entries[last]! > at) {
      this.#insertLate(place, at, amount)
      return
    }
    const next = start + ((head + length) & mask) * width
    entries[next] = at
    if (!this.#hasAmounts) return
    if (length > 0) addTotal(entries, next + 1, entries[last + 1]!, entries[last + 2]!, amount)
    else addTotal(entries, next + 1, this.#bases[place * 2]!, this.#bases[place * 2 + 1]!, amount)
  }

  /** Number of entries with a time in (after, until]. */
  count(place: number, after: number, until: number): number {
    if (place < 0 || place >= this.#places) return 0
    const end = this.#upTo(place, until, this.#table[place * COLUMNS + LENGTH]!)
    return end === 0 ? 0 : end - this.#upTo(place, after > this.#keepAfter ? after : this.#keepAfter, end)
  }

  /** Sum of the amounts with a time in (after, until]; 0 for a series without amounts. */
  sum(place: number, after: number, until: number): number {
    if (place < 0 || place >= this.#places || !this.#hasAmounts) return 0
    const end = this.#upTo(place, until, this.#table[place * COLUMNS + LENGTH]!)
    const start = this.#upTo(place, after > this.#keepAfter ? after : this.#keepAfter, end)
    if (end === start) return 0
    const totals = this.#entries
    const last = this.#position(place, end - 1) + 1
    const [from, before] = start === 0 ? [this.#bases, place * 2] : [totals, this.#position(place, start - 1) + 1]
    return differenceOfTotals(totals[last]!, totals[last + 1]!, from[before]!, from[before + 1]!)
  }

  /** {@link count} of many series; a place of -1 counts 0. See {@link ManyWindows}. */
  countMany(windows: ManyWindows, target: ColumnTarget): void {
    const { values, stride } = target
    const { count } = windows
    const [end, begin] = this.#cutMany(windows)
    for (let each = 0, to = target.start; each < count; each++, to += stride) values[to] = end[each]! - begin[each]!
  }

  /** {@link sum} of many series; a place of -1 sums to 0. */
  sumMany(windows: ManyWindows, target: ColumnTarget): void {
    const { values, stride } = target
    const { places, count } = windows
    const [end, begin] = this.#cutMany(windows)
    const totals = this.#entries
    for (let each = 0, to = target.start; each < count; each++, to += stride) {
      values[to] = 0
      if (end[each] === begin[each] || !this.#hasAmounts) continue
      const place = places[each]!
      const last = this.#position(place, end[each]! - 1) + 1
      const isFirst = begin[each] === 0
      const from = isFirst ? this.#bases : totals
      const before = isFirst ? place * 2 : this.#position(place, begin[each]! - 1) + 1
      values[to] = differenceOfTotals(totals[last]!, totals[last + 1]!, from[before]!, from[before + 1]!)
    }
  }

  /** For each series, how many of its entries are at or before the window's end, and its begin. */
  #cutMany({ places, count, after, until, guesses }: ManyWindows): [Int32Array, Int32Array] {
    const size = lengths.of(count)
    const table = this.#table
    for (let each = 0; each < count; each++) {
      const place = places[each]!
      size[each] = place < 0 || place >= this.#places ? 0 : table[place * COLUMNS + LENGTH]!
    }
    const rings: Rings = { table, entries: this.#entries, width: this.#width }
    const isWhole = until === Number.POSITIVE_INFINITY
    const end = isWhole ? size : ends.of(count)
    const begin = begins.of(count)
    if (!isWhole) searchRings(rings, places, count, until, size, end)
    searchRings(rings, places, count, after > this.#keepAfter ? after : this.#keepAfter, end, begin, guesses)
    return [end, begin]
  }

  /**
   * Goes on with the sweep by as much as what was appended makes due: gives back the room
   * of entries that are gone, series by series in a circle, so that those that are written no more do not keep it for ever. What is
   * held is at most twice the series that are not empty, and the entries of twice as many events as there are series.
   *
   * @param emptied - called with every series that holds nothing
   */
  sweep(emptied: (place: number) => void): void {
    if (this.#owed < OWED_A_SWEEP) return
    const places = Math.min(this.#owed >> 1, this.#places)
    this.#owed = 0
    let place = this.#cursor
    for (let step = 0; step < places; step++) {
      if (place >= this.#places) place = 0
      this.#tidy(place)
      if (this.#table[place * COLUMNS + LENGTH] === 0) emptied(place)
      place++
    }
    this.#cursor = place
  }

  /** Drops what is too old of a series, and halves its room until a quarter of it is used. */
  #tidy(place: number): void {
    const table = this.#table
    const base = place * COLUMNS
    const capacity = table[base + CAPACITY]!
    if (capacity === 0) return
    const oldest = table[base + START]! + table[base + HEAD]! * this.#width
    if (table[base + LENGTH]! > 0 && this.#entries[oldest]! <= this.#keepAfter) this.#dropGone(place)
    const length = table[base + LENGTH]!
    if (length * 4 <= capacity && (length === 0 || capacity > SMALLEST_RING)) this.#resize(base, roomFor(length * 2))
  }

  /** Makes a series as if it had never been written. */
  forget(place: number): void {
    const base = place * COLUMNS
    this.#table[base + LENGTH] = 0
    this.#resize(base, 0)
    if (this.#hasAmounts) this.#bases.fill(0, place * 2, place * 2 + 2)
  }

  /** How many of the first `most` entries are at or before `time`; most requests ask near the newest end. */
  #upTo(place: number, time: number, most: number): number {
    if (most === 0) return 0
    const entries = this.#entries
    const table = this.#table
    const width = this.#width
    const base = place * COLUMNS
    const start = table[base + START]!
    const head = table[base + HEAD]!
    const mask = table[base + CAPACITY]! - 1
    if (entries[start + ((head + most - 1) & mask) * width]! <= time) return most
    // Without a branch on what is found: a branch that cannot be foretold would hold up the reads behind it.
    let low = 0
    for (let left = most - 1; left > 0; ) {
      const half = (left + 1) >>> 1
      low += half * Number(entries[start + ((head + low + half - 1) & mask) * width]! <= time)
      left -= half
    }
    return low
  }

  /** Puts the entry that was made room for where its time belongs, and raises the totals after it. */
  #insertLate(place: number, at: number, amount: number): void {
    const entries = this.#entries
    let index = this.#table[place * COLUMNS + LENGTH]! - 1
    let to = this.#position(place, index)
    for (; index > 0; index--) {
      const from = this.#position(place, index - 1)
      if (entries[from]! <= at) break
      entries[to] = entries[from]!
      if (this.#hasAmounts) addTotal(entries, to + 1, entries[from + 1]!, entries[from + 2]!, amount)
      to = from
    }
    entries[to] = at
    if (!this.#hasAmounts) return
    const [totals, before] = index === 0 ? [this.#bases, place * 2] : [entries, this.#position(place, index - 1) + 1]
    addTotal(entries, to + 1, totals[before]!, totals[before + 1]!, amount)
  }

  /** An entry that is too old to be kept raises all totals, so that they do not depend on how long entries are kept. */
  #addTooLate(place: number, amount: number): void {
    const entries = this.#entries
    const bases = this.#bases
    for (let index = this.#table[place * COLUMNS + LENGTH]! - 1; index >= 0; index--) {
      const total = this.#position(place, index) + 1
      addTotal(entries, total, entries[total]!, entries[total + 1]!, amount)
    }
    addTotal(bases, place * 2, bases[place * 2]!, bases[place * 2 + 1]!, amount)
  }

  #position(place: number, index: number): number {
    const base = place * COLUMNS
    const table = this.#table
    return table[base + START]! + ((table[base + HEAD]! + index) & (table[base + CAPACITY]! - 1)) * this.#width
  }

  #dropGone(place: number): void {
    const table = this.#table
    const entries = this.#entries
    const base = place * COLUMNS
    for (let length = table[base + LENGTH]!; length > 0; length--) {
      const oldest = table[base + START]! + table[base + HEAD]! * this.#width
      if (entries[oldest]! > this.#keepAfter) return
      if (this.#hasAmounts) {
        this.#bases[place * 2] = entries[oldest + 1]!
        this.#bases[place * 2 + 1] = entries[oldest + 2]!
      }
      table[base + HEAD] = (table[base + HEAD]! + 1) & (table[base + CAPACITY]! - 1)
      table[base + LENGTH] = length - 1
    }
  }

  #addPlaces(places: number): void {
    this.#table = growInt32(this.#table, places * COLUMNS)
    if (this.#hasAmounts) this.#bases = growFloat64(this.#bases, places * 2)
    this.#places = places
  }

  #makeRoom(place: number): void {
    const base = place * COLUMNS
    const capacity = this.#table[base + CAPACITY]!
    this.#dropGone(place)
    if (this.#table[base + LENGTH] === capacity) this.#resize(base, Math.max(SMALLEST_RING, capacity * 2))
  }

  /** Moves a ring to one of another capacity; 0 gives it back. */
  #resize(base: number, capacity: number): void {
    const width = this.#width
    const oldStart = this.#table[base + START]!
    const oldCapacity = this.#table[base + CAPACITY]!
    const start = capacity === 0 ? 0 : this.#allocate(capacity)
    const entries = this.#entries
    const head = this.#table[base + HEAD]!
    const length = this.#table[base + LENGTH]!
    // A ring is at most two pieces: from the oldest entry to the end of the room, and what went on at its beginning.
    const first = Math.min(length, oldCapacity - head)
    entries.copyWithin(start, oldStart + head * width, oldStart + (head + first) * width)
    entries.copyWithin(start + first * width, oldStart, oldStart + (length - first) * width)
    if (oldCapacity > 0) this.#release(oldStart, oldCapacity)
    this.#table[base + START] = start
    this.#table[base + CAPACITY] = capacity
    this.#table[base + HEAD] = 0
  }

  #allocate(capacity: number): number {
    const reused = this.#free.get(capacity)?.pop()
    if (reused !== undefined) return reused
    const start = this.#used
    this.#used += capacity * this.#width
    this.#entries = growFloat64(this.#entries, this.#used)
    return start
  }

  #release(start: number, capacity: number): void {
    const list = this.#free.get(capacity)
    if (list) list.push(start)
    else this.#free.set(capacity, [start])
  }

  /** Bytes of the typed arrays that it holds. */
  bytes(): number {
    return this.#entries.byteLength + this.#table.byteLength + this.#bases.byteLength
  }

  save(writer: ByteWriter): void {
    const lengths = new Int32Array(this.#places)
    let total = 0
    for (let place = 0; place < lengths.length; place++) {
      this.#dropGone(place)
      lengths[place] = this.#table[place * COLUMNS + LENGTH]!
      total += lengths[place]!
    }
    writer.float64(this.#keepAfter).uint32(this.#cursor).uint32(this.#owed)
    writer.int32s(lengths).float64s(this.#packed(total))
    if (this.#hasAmounts) writer.float64s(this.#bases.subarray(0, this.#places * 2))
  }

  /** The entries of all series one after the other, without the gaps between them. */
  #packed(total: number): Float64Array {
    const width = this.#width
    const packed = new Float64Array(total * width)
    const entries = this.#entries
    const table = this.#table
    let next = 0
    for (let base = 0; base < this.#places * COLUMNS; base += COLUMNS) {
      const start = table[base + START]!
      const end = start + table[base + CAPACITY]! * width
      let from = start + table[base + HEAD]! * width
      for (const until = next + table[base + LENGTH]! * width; next < until; ) {
        packed[next++] = entries[from++]!
        if (from === end) from = start
      }
    }
    return packed
  }

  load(reader: ByteReader): void {
    this.#keepAfter = reader.float64()
    this.#cursor = reader.uint32()
    this.#owed = reader.uint32()
    const lengths = reader.int32s()
    const entries = reader.float64s()
    this.#addPlaces(lengths.length)
    let next = 0
    for (let place = 0; place < lengths.length; place++) {
      const length = lengths[place]!
      if (length === 0) continue
      const capacity = roomFor(length)
      const start = this.#allocate(capacity)
      this.#entries.set(entries.subarray(next, next + length * this.#width), start)
      next += length * this.#width
      this.#table[place * COLUMNS + START] = start
      this.#table[place * COLUMNS + CAPACITY] = capacity
      this.#table[place * COLUMNS + LENGTH] = length
    }
    if (this.#hasAmounts) this.#bases = reader.float64s()
  }
}

/** The capacity of a ring of `length` entries; 0 for none. */
function roomFor(length: number): number {
  return length === 0 ? 0 : Math.max(SMALLEST_RING, 1 << (32 - Math.clz32(length - 1)))
}

import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { addTotal, differenceOfTotals } from '../exact-sum.ts'
import { growRecords } from '../growable.ts'
import type { ColumnTarget } from '../item-run.ts'
import type { Ahead } from './key-space.ts'
import { cutMany, type ManyWindows } from './many-windows.ts'
import { RingArena } from './ring-arena.ts'
import { CAPACITY, HEAD, LENGTH, packedRings, type Rings, START } from './rings.ts'

/**
 * The record of a series: that of its ring, in 32-bit numbers; in 64-bit numbers the times of its oldest and its newest
 * entry; with amounts the total up to and with the newest, and that before the oldest, each in two parts. So an entry is
 * added, and a series that is not due is passed by the sweep, without a look at the ring.
 */
const [WORDS, WORDS_WITH_AMOUNTS] = [8, 16]
/** In 64-bit numbers from its beginning. */
const OLDEST = 2
const NEWEST = 3
const TOTAL = 4
const BASE = 6

const SMALLEST_RING = 4
/** The sweep owes half a place for every entry, and two more for a series that begins, so that it outruns new ones. */
const OWED_FOR_ENTRY = 1
const OWED_FOR_SERIES = 4
const OWED_A_SWEEP = 32
const NONE = new Float64Array(0)

/**
 * Many series of (time, running total) in one arena, each a ring whose capacity is a power of two. A window is cut
 * out by two binary searches, so reading changes nothing, and a sum is the difference of two running totals: it is a
 * function of the entries' order in the log and of nothing else, not even of how long entries are kept.
 *
 * A total has 106 bits and a sum is rounded once: it is the sum of the window's amounts to the last bit as long as the
 * largest total is below 2^50 times the smallest amount that is not 0.
 *
 * Memory: 8 bytes an entry, 24 with amounts, at most doubled by growth, 32 bytes a series, 64 with amounts. Append
 * O(1), a late entry O(entries after it). Rings that are left are reused by the next of their size.
 */
export class TimedSeries {
  readonly #hasAmounts: boolean
  /** Numbers an entry takes: its time and, with amounts, the total up to and with it and what rounding took of it. */
  readonly #width: 1 | 3
  readonly #arena: RingArena
  /** The records, of so many 32-bit words each; {@link #values} is the same memory. */
  readonly #words: number
  #table: Int32Array = new Int32Array(0)
  #values: Float64Array = NONE
  #places = 0
  /** Where the sweep goes on, and how much it owes, in half places. */
  #cursor = 0
  #owed = 0
  /** Entries at or before it are gone, whether their room was given back already or not. */
  #keepAfter = Number.NEGATIVE_INFINITY

  /** @param hasAmounts - false keeps no totals, for series that are only counted */
  constructor(hasAmounts = true) {
    this.#hasAmounts = hasAmounts
    this.#width = hasAmounts ? 3 : 1
    this.#words = hasAmounts ? WORDS_WITH_AMOUNTS : WORDS
    this.#arena = new RingArena(this.#width)
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
    const base = place * this.#words
    // What is gone is looked at when its room is needed, because it seldom lies near.
    if (this.#table[base + LENGTH] === this.#table[base + CAPACITY]) this.#makeRoom(place)
    const table = this.#table
    const values = this.#values
    const value = base >> 1
    const length = table[base + LENGTH]!
    table[base + LENGTH] = length + 1
    const newest = values[value + NEWEST]!
    this.#owed += length === 0 || newest <= keepAfter ? OWED_FOR_SERIES : OWED_FOR_ENTRY
    if (length > 0 && newest > at) {
      this.#insertLate(place, at, amount)
      return
    }
    if (length === 0) values[value + OLDEST] = at
    values[value + NEWEST] = at
    const next = table[base + START]! + ((table[base + HEAD]! + length) & (table[base + CAPACITY]! - 1)) * this.#width
    const entries = this.#arena.entries
    entries[next] = at
    if (!this.#hasAmounts) return
    const total = value + (length > 0 ? TOTAL : BASE)
    addTotal(values, value + TOTAL, values[total]!, values[total + 1]!, amount)
    entries[next + 1] = values[value + TOTAL]!
    entries[next + 2] = values[value + TOTAL + 1]!
  }

  /** Looks at what the next entry of some series will touch, for all of them together; see {@link Ahead}. */
  approach(ahead: Ahead): void {
    const { places, count } = ahead
    const table = this.#table
    const entries = this.#arena.entries
    let seen = 0
    for (let each = 0; each < count; each++) {
      const place = places[each]!
      if (place >= 0 && place < this.#places) seen += table[place * this.#words]!
    }
    for (let each = 0; each < count; each++) {
      const base = places[each]! * this.#words
      if (base < 0 || base >= table.length || table[base + CAPACITY] === 0) continue
      const index = (table[base + HEAD]! + table[base + LENGTH]!) & (table[base + CAPACITY]! - 1)
      seen += entries[table[base + START]! + index * this.#width]!
    }
    ahead.seen += seen
  }

  /** Number of entries with a time in (after, until]. */
  count(place: number, after: number, until: number): number {
    if (place < 0 || place >= this.#places) return 0
    const end = this.#upTo(place, until, this.#table[place * this.#words + LENGTH]!)
    return end === 0 ? 0 : end - this.#upTo(place, after > this.#keepAfter ? after : this.#keepAfter, end)
  }

  /** Sum of the amounts with a time in (after, until]; 0 for a series without amounts. */
  sum(place: number, after: number, until: number): number {
    if (place < 0 || place >= this.#places || !this.#hasAmounts) return 0
    const end = this.#upTo(place, until, this.#table[place * this.#words + LENGTH]!)
    const start = this.#upTo(place, after > this.#keepAfter ? after : this.#keepAfter, end)
    if (end === start) return 0
    const totals = this.#arena.entries
    const last = this.#position(place, end - 1) + 1
    const [from, before] = start === 0 ? this.#base(place) : [totals, this.#position(place, start - 1) + 1]
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
    const totals = this.#arena.entries
    for (let each = 0, to = target.start; each < count; each++, to += stride) {
      values[to] = 0
      if (end[each] === begin[each] || !this.#hasAmounts) continue
      const place = places[each]!
      const last = this.#position(place, end[each]! - 1) + 1
      const isFirst = begin[each] === 0
      const from = isFirst ? this.#values : totals
      const before = isFirst ? (place * this.#words) / 2 + BASE : this.#position(place, begin[each]! - 1) + 1
      values[to] = differenceOfTotals(totals[last]!, totals[last + 1]!, from[before]!, from[before + 1]!)
    }
  }

  #rings(): Rings {
    return { table: this.#table, words: this.#words, entries: this.#arena.entries, width: this.#width }
  }

  #cutMany(windows: ManyWindows): readonly [Int32Array, Int32Array] {
    return cutMany(this.#rings(), this.#places, windows, this.#keepAfter)
  }

  /**
   * Goes on with the sweep by as much as what was appended makes due: gives back the room of entries that are gone,
   * series by series in a circle, so that those that are written no more do not keep it for ever. What is held is at
   * most twice the series that are not empty, and the entries of twice as many events as there are series.
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
      if (this.#table[place * this.#words + LENGTH] === 0) emptied(place)
      place++
    }
    this.#cursor = place
  }

  /** Drops what is too old, and halves the room of a series until a quarter of it is used. */
  #tidy(place: number): void {
    const table = this.#table
    const base = place * this.#words
    const capacity = table[base + CAPACITY]!
    if (capacity === 0) return
    if (table[base + LENGTH]! > 0 && this.#values[(base >> 1) + OLDEST]! <= this.#keepAfter) this.#dropGone(place)
    const length = table[base + LENGTH]!
    if (length * 4 <= capacity && (length === 0 || capacity > SMALLEST_RING)) this.#resize(base, roomFor(length * 2))
  }

  /** Makes a series as if it had never been written. */
  forget(place: number): void {
    const base = place * this.#words
    const capacity = this.#table[base + CAPACITY]!
    if (capacity > 0) this.#arena.giveBack(this.#table[base + START]!, capacity)
    this.#table.fill(0, base, base + this.#words)
  }

  /** How many of the first `most` entries are at or before `time`; most requests ask near the newest end. */
  #upTo(place: number, time: number, most: number): number {
    if (most === 0) return 0
    const entries = this.#arena.entries
    const table = this.#table
    const width = this.#width
    const base = place * this.#words
    const start = table[base + START]!
    const head = table[base + HEAD]!
    const mask = table[base + CAPACITY]! - 1
    if (most === table[base + LENGTH] && this.#values[(base >> 1) + NEWEST]! <= time) return most
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
    const { entries } = this.#arena
    let index = this.#table[place * this.#words + LENGTH]! - 1
    let to = this.#position(place, index)
    for (; index > 0; index--) {
      const from = this.#position(place, index - 1)
      if (entries[from]! <= at) break
      entries[to] = entries[from]!
      if (this.#hasAmounts) addTotal(entries, to + 1, entries[from + 1]!, entries[from + 2]!, amount)
      to = from
    }
    entries[to] = at
    if (index === 0) this.#values[(place * this.#words) / 2 + OLDEST] = at
    if (!this.#hasAmounts) return
    const [totals, before] = index === 0 ? this.#base(place) : [entries, this.#position(place, index - 1) + 1]
    addTotal(entries, to + 1, totals[before]!, totals[before + 1]!, amount)
    this.#noteTotal(place)
  }

  /** An entry that is too old to be kept raises all totals, so that they do not depend on how long entries are kept. */
  #addTooLate(place: number, amount: number): void {
    const entries = this.#arena.entries
    for (let index = this.#table[place * this.#words + LENGTH]! - 1; index >= 0; index--) {
      const total = this.#position(place, index) + 1
      addTotal(entries, total, entries[total]!, entries[total + 1]!, amount)
    }
    const [bases, base] = this.#base(place)
    addTotal(bases, base, bases[base]!, bases[base + 1]!, amount)
    this.#noteTotal(place)
  }

  /** Where the total before the oldest entry of a series stands. */
  #base(place: number): [Float64Array, number] {
    return [this.#values, (place * this.#words) / 2 + BASE]
  }

  /** Copies the total of the newest entry of a series, if it has one, into its record. */
  #noteTotal(place: number): void {
    const length = this.#table[place * this.#words + LENGTH]!
    if (length === 0) return
    const total = this.#position(place, length - 1) + 1
    const value = (place * this.#words) / 2 + TOTAL
    this.#values[value] = this.#arena.entries[total]!
    this.#values[value + 1] = this.#arena.entries[total + 1]!
  }

  #position(place: number, index: number): number {
    const base = place * this.#words
    const table = this.#table
    return table[base + START]! + ((table[base + HEAD]! + index) & (table[base + CAPACITY]! - 1)) * this.#width
  }

  #dropGone(place: number): void {
    const table = this.#table
    const values = this.#values
    const entries = this.#arena.entries
    const base = place * this.#words
    const value = base >> 1
    for (let length = table[base + LENGTH]!; length > 0; length--) {
      if (values[value + OLDEST]! > this.#keepAfter) return
      const oldest = table[base + START]! + table[base + HEAD]! * this.#width
      if (this.#hasAmounts) {
        values[value + BASE] = entries[oldest + 1]!
        values[value + BASE + 1] = entries[oldest + 2]!
      }
      const head = (table[base + HEAD]! + 1) & (table[base + CAPACITY]! - 1)
      table[base + HEAD] = head
      table[base + LENGTH] = length - 1
      if (length > 1) values[value + OLDEST] = entries[table[base + START]! + head * this.#width]!
    }
  }

  #addPlaces(places: number): void {
    this.#table = growRecords(this.#table, places, this.#words)
    if (this.#values.buffer !== this.#table.buffer) this.#values = new Float64Array(this.#table.buffer)
    this.#places = places
  }

  #makeRoom(place: number): void {
    const base = place * this.#words
    const capacity = this.#table[base + CAPACITY]!
    this.#dropGone(place)
    if (this.#table[base + LENGTH] === capacity) this.#resize(base, Math.max(SMALLEST_RING, capacity * 2))
  }

  /** Moves a ring to one of another capacity; 0 gives it back. */
  #resize(base: number, capacity: number): void {
    const width = this.#width
    const oldStart = this.#table[base + START]!
    const oldCapacity = this.#table[base + CAPACITY]!
    const start = capacity === 0 ? 0 : this.#arena.take(capacity)
    const entries = this.#arena.entries
    const head = this.#table[base + HEAD]!
    const length = this.#table[base + LENGTH]!
    // A ring is at most two pieces: from the oldest entry to the end of the room, and what went on at its beginning.
    const first = Math.min(length, oldCapacity - head)
    entries.copyWithin(start, oldStart + head * width, oldStart + (head + first) * width)
    entries.copyWithin(start + first * width, oldStart, oldStart + (length - first) * width)
    if (oldCapacity > 0) this.#arena.giveBack(oldStart, oldCapacity)
    this.#table[base + START] = start
    this.#table[base + CAPACITY] = capacity
    this.#table[base + HEAD] = 0
  }

  /** Bytes of the typed arrays that it holds. */
  bytes(): number {
    return this.#arena.entries.byteLength + this.#table.byteLength
  }

  save(writer: ByteWriter): void {
    const lengths = new Int32Array(this.#places)
    let total = 0
    for (let place = 0; place < lengths.length; place++) {
      this.#dropGone(place)
      lengths[place] = this.#table[place * this.#words + LENGTH]!
      total += lengths[place]!
    }
    writer.float64(this.#keepAfter).uint32(this.#cursor).uint32(this.#owed)
    writer.int32s(lengths).float64s(packedRings(this.#rings(), this.#places, total))
    if (this.#hasAmounts) writer.float64s(this.#bases())
  }

  /** Two numbers a series: the total before its oldest entry, and what rounding took. */
  #bases(): Float64Array {
    const half = this.#words / 2
    return Float64Array.from({ length: this.#places * 2 }, (_, index) => {
      return this.#values[(index >> 1) * half + BASE + (index & 1)]!
    })
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
      const start = this.#arena.take(capacity)
      this.#arena.entries.set(entries.subarray(next, next + length * this.#width), start)
      next += length * this.#width
      const base = place * this.#words
      this.#table[base + START] = start
      this.#table[base + CAPACITY] = capacity
      this.#table[base + LENGTH] = length
      this.#values[(base >> 1) + OLDEST] = this.#arena.entries[start]!
      this.#values[(base >> 1) + NEWEST] = this.#arena.entries[start + (length - 1) * this.#width]!
      if (this.#hasAmounts) this.#noteTotal(place)
    }
    if (!this.#hasAmounts) return
    const bases = reader.float64s()
    for (let place = 0; place < lengths.length; place++) {
      const [values, base] = this.#base(place)
      values[base] = bases[place * 2]!
      values[base + 1] = bases[place * 2 + 1]!
    }
  }
}

/** The capacity of a ring of `length` entries; 0 for none. */
function roomFor(length: number): number {
  return length === 0 ? 0 : Math.max(SMALLEST_RING, 1 << (32 - Math.clz32(length - 1)))
}

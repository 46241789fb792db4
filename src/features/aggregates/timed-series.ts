import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { addExactly } from '../exact-sum.ts'
import { growFloat64, growInt32, withoutTail } from '../growable.ts'

const NONE = new Float64Array(0)

/**
 * Many series of (time, running total) in one arena, each a ring whose capacity is a power of two. A window is cut
 * out by two binary searches, so reading changes nothing, and a sum is the difference of two running totals: it is a
 * function of the entries' order in the log and of nothing else, not even of how long entries are kept.
 *
 * Memory: 8 bytes an entry, 24 with amounts, at most doubled by growth. Append O(1), a late entry O(entries after it).
 */
export class TimedSeries {
  readonly #hasAmounts: boolean
  #times: Float64Array = new Float64Array(1024)
  /** Running totals up to and with an entry: the rounded value, and what rounding took. */
  #highs: Float64Array = NONE
  #lows: Float64Array = NONE
  #used = 0
  #starts: Int32Array = new Int32Array(0)
  #capacities: Int32Array = new Int32Array(0)
  #heads: Int32Array = new Int32Array(0)
  #lengths: Int32Array = new Int32Array(0)
  /** Running totals before the first kept entry. */
  #baseHighs: Float64Array = NONE
  #baseLows: Float64Array = NONE
  readonly #free = new Map<number, number[]>()

  /** @param hasAmounts - false keeps no totals, for series that are only counted */
  constructor(hasAmounts = true) {
    this.#hasAmounts = hasAmounts
  }

  /** Adds an entry to series `place` and drops entries at or before `keepAfter`. */
  append(place: number, at: number, amount: number, keepAfter: number): void {
    this.#ensurePlace(place)
    this.#dropUntil(place, keepAfter)
    const isKept = at > keepAfter
    if (isKept && this.#lengths[place] === this.#capacities[place]) this.#grow(place)
    const start = this.#starts[place]!
    const head = this.#heads[place]!
    const mask = this.#capacities[place]! - 1
    const length = this.#lengths[place]!
    const times = this.#times
    let index = length
    while (index > 0 && times[start + ((head + index - 1) & mask)]! > at) index--
    if (this.#hasAmounts) this.#addAmount(place, index, amount, isKept)
    if (!isKept) return
    for (let later = length; later > index; later--) {
      times[start + ((head + later) & mask)] = times[start + ((head + later - 1) & mask)]!
    }
    times[start + ((head + index) & mask)] = at
    this.#lengths[place] = length + 1
  }

  /** Number of entries with a time in (after, until]. */
  count(place: number, after: number, until: number): number {
    if (place < 0 || place >= this.#lengths.length) return 0
    return this.#upTo(place, until) - this.#upTo(place, after)
  }

  /** Sum of the amounts with a time in (after, until]; 0 for a series without amounts. */
  sum(place: number, after: number, until: number): number {
    if (place < 0 || place >= this.#lengths.length || !this.#hasAmounts) return 0
    const end = this.#upTo(place, until)
    const start = this.#upTo(place, after)
    if (end === start) return 0
    const last = this.#position(place, end - 1)
    const before = start === 0 ? -1 : this.#position(place, start - 1)
    const high = this.#highs[last]! - (before < 0 ? this.#baseHighs[place]! : this.#highs[before]!)
    return high + (this.#lows[last]! - (before < 0 ? this.#baseLows[place]! : this.#lows[before]!))
  }

  /** Number of entries at or before `time`; most requests ask near the newest end. */
  #upTo(place: number, time: number): number {
    let high = this.#lengths[place]!
    if (high === 0) return 0
    const times = this.#times
    const start = this.#starts[place]!
    const head = this.#heads[place]!
    const mask = this.#capacities[place]! - 1
    if (times[start + ((head + high - 1) & mask)]! <= time) return high
    let low = 0
    while (low < high) {
      const middle = (low + high) >>> 1
      if (times[start + ((head + middle) & mask)]! <= time) low = middle + 1
      else high = middle
    }
    return low
  }

  /**
   * Inserts the total of entry `index` and raises those after it. An entry that is too old to be kept raises the
   * base as well, so that totals do not depend on how long entries are kept.
   */
  #addAmount(place: number, index: number, amount: number, isKept: boolean): void {
    const highs = this.#highs
    const lows = this.#lows
    for (let later = this.#lengths[place]! - 1; later >= index; later--) {
      const from = this.#position(place, later)
      addExactly(highs, lows, isKept ? this.#position(place, later + 1) : from, highs[from]!, lows[from]!, amount)
    }
    const bases = this.#baseHighs
    const baseLows = this.#baseLows
    if (!isKept) addExactly(bases, baseLows, place, bases[place]!, baseLows[place]!, amount)
    else if (index === 0) {
      addExactly(highs, lows, this.#position(place, 0), bases[place]!, baseLows[place]!, amount)
    } else {
      const before = this.#position(place, index - 1)
      addExactly(highs, lows, this.#position(place, index), highs[before]!, lows[before]!, amount)
    }
  }

  #position(place: number, index: number): number {
    return this.#starts[place]! + ((this.#heads[place]! + index) & (this.#capacities[place]! - 1))
  }

  #dropUntil(place: number, time: number): void {
    while (this.#lengths[place]! > 0) {
      const oldest = this.#position(place, 0)
      if (this.#times[oldest]! > time) return
      if (this.#hasAmounts) {
        this.#baseHighs[place] = this.#highs[oldest]!
        this.#baseLows[place] = this.#lows[oldest]!
      }
      this.#heads[place] = (this.#heads[place]! + 1) & (this.#capacities[place]! - 1)
      this.#lengths[place] = this.#lengths[place]! - 1
    }
  }

  #ensurePlace(place: number): void {
    if (place < this.#lengths.length) return
    this.#starts = growInt32(this.#starts, place + 1)
    this.#capacities = growInt32(this.#capacities, place + 1)
    this.#heads = growInt32(this.#heads, place + 1)
    this.#lengths = growInt32(this.#lengths, place + 1)
    if (!this.#hasAmounts) return
    this.#baseHighs = growFloat64(this.#baseHighs, place + 1)
    this.#baseLows = growFloat64(this.#baseLows, place + 1)
  }

  #grow(place: number): void {
    const length = this.#lengths[place]!
    const oldCapacity = this.#capacities[place]!
    const oldStart = this.#starts[place]!
    const capacity = Math.max(4, oldCapacity * 2)
    const start = this.#allocate(capacity)
    for (let index = 0; index < length; index++) {
      const from = this.#position(place, index)
      this.#times[start + index] = this.#times[from]!
      if (!this.#hasAmounts) continue
      this.#highs[start + index] = this.#highs[from]!
      this.#lows[start + index] = this.#lows[from]!
    }
    if (oldCapacity > 0) this.#release(oldStart, oldCapacity)
    this.#starts[place] = start
    this.#capacities[place] = capacity
    this.#heads[place] = 0
  }

  #allocate(capacity: number): number {
    const reused = this.#free.get(capacity)?.pop()
    if (reused !== undefined) return reused
    const start = this.#used
    this.#used += capacity
    this.#times = growFloat64(this.#times, this.#used)
    if (!this.#hasAmounts) return start
    this.#highs = growFloat64(this.#highs, this.#times.length)
    this.#lows = growFloat64(this.#lows, this.#times.length)
    return start
  }

  #release(start: number, capacity: number): void {
    const list = this.#free.get(capacity)
    if (list) list.push(start)
    else this.#free.set(capacity, [start])
  }

  /** Bytes of the typed arrays that it holds. */
  bytes(): number {
    const places = [this.#starts, this.#capacities, this.#heads, this.#lengths, this.#baseHighs, this.#baseLows]
    const entries = [this.#times, this.#highs, this.#lows]
    return [...places, ...entries].reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  save(writer: ByteWriter): void {
    const lengths = withoutTail(this.#lengths, 0)
    writer.int32s(lengths).float64s(this.#packed(this.#times, lengths))
    if (!this.#hasAmounts) return
    writer.float64s(withoutTail(this.#baseHighs, 0)).float64s(withoutTail(this.#baseLows, 0))
    writer.float64s(this.#packed(this.#highs, lengths)).float64s(this.#packed(this.#lows, lengths))
  }

  /** The values of all series one after the other, without the gaps between them. */
  #packed(values: Float64Array, lengths: Int32Array): Float64Array {
    const packed = new Float64Array(lengths.reduce((sum, length) => sum + length, 0))
    let next = 0
    for (let place = 0; place < lengths.length; place++) {
      for (let index = 0; index < lengths[place]!; index++) packed[next++] = values[this.#position(place, index)]!
    }
    return packed
  }

  load(reader: ByteReader): void {
    const lengths = reader.int32s()
    const times = reader.float64s()
    if (lengths.length > 0) this.#ensurePlace(lengths.length - 1)
    for (let place = 0, next = 0; place < lengths.length; place++) {
      const length = lengths[place]!
      if (length === 0) continue
      let capacity = 4
      while (capacity < length) capacity *= 2
      const start = this.#allocate(capacity)
      this.#times.set(times.subarray(next, next + length), start)
      this.#starts[place] = start
      this.#capacities[place] = capacity
      this.#lengths[place] = length
      next += length
    }
    if (this.#hasAmounts) this.#loadAmounts(reader, lengths)
  }

  #loadAmounts(reader: ByteReader, lengths: Int32Array): void {
    const bases = reader.float64s()
    const baseLows = reader.float64s()
    if (bases.length > 0) this.#ensurePlace(bases.length - 1)
    this.#baseHighs.set(bases)
    this.#baseLows.set(baseLows)
    const highs = reader.float64s()
    const lows = reader.float64s()
    for (let place = 0, next = 0; place < lengths.length; next += lengths[place]!, place++) {
      this.#highs.set(highs.subarray(next, next + lengths[place]!), this.#starts[place]!)
      this.#lows.set(lows.subarray(next, next + lengths[place]!), this.#starts[place]!)
    }
  }
}

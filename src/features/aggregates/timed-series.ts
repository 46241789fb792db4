import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { growFloat64, growInt32 } from '../growable.ts'

/**
 * Many series of (time, running total) in one arena, each a ring whose capacity is a power of two. A window is cut
 * out by two binary searches, so reading changes nothing, and a sum is the difference of two running totals: it is a
 * function of the entries' order in the log and of nothing else.
 *
 * Memory: 16 bytes an entry, at most doubled by growth. Append O(1), a late entry O(entries after it).
 */
export class TimedSeries {
  #times: Float64Array = new Float64Array(1024)
  #totals: Float64Array = new Float64Array(1024)
  #used = 0
  #starts: Int32Array = new Int32Array(0)
  #capacities: Int32Array = new Int32Array(0)
  #heads: Int32Array = new Int32Array(0)
  #lengths: Int32Array = new Int32Array(0)
  /** Running total before the first kept entry. */
  #bases: Float64Array = new Float64Array(0)
  readonly #free = new Map<number, number[]>()

  /** Adds an entry to series `place` and drops entries at or before `keepAfter`. */
  append(place: number, at: number, amount: number, keepAfter: number): void {
    this.#ensurePlace(place)
    this.#dropUntil(place, keepAfter)
    if (at <= keepAfter) return
    if (this.#lengths[place] === this.#capacities[place]) this.#grow(place)
    const length = this.#lengths[place]!
    let index = length
    while (index > 0 && this.#time(place, index - 1) > at) index--
    for (let later = length; later > index; later--) {
      const from = this.#position(place, later - 1)
      const to = this.#position(place, later)
      this.#times[to] = this.#times[from]!
      this.#totals[to] = this.#totals[from]! + amount
    }
    const position = this.#position(place, index)
    this.#times[position] = at
    this.#totals[position] = this.#totalBefore(place, index) + amount
    this.#lengths[place] = length + 1
  }

  /** Number of entries with a time in (after, until]. */
  count(place: number, after: number, until: number): number {
    if (place < 0 || place >= this.#lengths.length) return 0
    return this.#upTo(place, until) - this.#upTo(place, after)
  }

  /** Sum of the amounts with a time in (after, until]. */
  sum(place: number, after: number, until: number): number {
    if (place < 0 || place >= this.#lengths.length) return 0
    const end = this.#upTo(place, until)
    const start = this.#upTo(place, after)
    return end === start ? 0 : this.#totalBefore(place, end) - this.#totalBefore(place, start)
  }

  /** Number of entries at or before `time`; most requests ask near the newest end. */
  #upTo(place: number, time: number): number {
    let high = this.#lengths[place]!
    if (high === 0 || this.#time(place, high - 1) <= time) return high
    let low = 0
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#time(place, middle) <= time) low = middle + 1
      else high = middle
    }
    return low
  }

  #position(place: number, index: number): number {
    return this.#starts[place]! + ((this.#heads[place]! + index) & (this.#capacities[place]! - 1))
  }

  #time(place: number, index: number): number {
    return this.#times[this.#position(place, index)]!
  }

  #totalBefore(place: number, index: number): number {
    return index === 0 ? this.#bases[place]! : this.#totals[this.#position(place, index - 1)]!
  }

  #dropUntil(place: number, time: number): void {
    while (this.#lengths[place]! > 0 && this.#time(place, 0) <= time) {
      this.#bases[place] = this.#totalBefore(place, 1)
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
    this.#bases = growFloat64(this.#bases, place + 1)
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
      this.#totals[start + index] = this.#totals[from]!
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
    this.#totals = growFloat64(this.#totals, this.#used)
    return start
  }

  #release(start: number, capacity: number): void {
    const list = this.#free.get(capacity)
    if (list) list.push(start)
    else this.#free.set(capacity, [start])
  }

  save(writer: ByteWriter): void {
    writer.int32s(this.#lengths).float64s(this.#bases)
    let total = 0
    for (const length of this.#lengths) total += length
    const times = new Float64Array(total)
    const totals = new Float64Array(total)
    let next = 0
    for (let place = 0; place < this.#lengths.length; place++) {
      for (let index = 0; index < this.#lengths[place]!; index++, next++) {
        const position = this.#position(place, index)
        times[next] = this.#times[position]!
        totals[next] = this.#totals[position]!
      }
    }
    writer.float64s(times).float64s(totals)
  }

  load(reader: ByteReader): void {
    const lengths = reader.int32s()
    const bases = reader.float64s()
    const times = reader.float64s()
    const totals = reader.float64s()
    if (lengths.length > 0) this.#ensurePlace(lengths.length - 1)
    this.#bases.set(bases)
    let next = 0
    for (let place = 0; place < lengths.length; place++) {
      const length = lengths[place]!
      if (length === 0) continue
      let capacity = 4
      while (capacity < length) capacity *= 2
      const start = this.#allocate(capacity)
      this.#times.set(times.subarray(next, next + length), start)
      this.#totals.set(totals.subarray(next, next + length), start)
      this.#starts[place] = start
      this.#capacities[place] = capacity
      this.#lengths[place] = length
      next += length
    }
  }
}

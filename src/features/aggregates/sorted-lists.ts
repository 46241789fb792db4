import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { growRecords, withoutTail } from '../growable.ts'
import type { Ahead } from './key-space.ts'

const SMALLEST_BLOCK = 4
/**
 * The record of a list, half a line of memory: where its block begins, its first entry, how many entries it has and its
 * block has room for; and, as 64-bit numbers, the keys of its first and its last entry, so that most questions end here.
 */
const START = 0
const HEAD = 1
const LENGTH = 2
const CAPACITY = 3
const WORDS = 8
/** The same in 64-bit numbers, counted from the record's beginning. */
const FIRST_KEY = 2
const LAST_KEY = 3
const HALF = WORDS / 2

/**
 * Many lists of entries in one arena, each in the order of its entries' keys (times), each entry a row of 64-bit
 * columns of which column 0 is the key. A list lies in one piece, in a block of a power of two that begins at a
 * multiple of its length, so that blocks of rows can be summed up beside it (`BlockMinima`).
 *
 * Memory: 8 bytes a column and entry, at most 2.7 times that by room to grow, and 32 bytes a list. An entry at the end
 * O(1) amortised, one before others O(those).
 */
export class SortedLists {
  readonly columns: Float64Array[]
  #records: Int32Array = new Int32Array(0)
  /** The same memory. */
  #keys: Float64Array = new Float64Array(0)
  #places = 0
  #used = 0
  /** Free blocks by the logarithm of their length. */
  readonly #free: number[][] = Array.from({ length: 31 }, () => [])
  readonly #moved: (from: number, end: number) => void

  /** @param moved - told of entries that lie elsewhere now */
  constructor(width: number, moved: (from: number, end: number) => void = () => {}) {
    this.columns = Array.from({ length: width }, () => new Float64Array(64))
    this.#moved = moved
  }

  /** Number of lists that there is room for; those beyond are empty. */
  get places(): number {
    return this.#places
  }

  isEmpty(place: number): boolean {
    return place >= this.#places || this.#records[place * WORDS + LENGTH] === 0
  }

  /** The slot of the first entry of a list. */
  first(place: number): number {
    return place >= 0 && place < this.#places ? this.#records[place * WORDS + HEAD]! : 0
  }

  /** The slot behind the last entry of a list. */
  end(place: number): number {
    if (place < 0 || place >= this.#places) return 0
    return this.#records[place * WORDS + HEAD]! + this.#records[place * WORDS + LENGTH]!
  }

  /** Entries that the block of a list has room for. */
  capacity(place: number): number {
    return place < this.#places ? this.#records[place * WORDS + CAPACITY]! : 0
  }

  /** Looks at what an entry behind the last of some lists will touch, for all of them together; see {@link Ahead}. */
  approach(ahead: Ahead): void {
    const { places, count } = ahead
    const records = this.#records
    let seen = 0
    for (let each = 0; each < count; each++) {
      const place = places[each]!
      if (place >= 0 && place < this.#places) seen += records[place * WORDS]!
    }
    for (const column of this.columns) {
      for (let each = 0; each < count; each++) {
        const base = places[each]! * WORDS
        if (base < 0 || base >= records.length) continue
        const slot = records[base + HEAD]! + records[base + LENGTH]!
        if (slot < column.length) seen += column[slot]!
      }
    }
    ahead.seen += seen
  }

  /** The slot behind the last entry whose key is at most `key`; most of them are at the end. */
  upTo(place: number, key: number): number {
    if (place < 0 || place >= this.#places) return 0
    let low = this.#records[place * WORDS + HEAD]!
    let high = low + this.#records[place * WORDS + LENGTH]!
    if (low === high || this.#keys[place * HALF + LAST_KEY]! <= key) return high
    const keys = this.columns[0]!
    while (low < high) {
      const middle = (low + high) >>> 1
      if (keys[middle]! <= key) low = middle + 1
      else high = middle
    }
    return low
  }

  /**
   * Opens an entry before the one at `slot`, which {@link upTo} gave, and moves those from there on.
   *
   * @returns the slot of the entry, of which the key alone is set; slots that were read before are not valid any more
   */
  insert(place: number, slot: number, key: number): number {
    if (place >= this.#places) this.#addPlaces(place + 1)
    const base = place * WORDS
    const index = slot - this.#records[base + HEAD]!
    const length = this.#records[base + LENGTH]!
    const room = this.#records[base + START]! + this.#records[base + CAPACITY]!
    if (this.#records[base + HEAD]! + length === room) this.#makeRoom(base)
    const head = this.#records[base + HEAD]!
    const opened = head + (length === 0 ? 0 : index)
    const end = head + length
    if (opened < end) for (const column of this.columns) column.copyWithin(opened + 1, opened, end)
    else this.#keys[place * HALF + LAST_KEY] = key
    if (opened === head) this.#keys[place * HALF + FIRST_KEY] = key
    this.columns[0]![opened] = key
    this.#records[base + LENGTH] = length + 1
    return opened
  }

  /** Takes the first entry away. */
  shift(place: number): void {
    const base = place * WORDS
    const records = this.#records
    const left = records[base + LENGTH]! - 1
    const head = left === 0 ? records[base + START]! : records[base + HEAD]! + 1
    records[base + LENGTH] = left
    records[base + HEAD] = head
    if (left > 0) this.#keys[place * HALF + FIRST_KEY] = this.columns[0]![head]!
  }

  /** Takes note that keys of a list, which is not empty, were written in place. */
  rekey(place: number): void {
    this.#keys[place * HALF + FIRST_KEY] = this.columns[0]![this.first(place)]!
    this.#keys[place * HALF + LAST_KEY] = this.columns[0]![this.end(place) - 1]!
  }

  /** Takes away the entries whose keys are at most `key`, one by one if `gone` wants to see their slots. */
  dropUntil(place: number, key: number, gone?: (slot: number) => void): void {
    if (place >= this.#places) return
    for (let length = this.#records[place * WORDS + LENGTH]!; length > 0; length--) {
      if (this.#keys[place * HALF + FIRST_KEY]! > key) return
      gone?.(this.#records[place * WORDS + HEAD]!)
      this.shift(place)
    }
  }

  /**
   * Gives back room of which three quarters and more are not used.
   *
   * @returns whether the list is empty
   */
  shrink(place: number): boolean {
    if (place >= this.#places) return true
    const base = place * WORDS
    const records = this.#records
    const length = records[base + LENGTH]!
    const capacity = records[base + CAPACITY]!
    if (length * 4 > capacity || capacity === 0 || (length > 0 && capacity === SMALLEST_BLOCK)) return length === 0
    const start = records[base + START]!
    const head = records[base + HEAD]!
    if (length > 0) {
      const to = this.#open(base, length)
      for (const column of this.columns) column.copyWithin(to, head, head + length)
      this.#moved(to, to + length)
    } else {
      records[base + START] = 0
      records[base + HEAD] = 0
      records[base + CAPACITY] = 0
    }
    this.#giveBack(start, capacity)
    return length === 0
  }

  bytes(): number {
    return this.columns.reduce((sum, column) => sum + column.byteLength, 0) + this.#records.byteLength
  }

  #addPlaces(places: number): void {
    this.#places = places
    this.#records = growRecords(this.#records, places, WORDS)
    if (this.#keys.buffer !== this.#records.buffer) this.#keys = new Float64Array(this.#records.buffer)
  }

  /** Makes room at the end: by moving to the front of the block what is left of it, or to a larger block. */
  #makeRoom(base: number): void {
    const records = this.#records
    const length = records[base + LENGTH]!
    const head = records[base + HEAD]!
    const capacity = records[base + CAPACITY]!
    let start = records[base + START]!
    if (capacity === 0 || length * 4 > capacity * 3) {
      start = this.#take(Math.max(SMALLEST_BLOCK, capacity * 2))
      records[base + START] = start
      records[base + CAPACITY] = Math.max(SMALLEST_BLOCK, capacity * 2)
    }
    for (const column of this.columns) column.copyWithin(start, head, head + length)
    if (capacity > 0 && records[base + CAPACITY] !== capacity) this.#giveBack(head + length - capacity, capacity)
    records[base + HEAD] = start
    this.#moved(start, start + length)
  }

  #take(capacity: number): number {
    const reused = this.#free[31 - Math.clz32(capacity)]!.pop()
    if (reused !== undefined) return reused
    const start = Math.ceil(this.#used / capacity) * capacity
    // The gap before it is cut into blocks that lie at multiples of their own lengths.
    while (this.#used < start) {
      const piece = this.#used & -this.#used
      this.#giveBack(this.#used, piece)
      this.#used += piece
    }
    this.#used += capacity
    const rows = this.columns[0]!.length
    if (this.#used > rows) {
      for (let index = 0; index < this.columns.length; index++) {
        const grown = new Float64Array(Math.max(this.#used, rows * 2))
        grown.set(this.columns[index]!)
        this.columns[index] = grown
      }
    }
    return start
  }

  #giveBack(start: number, capacity: number): void {
    this.#free[31 - Math.clz32(capacity)]!.push(start)
  }

  #lengths(): Int32Array {
    return Int32Array.from({ length: this.#places }, (_, place) => this.#records[place * WORDS + LENGTH]!)
  }

  /** The values of a column, list after list. */
  packed(column: number): Float64Array {
    const values = this.columns[column]!
    const packed = new Float64Array(this.#lengths().reduce((sum, length) => sum + length, 0))
    let next = 0
    for (let place = 0; place < this.#places; place++) {
      const [first, end] = [this.first(place), this.end(place)]
      packed.set(values.subarray(first, end), next)
      next += end - first
    }
    return packed
  }

  /** Writes the first `width` columns. */
  save(writer: ByteWriter, width = this.columns.length): void {
    writer.int32s(withoutTail(this.#lengths(), 0))
    for (let column = 0; column < width; column++) writer.float64s(this.packed(column))
  }

  /**
   * Fills a fresh arena; columns from `width` on hold the numbers of the entries in their order, `number` being that of
   * the first.
   *
   * @returns the number of the entry that would be next
   */
  load(reader: ByteReader, width = this.columns.length, number = 0): number {
    const lengths = reader.int32s()
    const packed = Array.from({ length: width }, () => reader.float64s())
    this.#addPlaces(lengths.length)
    let next = 0
    for (let place = 0; place < lengths.length; place++) {
      const length = lengths[place]!
      if (length === 0) continue
      const start = this.#open(place * WORDS, length)
      for (const [index, column] of this.columns.entries()) {
        const values = packed[index]
        if (values) column.set(values.subarray(next, next + length), start)
        else for (let entry = 0; entry < length; entry++) column[start + entry] = number + next + entry
      }
      this.rekey(place)
      this.#moved(start, start + length)
      next += length
    }
    return number + next
  }

  /** Gives a list a block with room for some entries, and says where it begins. */
  #open(base: number, length: number): number {
    let capacity = SMALLEST_BLOCK
    while (capacity < length) capacity *= 2
    const start = this.#take(capacity)
    this.#records[base + START] = start
    this.#records[base + HEAD] = start
    this.#records[base + CAPACITY] = capacity
    this.#records[base + LENGTH] = length
    return start
  }
}

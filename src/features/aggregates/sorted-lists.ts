import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { growInt32, withoutTail } from '../growable.ts'

const SMALLEST_BLOCK = 4

/**
 * Many lists of entries in one arena, each in the order of its entries' keys (times), each entry a row of 64-bit
 * columns of which column 0 is the key. A list lies in one piece, in a block of a power of two that begins at a
 * multiple of its length, so that blocks of rows can be summed up beside it (`BlockMinima`).
 *
 * Memory: 8 bytes a column and entry, at most 2.7 times that by room to grow. An entry at the end O(1) amortised, one
 * before others O(those).
 */
export class SortedLists {
  readonly columns: Float64Array[]
  /** First entry of each list. */
  #heads: Int32Array = new Int32Array(0)
  #lengths: Int32Array = new Int32Array(0)
  #starts: Int32Array = new Int32Array(0)
  #capacities: Int32Array = new Int32Array(0)
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
    return this.#lengths.length
  }

  isEmpty(place: number): boolean {
    return place >= this.#lengths.length || this.#lengths[place] === 0
  }

  /** The slot of the first entry of a list. */
  first(place: number): number {
    return this.#heads[place] ?? 0
  }

  /** The slot behind the last entry of a list. */
  end(place: number): number {
    return place >= 0 && place < this.#lengths.length ? this.#heads[place]! + this.#lengths[place]! : 0
  }

  /** Entries that the block of a list has room for. */
  capacity(place: number): number {
    return this.#capacities[place] ?? 0
  }

  /** The slot behind the last entry whose key is at most `key`; most of them are at the end. */
  upTo(place: number, key: number): number {
    if (place < 0 || place >= this.#lengths.length) return 0
    let low = this.#heads[place]!
    let high = low + this.#lengths[place]!
    const keys = this.columns[0]!
    if (low === high || keys[high - 1]! <= key) return high
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
    if (place >= this.#lengths.length) this.#ensurePlace(place)
    const length = this.#lengths[place]!
    const index = slot - this.#heads[place]!
    if (this.#heads[place]! + length === this.#starts[place]! + this.#capacities[place]!) this.#makeRoom(place)
    const opened = this.#heads[place]! + (length === 0 ? 0 : index)
    const end = this.#heads[place]! + length
    if (opened < end) for (const column of this.columns) column.copyWithin(opened + 1, opened, end)
    this.columns[0]![opened] = key
    this.#lengths[place] = length + 1
    return opened
  }

  /** Takes the first entry away. */
  shift(place: number): void {
    const left = this.#lengths[place]! - 1
    this.#lengths[place] = left
    this.#heads[place] = left === 0 ? this.#starts[place]! : this.#heads[place]! + 1
  }

  /** Takes away the entries whose keys are at most `key`, one by one if `gone` wants to see their slots. */
  dropUntil(place: number, key: number, gone?: (slot: number) => void): void {
    if (place >= this.#lengths.length) return
    for (let length = this.#lengths[place]!; length > 0; length--) {
      const slot = this.#heads[place]!
      if (this.columns[0]![slot]! > key) return
      gone?.(slot)
      this.shift(place)
    }
  }

  /**
   * Gives back room of which three quarters and more are not used.
   *
   * @returns whether the list is empty
   */
  shrink(place: number): boolean {
    if (place >= this.#lengths.length) return true
    const length = this.#lengths[place]!
    const capacity = this.#capacities[place]!
    if (length * 4 > capacity || capacity === 0 || (length > 0 && capacity === SMALLEST_BLOCK)) return length === 0
    const start = this.#starts[place]!
    const head = this.#heads[place]!
    if (length > 0) {
      this.#open(place, length)
      for (const column of this.columns) column.copyWithin(this.#heads[place]!, head, head + length)
      this.#moved(this.#heads[place]!, this.#heads[place]! + length)
    } else {
      this.#starts[place] = 0
      this.#heads[place] = 0
      this.#capacities[place] = 0
    }
    this.#giveBack(start, capacity)
    return length === 0
  }

  bytes(): number {
    return this.columns.reduce((sum, column) => sum + column.byteLength, 0) + this.#lengths.byteLength * 4
  }

  #ensurePlace(place: number): void {
    this.#heads = growInt32(this.#heads, place + 1)
    this.#lengths = growInt32(this.#lengths, place + 1)
    this.#starts = growInt32(this.#starts, place + 1)
    this.#capacities = growInt32(this.#capacities, place + 1)
  }

  /** Makes room at the end: by moving to the front of the block what is left of it, or to a larger block. */
  #makeRoom(place: number): void {
    const length = this.#lengths[place]!
    const head = this.#heads[place]!
    const capacity = this.#capacities[place]!
    let start = this.#starts[place]!
    if (capacity === 0 || length * 4 > capacity * 3) {
      start = this.#take(Math.max(SMALLEST_BLOCK, capacity * 2))
      this.#starts[place] = start
      this.#capacities[place] = Math.max(SMALLEST_BLOCK, capacity * 2)
    }
    for (const column of this.columns) column.copyWithin(start, head, head + length)
    if (capacity > 0 && this.#capacities[place] !== capacity) this.#giveBack(head + length - capacity, capacity)
    this.#heads[place] = start
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

  /** The values of a column, list after list. */
  packed(column: number): Float64Array {
    const values = this.columns[column]!
    const packed = new Float64Array(this.#lengths.reduce((sum, length) => sum + length, 0))
    let next = 0
    for (let place = 0; place < this.#lengths.length; place++) {
      packed.set(values.subarray(this.first(place), this.end(place)), next)
      next += this.#lengths[place]!
    }
    return packed
  }

  /** Writes the first `width` columns. */
  save(writer: ByteWriter, width = this.columns.length): void {
    writer.int32s(withoutTail(this.#lengths, 0))
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
    if (lengths.length > 0) this.#ensurePlace(lengths.length - 1)
    let next = 0
    for (let place = 0; place < lengths.length; place++) {
      const length = lengths[place]!
      if (length === 0) continue
      const start = this.#open(place, length)
      for (const [index, column] of this.columns.entries()) {
        const values = packed[index]
        if (values) column.set(values.subarray(next, next + length), start)
        else for (let entry = 0; entry < length; entry++) column[start + entry] = number + next + entry
      }
      this.#moved(start, start + length)
      next += length
    }
    return number + next
  }

  /** Gives a list a block with room for some entries, and says where it begins. */
  #open(place: number, length: number): number {
    let capacity = SMALLEST_BLOCK
    while (capacity < length) capacity *= 2
    const start = this.#take(capacity)
    this.#starts[place] = start
    this.#heads[place] = start
    this.#capacities[place] = capacity
    this.#lengths[place] = length
    return start
  }
}

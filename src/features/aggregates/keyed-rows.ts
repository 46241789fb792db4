import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { growInt32 } from '../growable.ts'

const FIRST_CAPACITY = 4
/** Where a row begins, how many slots it has and how many are taken: the columns of {@link KeyedRows}'s table of rows. */
const START = 0
const CAPACITY = 1
const TAKEN = 2
const COLUMNS = 3
/** 32-bit words of a slot: the key + 1, so that 0 is a free slot, and the count. */
const WORDS = 2

/**
 * Counts of keys, a small hash table for every row, all in one arena. A key and its count lie side by side, so that a
 * look-up costs one line of memory, and a row is read from its beginning to its end.
 *
 * A row holds a bounded number of keys: when it is full and another comes, the half with the smaller counts is
 * forgotten, of equal counts the keys of smaller numbers.
 *
 * Memory: 8 bytes a slot, of which 3/8 to 3/4 are taken.
 */
export class KeyedRows {
  #slots: Int32Array = new Int32Array(1024)
  #used = 0
  #rows: Int32Array = new Int32Array(0)
  #count = 0
  /** Starts of room that rows left as they grew, by capacity. */
  readonly #free = new Map<number, number[]>()
  readonly #mostKeys: number

  /** @param mostKeys - how many keys a row holds, at least 2 */
  constructor(mostKeys: number) {
    this.#mostKeys = mostKeys
  }

  /** The slots of all rows, {@link WORDS} words each. A view until the next {@link add}. */
  get slots(): Int32Array {
    return this.#slots
  }

  /** The first word of a row's slots, in {@link slots}. */
  start(row: number): number {
    return row < this.#count ? this.#rows[row * COLUMNS + START]! : 0
  }

  /** The word behind a row's slots; equal to {@link start} for a row that was never written. */
  end(row: number): number {
    return row < this.#count ? this.#rows[row * COLUMNS + START]! + this.#rows[row * COLUMNS + CAPACITY]! * WORDS : 0
  }

  /** Counts a key once more in a row. */
  add(row: number, key: number): void {
    if (row >= this.#count) this.#addRow(row)
    const base = row * COLUMNS
    const slot = this.#probe(this.#rows[base + START]!, this.#rows[base + CAPACITY]!, key + 1)
    if (slot >= 0 && this.#slots[slot] !== 0) this.#slots[slot + 1] = this.#slots[slot + 1]! + 1
    else this.#insert(base, slot, key + 1)
  }

  /** How often a key was counted in a row. */
  get(row: number, key: number): number {
    if (row < 0 || row >= this.#count || key < 0) return 0
    const slot = this.#probe(this.#rows[row * COLUMNS + START]!, this.#rows[row * COLUMNS + CAPACITY]!, key + 1)
    return slot < 0 ? 0 : this.#slots[slot + 1]!
  }

  /** The slot that holds `mark`, or the free one where it belongs; -1 in a row without slots. Linear probing. */
  #probe(start: number, capacity: number, mark: number): number {
    if (capacity === 0) return -1
    const slots = this.#slots
    let place = Math.imul(mark, 0x9e3779b1) >>> (Math.clz32(capacity) + 1)
    for (;;) {
      const slot = start + place * WORDS
      const held = slots[slot]!
      if (held === mark || held === 0) return slot
      place = (place + 1) & (capacity - 1)
    }
  }

  #insert(base: number, freeSlot: number, mark: number): void {
    let slot = freeSlot
    if (this.#rows[base + TAKEN] === this.#mostKeys) {
      this.#forgetWeakerHalf(base)
      slot = this.#probe(this.#rows[base + START]!, this.#rows[base + CAPACITY]!, mark)
    }
    const taken = this.#rows[base + TAKEN]! + 1
    this.#rows[base + TAKEN] = taken
    if (taken * 4 > this.#rows[base + CAPACITY]! * 3) {
      this.#grow(base)
      slot = this.#probe(this.#rows[base + START]!, this.#rows[base + CAPACITY]!, mark)
    }
    this.#slots[slot] = mark
    this.#slots[slot + 1] = 1
  }

  #forgetWeakerHalf(base: number): void {
    const slots = this.#slots
    const start = this.#rows[base + START]!
    const capacity = this.#rows[base + CAPACITY]!
    const held: { mark: number; count: number }[] = []
    for (let slot = start; slot < start + capacity * WORDS; slot += WORDS) {
      if (slots[slot] !== 0) held.push({ mark: slots[slot]!, count: slots[slot + 1]! })
    }
    held.sort((a, b) => b.count - a.count || b.mark - a.mark)
    const kept = held.slice(0, this.#mostKeys >> 1)
    slots.fill(0, start, start + capacity * WORDS)
    for (const { mark, count } of kept) {
      const slot = this.#probe(start, capacity, mark)
      slots[slot] = mark
      slots[slot + 1] = count
    }
    this.#rows[base + TAKEN] = kept.length
  }

  #addRow(row: number): void {
    this.#rows = growInt32(this.#rows, (row + 1) * COLUMNS)
    this.#count = row + 1
  }

  /** Moves a row to room for twice as many. */
  #grow(base: number): void {
    const oldCapacity = this.#rows[base + CAPACITY]!
    const oldStart = this.#rows[base + START]!
    const capacity = Math.max(FIRST_CAPACITY, oldCapacity * 2)
    const start = this.#allocate(capacity)
    const slots = this.#slots
    for (let from = oldStart; from < oldStart + oldCapacity * WORDS; from += WORDS) {
      if (slots[from] === 0) continue
      const to = this.#probe(start, capacity, slots[from]!)
      slots[to] = slots[from]!
      slots[to + 1] = slots[from + 1]!
    }
    if (oldCapacity > 0) {
      slots.fill(0, oldStart, oldStart + oldCapacity * WORDS)
      const left = this.#free.get(oldCapacity)
      if (left) left.push(oldStart)
      else this.#free.set(oldCapacity, [oldStart])
    }
    this.#rows[base + START] = start
    this.#rows[base + CAPACITY] = capacity
  }

  #allocate(capacity: number): number {
    const reused = this.#free.get(capacity)?.pop()
    if (reused !== undefined) return reused
    const start = this.#used
    this.#used += capacity * WORDS
    this.#slots = growInt32(this.#slots, this.#used)
    return start
  }

  /** Bytes of the typed arrays that it holds. */
  bytes(): number {
    return this.#slots.byteLength + this.#rows.byteLength
  }

  save(writer: ByteWriter): void {
    const count = this.#count
    const capacities = new Int32Array(count)
    let total = 0
    for (let row = 0; row < count; row++) {
      capacities[row] = this.#rows[row * COLUMNS + CAPACITY]!
      total += capacities[row]! * WORDS
    }
    const slots = new Int32Array(total)
    for (let row = 0, next = 0; row < count; row++) {
      const slice = this.#slots.subarray(this.start(row), this.end(row))
      slots.set(slice, next)
      next += slice.length
    }
    writer.int32s(capacities).int32s(slots)
  }

  load(reader: ByteReader): void {
    const capacities = reader.int32s()
    const slots = reader.int32s()
    this.#count = capacities.length
    this.#rows = new Int32Array(this.#count * COLUMNS)
    for (let row = 0, start = 0; row < this.#count; row++) {
      const end = start + capacities[row]! * WORDS
      let taken = 0
      for (let slot = start; slot < end; slot += WORDS) if (slots[slot] !== 0) taken++
      this.#rows[row * COLUMNS + START] = start
      this.#rows[row * COLUMNS + CAPACITY] = capacities[row]!
      this.#rows[row * COLUMNS + TAKEN] = taken
      start = end
    }
    this.#used = slots.length
    this.#slots = growInt32(slots, 1024)
  }
}

import type { ByteReader, ByteWriter } from '../foundation/index.ts'
import { growInt32 } from './growable.ts'

/** Keys by row, and the rows that are meant. */
export interface KeyColumns {
  rows: Int32Array
  firsts: Int32Array
  seconds: Int32Array
  thirds: Int32Array | undefined
}

/** Stands for the first part of a number that was given back. */
const RELEASED = -1

/**
 * Numbers pairs, or triples, of whole numbers from 0 in the order of their first appearance: an open-addressing hash
 * table with linear probing over one column of keys. A number that is given back is the next to be given out, the one
 * given back last before the others, so that which pair has which number is a function of the calls alone.
 *
 * Memory: 4 bytes a part of a key, and 4 bytes a place in the table, which is at most half full. Look-ups, additions
 * and releases are O(1) on average; a release moves the keys behind it up, so that no grave stones slow look-ups down.
 *
 * The first part of a key is at least 0.
 *
 * @see Knuth, The Art of Computer Programming 3, 6.4, Algorithm R (deletion with linear probing).
 */
export class PairIndex {
  readonly #width: 2 | 3
  /** The parts of key `n` from `n * width` on; for a released number, `RELEASED` and the number released before it. */
  #keys: Int32Array = new Int32Array(64)
  #places: Int32Array = new Int32Array(128).fill(-1)
  #limit = 0
  #size = 0
  /** The number released last, -1 when there is none to reuse. */
  #released = -1

  /** @param width - how many parts a key has */
  constructor(width: 2 | 3 = 2) {
    this.#width = width
  }

  /** How many keys are held. */
  get size(): number {
    return this.#size
  }

  /** One above the largest number that was ever given out: the length of a column by number. */
  get limit(): number {
    return this.#limit
  }

  /** The number of a key, -1 when it is not held. */
  find(first: number, second: number, third = 0): number {
    return this.#places[this.#placeOf(first, second, third)]!
  }

  /**
   * {@link find} for `count` keys, into `out`; -1 also when a part is negative. Places and keys are looked at ahead for
   * all of them, so that no look waits for another.
   */
  findMany(
    count: number,
    firsts: Int32Array,
    seconds: Int32Array,
    thirds: Int32Array | undefined,
    out: Int32Array,
  ): void {
    const keys = this.#keys
    const places = this.#places
    const mask = places.length - 1
    const width = this.#width
    for (let each = 0; each < count; each++) {
      out[each] = places[hashOf(firsts[each]!, seconds[each]!, thirds?.[each] ?? 0) & mask]!
    }
    // The key of a number that stands at its home: most do, and the others are searched as any other.
    for (let each = 0; each < count; each++) {
      const number = out[each]!
      if (number < 0) continue
      const start = number * width
      const isIt =
        keys[start] === firsts[each] &&
        keys[start + 1] === seconds[each] &&
        (width === 2 || keys[start + 2] === thirds?.[each])
      if (!isIt) out[each] = this.find(firsts[each]!, seconds[each]!, thirds?.[each] ?? 0)
    }
  }

  /**
   * Looks at what finding the keys of some rows will look at, for all of them together, and changes nothing: afterwards
   * it is near. `out` has the numbers that stand at the keys' homes, mostly those of the keys; -1 where none does.
   *
   * @returns something of what was seen, for compilers leave out what is of no use
   */
  approach({ rows, firsts, seconds, thirds }: KeyColumns, from: number, end: number, out: Int32Array): number {
    const keys = this.#keys
    const places = this.#places
    const mask = places.length - 1
    const width = this.#width
    for (let index = from; index < end; index++) {
      const row = rows[index]!
      const third = thirds === undefined ? 0 : thirds[row]!
      out[index - from] = places[hashOf(firsts[row]!, seconds[row]!, third) & mask]!
    }
    let seen = 0
    for (let each = 0; each < end - from; each++) if (out[each]! >= 0) seen ^= keys[out[each]! * width]!
    return seen
  }

  /** The number of a key; a new key gets the number that was released last, or the next one. */
  findOrAdd(first: number, second: number, third = 0): number {
    const place = this.#placeOf(first, second, third)
    const known = this.#places[place]!
    if (known >= 0) return known
    const number = this.#takeNumber()
    const start = number * this.#width
    this.#keys[start] = first
    this.#keys[start + 1] = second
    if (this.#width === 3) this.#keys[start + 2] = third
    this.#places[place] = number
    if (++this.#size * 2 > this.#places.length) this.#rehash(this.#places.length * 2)
    return number
  }

  /** Forgets the key of a number that is held; the number is given out again. */
  release(number: number): void {
    const places = this.#places
    const mask = places.length - 1
    let hole = this.#placeOfNumber(number)
    for (let place = (hole + 1) & mask; places[place]! >= 0; place = (place + 1) & mask) {
      const home = this.#homeOfNumber(places[place]!)
      // A key may stand anywhere from its home on, as long as no place between the two is free.
      if (((place - home) & mask) < ((place - hole) & mask)) continue
      places[hole] = places[place]!
      hole = place
    }
    places[hole] = -1
    const start = number * this.#width
    this.#keys[start] = RELEASED
    this.#keys[start + 1] = this.#released
    if (this.#width === 3) this.#keys[start + 2] = 0
    this.#released = number
    this.#size--
  }

  /** Whether a number below {@link limit} is held by a key. */
  holds(number: number): boolean {
    return this.#keys[number * this.#width]! !== RELEASED
  }

  first(number: number): number {
    return this.#keys[number * this.#width]!
  }

  second(number: number): number {
    return this.#keys[number * this.#width + 1]!
  }

  /** The bytes of its arrays. */
  bytes(): number {
    return this.#keys.byteLength + this.#places.byteLength
  }

  save(writer: ByteWriter): void {
    writer.int32s(this.#keys.subarray(0, this.#limit * this.#width)).float64(this.#released)
  }

  load(reader: ByteReader): void {
    this.#keys = reader.int32s()
    this.#released = reader.float64()
    this.#limit = this.#keys.length / this.#width
    this.#size = 0
    for (let number = 0; number < this.#limit; number++) if (this.holds(number)) this.#size++
    let places = 128
    while (places < this.#size * 2) places *= 2
    this.#rehash(places)
  }

  #takeNumber(): number {
    const number = this.#released
    if (number >= 0) {
      this.#released = this.#keys[number * this.#width + 1]!
      return number
    }
    this.#keys = growInt32(this.#keys, (this.#limit + 1) * this.#width)
    return this.#limit++
  }

  /** The place of a key, or the free place where it belongs. */
  #placeOf(first: number, second: number, third: number): number {
    const keys = this.#keys
    const places = this.#places
    const width = this.#width
    const mask = places.length - 1
    for (let place = hashOf(first, second, third) & mask; ; place = (place + 1) & mask) {
      const number = places[place]!
      if (number < 0) return place
      const start = number * width
      if (keys[start] === first && keys[start + 1] === second && (width === 2 || keys[start + 2] === third))
        return place
    }
  }

  #homeOfNumber(number: number): number {
    const start = number * this.#width
    const third = this.#width === 3 ? this.#keys[start + 2]! : 0
    return hashOf(this.#keys[start]!, this.#keys[start + 1]!, third) & (this.#places.length - 1)
  }

  #placeOfNumber(number: number): number {
    const mask = this.#places.length - 1
    let place = this.#homeOfNumber(number)
    while (this.#places[place] !== number) place = (place + 1) & mask
    return place
  }

  #rehash(places: number): void {
    this.#places = new Int32Array(places).fill(-1)
    const mask = places - 1
    for (let number = 0; number < this.#limit; number++) {
      if (!this.holds(number)) continue
      let place = this.#homeOfNumber(number)
      while (this.#places[place]! >= 0) place = (place + 1) & mask
      this.#places[place] = number
    }
  }
}

function hashOf(first: number, second: number, third: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second + 0x7f4a7c15, 0x85ebca6b) ^ Math.imul(third, 0x27d4eb2f)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}

import type { ByteReader, ByteWriter } from '../foundation/index.ts'
import { growInt32 } from './growable.ts'

/**
 * Numbers pairs of whole numbers from 0 in the order of their first appearance: an open-addressing hash table over
 * two columns. Memory: 8 bytes a pair and 4 bytes a place in the table, which is at most half full.
 */
export class PairIndex {
  #firsts: Int32Array = new Int32Array(64)
  #seconds: Int32Array = new Int32Array(64)
  #places: Int32Array = new Int32Array(128).fill(-1)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The number of a pair, -1 when it was never added. */
  find(first: number, second: number): number {
    return this.#places[this.#placeOf(first, second)]!
  }

  /** The number of a pair; a new pair gets the next number. */
  findOrAdd(first: number, second: number): number {
    const place = this.#placeOf(first, second)
    const known = this.#places[place]!
    if (known >= 0) return known
    const number = this.#size++
    this.#firsts = growInt32(this.#firsts, this.#size)
    this.#seconds = growInt32(this.#seconds, this.#size)
    this.#firsts[number] = first
    this.#seconds[number] = second
    this.#places[place] = number
    if (this.#size * 2 > this.#places.length) this.#rehash(this.#places.length * 2)
    return number
  }

  first(number: number): number {
    return this.#firsts[number]!
  }

  second(number: number): number {
    return this.#seconds[number]!
  }

  save(writer: ByteWriter): void {
    writer.int32s(this.#firsts.subarray(0, this.#size)).int32s(this.#seconds.subarray(0, this.#size))
  }

  load(reader: ByteReader): void {
    this.#firsts = reader.int32s()
    this.#seconds = reader.int32s()
    this.#size = this.#firsts.length
    let places = 128
    while (places < this.#size * 2 + 1) places *= 2
    this.#rehash(places)
  }

  #placeOf(first: number, second: number): number {
    const mask = this.#places.length - 1
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second + 0x7f4a7c15, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
    let place = (hash ^ (hash >>> 13)) & mask
    for (;;) {
      const number = this.#places[place]!
      if (number < 0 || (this.#firsts[number] === first && this.#seconds[number] === second)) return place
      place = (place + 1) & mask
    }
  }

  #rehash(places: number): void {
    this.#places = new Int32Array(places).fill(-1)
    for (let number = 0; number < this.#size; number++) {
      this.#places[this.#placeOf(this.#firsts[number]!, this.#seconds[number]!)] = number
    }
  }
}

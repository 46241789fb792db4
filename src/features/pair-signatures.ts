import { growInt32 } from './growable.ts'

/** 32-bit words a key. */
const WORDS = 4

/**
 * For every first part of pairs, a few bits that its second parts leave: whether a pair may be among those added. A no
 * is certain, and most questions end there, on one line of memory a first part instead of several a pair.
 *
 * Memory: 16 bytes for each first part up to the largest.
 *
 * @see Bloom 1970, Space/time trade-offs in hash coding with allowable errors, CACM 13(7); with one hash function.
 */
export class PairSignatures {
  #words: Int32Array = new Int32Array(0)

  /** Both parts are at least 0. */
  add(first: number, second: number): void {
    this.#words = growInt32(this.#words, (first + 1) * WORDS)
    const bit = bitOf(second)
    this.#words[first * WORDS + (bit >>> 5)]! |= 1 << (bit & 31)
  }

  /** False when the pair was never added. */
  mayHold(first: number, second: number): boolean {
    const bit = bitOf(second)
    return ((this.#words[first * WORDS + (bit >>> 5)] ?? 0) & (1 << (bit & 31))) !== 0
  }

  /** False when no pair was added with this first part. */
  isAny(first: number): boolean {
    const words = this.#words
    const start = first * WORDS
    return ((words[start] ?? 0) | (words[start + 1] ?? 0) | (words[start + 2] ?? 0) | (words[start + 3] ?? 0)) !== 0
  }

  bytes(): number {
    return this.#words.byteLength
  }
}

/** Seven bits of a number, whatever is regular in numbers. */
function bitOf(second: number): number {
  return Math.imul(second, 0x9e3779b1) >>> 25
}

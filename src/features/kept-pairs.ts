import type { ByteReader, ByteWriter } from '../foundation/index.ts'
import { growInt32, withoutTail } from './growable.ts'
import { type KeyColumns, PairIndex } from './pair-index.ts'

/** How many pairs are kept where no window says when to forget and nothing else is declared. */
export const DEFAULT_KEPT_PAIRS = 5_000_000

/** What is done with a pair's number when it is forgotten. */
type Forget = (number: number) => void

/**
 * A {@link PairIndex} of bounded size. When it is full, a new pair takes the place of one that was not written of late:
 * a hand goes round the numbers from where it stopped, a pair that was written again since the hand last came by is
 * spared once, and the first that was not is forgotten. So among pairs that were written once, the oldest goes first,
 * and one that is written at least once a turn stays.
 *
 * Who is forgotten is a function of the writes in their order: reading does not spare a pair, and neither does time.
 * A forgotten pair is one that was never seen.
 *
 * Memory: that of the index and one bit a pair. A write is O(1), amortised over the turns of the hand.
 *
 * @see Corbató 1968, A paging experiment with the Multics system (the clock algorithm).
 */
export class KeptPairs {
  readonly #index: PairIndex
  readonly #capacity: number
  readonly #forget: Forget
  /** One bit a number: written again since the hand last came by. */
  #spared: Int32Array = new Int32Array(0)
  #hand = 0

  /**
   * @param capacity - how many pairs are kept, at least 1
   * @param forget - called with the number of a pair that goes, before the number is given to another
   */
  constructor(capacity: number, forget: Forget = () => undefined, width: 2 | 3 = 2) {
    this.#index = new PairIndex(width)
    this.#capacity = capacity
    this.#forget = forget
  }

  /** How many pairs are held. */
  get size(): number {
    return this.#index.size
  }

  /** The number of a pair, -1 when it was never written or is forgotten. */
  find(first: number, second: number, third = 0): number {
    return this.#index.find(first, second, third)
  }

  /** {@link find} for many pairs; see {@link PairIndex.findMany}. */
  findMany(
    count: number,
    firsts: Int32Array,
    seconds: Int32Array,
    thirds: Int32Array | undefined,
    out: Int32Array,
  ): void {
    this.#index.findMany(count, firsts, seconds, thirds, out)
  }

  /** Looks ahead at some pairs; see {@link PairIndex.approach}. */
  approach(columns: KeyColumns, from: number, end: number, out: Int32Array): number {
    return this.#index.approach(columns, from, end, out)
  }

  /** The number of a pair that is written now; a new one may take the number of another. */
  findOrAdd(first: number, second: number, third = 0): number {
    const known = this.#index.find(first, second, third)
    if (known >= 0) {
      this.#spared[known >>> 5]! |= 1 << (known & 31)
      return known
    }
    if (this.#index.size === this.#capacity) this.#makeRoom()
    const number = this.#index.findOrAdd(first, second, third)
    this.#spared = growInt32(this.#spared, (number >>> 5) + 1)
    return number
  }

  first(number: number): number {
    return this.#index.first(number)
  }

  second(number: number): number {
    return this.#index.second(number)
  }

  /** Calls `visit` with both parts of every pair, by number. */
  forEach(visit: (first: number, second: number) => void): void {
    for (let number = 0; number < this.#index.limit; number++) {
      if (this.#index.holds(number)) visit(this.#index.first(number), this.#index.second(number))
    }
  }

  #makeRoom(): void {
    while (this.#takeMark(this.#hand)) this.#advance()
    this.#forget(this.#hand)
    this.#index.release(this.#hand)
    this.#advance()
  }

  /** Whether a number was marked; afterwards it is not. */
  #takeMark(number: number): boolean {
    const bit = 1 << (number & 31)
    const marks = this.#spared[number >>> 5]!
    this.#spared[number >>> 5] = marks & ~bit
    return (marks & bit) !== 0
  }

  #advance(): void {
    this.#hand = this.#hand + 1 === this.#capacity ? 0 : this.#hand + 1
  }

  /** Bytes of the typed arrays that it holds. */
  bytes(): number {
    return this.#index.bytes() + this.#spared.byteLength
  }

  save(writer: ByteWriter): void {
    this.#index.save(writer)
    writer.float64(this.#hand).int32s(withoutTail(this.#spared, 0))
  }

  load(reader: ByteReader): void {
    this.#index.load(reader)
    this.#hand = reader.float64()
    this.#spared = growInt32(reader.int32s(), (this.#index.limit >>> 5) + 1)
  }
}

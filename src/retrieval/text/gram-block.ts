/** Texts of a block. */
export const MOST_OF_GRAM_BLOCK = 8192
export const GRAM_LENGTH = 3

const BUCKETS = 8192

/** Some texts by the hashes of every three signs in a row; it does not change. */
export class GramBlock {
  readonly #first: number
  /** Entries by bucket: those of bucket b are from starts[b] to starts[b + 1]. */
  readonly #starts = new Uint32Array(BUCKETS + 1)
  /** Places in the block, ascending in each bucket, each once. */
  readonly #places: Uint16Array

  /**
   * @param texts - of which those from `first` on are taken, up to `end`
   * @remarks O(letters): some 20 nanoseconds and 2 bytes each, and 32 kB.
   */
  constructor(texts: readonly string[], first: number, end: number) {
    this.#first = first
    const last = new Int32Array(BUCKETS)
    const eachGram = (visit: (bucket: number, place: number) => void): void => {
      last.fill(-1)
      for (let number = first; number < end; number++) {
        const text = texts[number]!
        for (let at = 0; at + GRAM_LENGTH <= text.length; at++) {
          const bucket = bucketOf(text, at)
          if (last[bucket] !== number) visit(bucket, number - first)
          last[bucket] = number
        }
      }
    }
    eachGram((bucket) => this.#starts[bucket + 1]!++)
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#starts[bucket + 1]! += this.#starts[bucket]!
    const next = this.#starts.slice()
    this.#places = new Uint16Array(this.#starts[BUCKETS]!)
    eachGram((bucket, place) => {
      this.#places[next[bucket]!++] = place
    })
  }

  /** How many texts may have a gram. */
  count(bucket: number): number {
    return this.#starts[bucket + 1]! - this.#starts[bucket]!
  }

  /** Adds the numbers of the texts that may have a gram. */
  collect(bucket: number, found: Set<number>): void {
    for (let at = this.#starts[bucket]!; at < this.#starts[bucket + 1]!; at++)
      found.add(this.#first + this.#places[at]!)
  }
}

/** Where texts with the three signs from a place on are. */
export function bucketOf(text: string, at: number): number {
  const hash = Math.imul(Math.imul(text.charCodeAt(at), 31) + text.charCodeAt(at + 1), 31) + text.charCodeAt(at + 2)
  return (Math.imul(hash, 0x9e3779b1) >>> 16) & (BUCKETS - 1)
}

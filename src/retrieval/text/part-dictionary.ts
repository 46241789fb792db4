import { bucketOf, GRAM_LENGTH, GramBlock, MOST_OF_GRAM_BLOCK } from './gram-block.ts'
import { ShardedMap } from './sharded-map.ts'

/** A part that more texts have than this says too little to go through them all. */
const MOST_LOOKED_AT = 20_000

/**
 * Texts by their parts: finds those that have some signs in a row, without looking at most of the others. Texts are learnt
 * at any time and never forgotten; what is found hangs on these alone, not on when or in which order they were learnt.
 *
 * @remarks Some 30 bytes a text of 12 signs, besides the text.
 */
export class PartDictionary {
  readonly #known = new ShardedMap<true>()
  readonly #texts: string[] = []
  readonly #blocks: GramBlock[] = []
  /** Of the texts behind all blocks, and how many texts there were when it was made. */
  #rest: GramBlock | undefined
  #restEnd = 0

  /** @remarks O(length): some 0.2 microseconds. */
  learn(text: string): void {
    if (this.#known.has(text)) return
    this.#known.set(text, true)
    this.#texts.push(text)
    const first = this.#blocks.length * MOST_OF_GRAM_BLOCK
    if (this.#texts.length - first < MOST_OF_GRAM_BLOCK) return
    this.#blocks.push(new GramBlock(this.#texts, first, first + MOST_OF_GRAM_BLOCK))
    this.#rest = undefined
  }

  has(text: string): boolean {
    return this.#known.has(text)
  }

  /**
   * The texts that may have a part, those that do among them, in no order; nothing where the part is shorter than three
   * signs, or so common that it says too little.
   *
   * @remarks O(length * blocks + texts that have its rarest three signs), at most 20,000; some milliseconds the first time
   * after texts were learnt.
   */
  mayHave(part: string): string[] {
    const blocks = [...this.#blocks, this.#restBlock()]
    let rarest = -1
    let least = MOST_LOOKED_AT + 1
    for (let at = 0; at + GRAM_LENGTH <= part.length; at++) {
      const bucket = bucketOf(part, at)
      let count = 0
      for (const block of blocks) count += block.count(bucket)
      if (count < least) [rarest, least] = [bucket, count]
    }
    const found = new Set<number>()
    if (rarest >= 0) for (const block of blocks) block.collect(rarest, found)
    return Array.from(found, (number) => this.#texts[number]!)
  }

  #restBlock(): GramBlock {
    if (this.#rest === undefined || this.#restEnd !== this.#texts.length) {
      this.#rest = new GramBlock(this.#texts, this.#blocks.length * MOST_OF_GRAM_BLOCK, this.#texts.length)
      this.#restEnd = this.#texts.length
    }
    return this.#rest
  }
}

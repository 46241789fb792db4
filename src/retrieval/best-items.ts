import type { ScoredItems } from '../models/index.ts'

/**
 * The best of all items that were added, at most `limit`; of equal scores the smaller item number is better. A binary
 * heap with the worst on top, in typed arrays, because it runs once an item and source of every request.
 */
export class BestItems {
  readonly #items: Int32Array
  readonly #scores: Float64Array
  #size = 0

  constructor(limit: number) {
    this.#items = new Int32Array(limit)
    this.#scores = new Float64Array(limit)
  }

  /** A score below this has no place; -Infinity as long as there is room. */
  get floor(): number {
    return this.#size < this.#items.length ? Number.NEGATIVE_INFINITY : (this.#scores[0] ?? Number.POSITIVE_INFINITY)
  }

  /** Whether {@link add} would keep the item. */
  hasPlaceFor(item: number, score: number): boolean {
    return score > this.floor || (score === this.floor && item < this.#items[0]!)
  }

  /** Adds an item that {@link hasPlaceFor} is true for; the worst one goes when the list is full. */
  add(item: number, score: number): void {
    if (this.#size < this.#items.length) this.#rise(this.#size++, item, score)
    else this.#sink(0, item, score)
  }

  /** Empties the list, best first. */
  take(): ScoredItems {
    const items = new Int32Array(this.#size)
    const scores = new Float64Array(this.#size)
    while (this.#size > 0) {
      const last = --this.#size
      items[last] = this.#items[0]!
      scores[last] = this.#scores[0]!
      this.#sink(0, this.#items[last]!, this.#scores[last]!)
    }
    return { items, scores }
  }

  #rise(from: number, item: number, score: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isBetterThan(parent, item, score)) break
      this.#move(parent, at)
      at = parent
    }
    this.#items[at] = item
    this.#scores[at] = score
  }

  #sink(from: number, item: number, score: number): void {
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.#size) break
      const right = child + 1
      if (right < this.#size && this.#isBetterThan(child, this.#items[right]!, this.#scores[right]!)) child = right
      if (this.#isBetterThan(child, item, score)) break
      this.#move(child, at)
      at = child
    }
    this.#items[at] = item
    this.#scores[at] = score
  }

  /** Whether the item at a place is better than another. */
  #isBetterThan(place: number, item: number, score: number): boolean {
    const own = this.#scores[place]!
    return own > score || (own === score && this.#items[place]! < item)
  }

  #move(from: number, to: number): void {
    this.#items[to] = this.#items[from]!
    this.#scores[to] = this.#scores[from]!
  }
}

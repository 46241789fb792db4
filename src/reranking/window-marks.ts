import type { CategoryLists } from './category-lists.ts'

/** Of any `within` consecutive places at most `most` share a value. */
export interface SlidingLimit {
  readonly name: string
  readonly lists: CategoryLists
  readonly most: number
  readonly within: number
}

/**
 * Which values one more place would have too many of within a window. Marked once a place, asked once a candidate.
 *
 * @remarks `mark` O(within * values of an item), `blocks` O(values of the candidate); no allocation.
 */
export class WindowMarks {
  readonly #starts: Int32Array
  readonly #values: Int32Array
  readonly #most: number
  readonly #within: number
  /** Shape (categories,): how often each value stands in the window that is looked at; 0 between calls. */
  readonly #counts: Int32Array
  /** Shape (categories,): the call of `mark` that marked the value last. */
  readonly #marked: Int32Array
  #call = 0

  constructor({ lists, most, within }: SlidingLimit) {
    this.#starts = lists.starts
    this.#values = lists.values
    this.#most = most
    this.#within = within
    this.#counts = new Int32Array(lists.categories)
    this.#marked = new Int32Array(lists.categories)
  }

  /**
   * Looks at every window that a place is in.
   *
   * @param places - shape (limit + 2,), the candidate at each position, -1 where there is none
   * @param last - no place below this one is taken
   */
  mark(places: Int32Array, position: number, last: number): void {
    this.#call++
    for (let at = Math.max(1, position - this.#within + 1); at < position; at++) this.#count(places[at]!, 1)
    const end = Math.min(position + this.#within - 1, Math.max(position, last))
    for (let at = position + 1; at <= end; at++) {
      if (at > this.#within) this.#count(places[at - this.#within]!, -1)
      this.#count(places[at]!, 1)
    }
    for (let at = Math.max(1, end - this.#within + 1); at <= end; at++) {
      if (at !== position) this.#count(places[at]!, -1)
    }
  }

  blocks(candidate: number): boolean {
    const end = this.#starts[candidate + 1]!
    for (let at = this.#starts[candidate]!; at < end; at++) {
      if (this.#marked[this.#values[at]!] === this.#call) return true
    }
    return false
  }

  #count(candidate: number, times: 1 | -1): void {
    if (candidate < 0) return
    const end = this.#starts[candidate + 1]!
    for (let at = this.#starts[candidate]!; at < end; at++) {
      const value = this.#values[at]!
      this.#counts[value]! += times
      if (times === 1 && this.#counts[value]! >= this.#most) this.#marked[value] = this.#call
    }
  }
}

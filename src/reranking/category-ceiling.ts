import type { CategoryLists } from './category-lists.ts'

/** A ceiling on how many items of the page share a value: `deduplicate` is the ceiling 1, `cap` any. */
export interface Ceiling {
  readonly name: string
  readonly lists: CategoryLists
  readonly most: number
}

/**
 * Counts the values on the page. While a page grows, what it blocks it blocks for good. O(values of the candidate) a
 * call, no allocation.
 */
export class CategoryCeiling {
  readonly #starts: Int32Array
  readonly #values: Int32Array
  readonly #most: number
  readonly #counts: Int32Array

  constructor(ceiling: Ceiling) {
    this.#starts = ceiling.lists.starts
    this.#values = ceiling.lists.values
    this.#most = ceiling.most
    this.#counts = new Int32Array(ceiling.lists.categories)
  }

  blocks(candidate: number): boolean {
    const end = this.#starts[candidate + 1]!
    for (let at = this.#starts[candidate]!; at < end; at++) {
      if (this.#counts[this.#values[at]!]! >= this.#most) return true
    }
    return false
  }

  /** Adds an item to the page (`times` 1) or takes it off again (-1). */
  count(candidate: number, times: 1 | -1): void {
    const end = this.#starts[candidate + 1]!
    for (let at = this.#starts[candidate]!; at < end; at++) this.#counts[this.#values[at]!]! += times
  }
}

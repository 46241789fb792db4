import type { CategoryLists } from './category-lists.ts'

/** A rule that forbids: asked before an item is placed, told after. Once it blocks an item it blocks it for good. */
export interface HardRule {
  blocks(candidate: number): boolean
  place(candidate: number): void
}

/** A ceiling on how many items of the page share a value: `deduplicate` is the ceiling 1, `cap` any. */
export interface Ceiling {
  readonly name: string
  readonly lists: CategoryLists
  readonly most: number
}

/** Counts the values on the page; O(values of the candidate) a call, no allocation. */
export class CategoryCeiling implements HardRule {
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

  place(candidate: number): void {
    const end = this.#starts[candidate + 1]!
    for (let at = this.#starts[candidate]!; at < end; at++) this.#counts[this.#values[at]!]!++
  }
}

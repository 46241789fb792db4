import { type CategoryLists, sharedCategories } from './category-lists.ts'
import { CANDIDATE_KIND } from './ranked-candidates.ts'

/**
 * Keeps sponsored items and what stands next to them from sharing a value of some attributes.
 *
 * @remarks O(attributes * values^2) a call.
 */
export class SponsoredNeighbours {
  readonly #apart: readonly CategoryLists[]
  readonly #kinds: Uint8Array
  #above = -1
  #below = -1

  constructor(apart: readonly CategoryLists[], kinds: Uint8Array) {
    this.#apart = apart
    this.#kinds = kinds
  }

  /** @param places - shape (limit + 2,), the candidate at each position, -1 where there is none */
  face(places: Int32Array, position: number): void {
    this.#above = places[position - 1]!
    this.#below = places[position + 1]!
  }

  blocks(candidate: number): boolean {
    return this.#clash(candidate, this.#above) || this.#clash(candidate, this.#below)
  }

  #clash(candidate: number, neighbour: number): boolean {
    if (neighbour < 0) return false
    const { sponsored } = CANDIDATE_KIND
    if (this.#kinds[candidate] !== sponsored && this.#kinds[neighbour] !== sponsored) return false
    for (let at = 0; at < this.#apart.length; at++) {
      if (sharedCategories(this.#apart[at]!, candidate, neighbour) > 0) return true
    }
    return false
  }
}

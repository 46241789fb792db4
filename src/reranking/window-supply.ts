import { type CategoryLists, categorySizes, hasCategory } from './category-lists.ts'
import { CANDIDATE_KIND } from './ranked-candidates.ts'
import type { SlidingLimit } from './window-marks.ts'

/**
 * Sees coming that a value will be all that is left, and that its window will then leave places empty: the value has to
 * be spread while there is something to put between.
 *
 * @remarks `urgent` O(values that so many candidates have that it can matter * what is left of them); a page from many
 *   more candidates than places has none of them.
 */
export class WindowSupply {
  readonly limit: SlidingLimit
  readonly #kinds: Uint8Array
  /** Shape (categories,): organic candidates with the value that may still come. */
  readonly #left: Int32Array
  #total = 0
  /** The values that could run out of company. */
  readonly #common: Int32Array
  /** Positions of the value that is looked at. */
  readonly #positions: Int32Array

  constructor(limit: SlidingLimit, kinds: Uint8Array, target: number) {
    this.limit = limit
    this.#kinds = kinds
    this.#left = categorySizes(limit.lists)
    for (let candidate = 0; candidate < kinds.length; candidate++) {
      if (kinds[candidate] === CANDIDATE_KIND.organic) this.#total++
      else this.#subtract(limit.lists, candidate)
    }
    this.#common = this.#left
      .map((left, value) => (left > 1 && this.#total - left < target ? value : -1))
      .filter((value) => value >= 0)
    this.#positions = new Int32Array(target + limit.within + 1)
  }

  /** Whether no value can ever be urgent. */
  get idle(): boolean {
    return this.#common.length === 0
  }

  /** A candidate was placed, or barred for good. */
  remove(candidate: number): void {
    if (this.#kinds[candidate] !== CANDIDATE_KIND.organic) return
    this.#total--
    this.#subtract(this.limit.lists, candidate)
  }

  /**
   * The value that has to come now if the page is to reach its length, -1 when none has to.
   *
   * @param places - shape (limit + 2,), the candidate at each position, -1 where there is none
   * @param free - how many places from the next one to the target are to be filled with organic candidates
   */
  urgent(places: Int32Array, position: number, target: number, free: number): number {
    let most = -1
    let least = 0
    for (let at = 0; at < this.#common.length; at++) {
      const value = this.#common[at]!
      const others = this.#total - this.#left[value]! - 1
      if (this.#left[value] === 0 || others >= free) continue
      const slack = others + this.#placeable(places, value, position, target) - free
      if (slack >= least) continue
      least = slack
      most = value
    }
    return most
  }

  /** How many with this value can stand below a position, at the earliest place each. */
  #placeable(places: Int32Array, value: number, position: number, target: number): number {
    const { lists, most, within } = this.limit
    const positions = this.#positions
    let known = 0
    for (let at = Math.max(1, position - within + 1); at < position; at++) {
      const placed = places[at]!
      if (placed >= 0 && hasCategory(lists, placed, value)) positions[known++] = at
    }
    const before = known
    for (let placed = 0; placed < this.#left[value]!; placed++) {
      const afterLast = known > 0 ? positions[known - 1]! + 1 : 0
      const afterWindow = known >= most ? positions[known - most]! + within : 0
      const next = Math.max(position + 1, afterLast, afterWindow)
      if (next > target) break
      positions[known++] = next
    }
    return known - before
  }

  #subtract({ starts, values }: CategoryLists, candidate: number): void {
    for (let at = starts[candidate]!; at < starts[candidate + 1]!; at++) this.#left[values[at]!]!--
  }
}

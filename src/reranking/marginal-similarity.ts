import { type CategoryLists, candidatesByCategory } from './category-lists.ts'

/**
 * The similarity of maximal marginal relevance, kept up as the page grows: each candidate remembers its largest
 * similarity to the page, so that a placed item costs one pass over the candidates that share a value with it.
 * Similarity is the Jaccard index of the values, in [0, 1]; a candidate without values is similar to nothing.
 *
 * @remarks `similarity` O(1), `place` O(candidates that share a value); no allocation after construction.
 * @see Carbonell & Goldstein 1998, SIGIR '98, 335-336.
 */
export class MarginalSimilarity {
  readonly #lists: CategoryLists
  readonly #byCategory: { readonly starts: Int32Array; readonly candidates: Int32Array }
  /** Shape (n,): max over the page of sim(candidate, page item). */
  readonly #similarity: Float64Array
  /** Shape (n,): values shared with the item being placed; 0 between calls. */
  readonly #shared: Int32Array
  /** The candidates whose `#shared` is not 0, in front. */
  readonly #sharing: Int32Array

  constructor(lists: CategoryLists, count: number) {
    this.#lists = lists
    this.#byCategory = candidatesByCategory(lists)
    this.#similarity = new Float64Array(count)
    this.#shared = new Int32Array(count)
    this.#sharing = new Int32Array(count)
  }

  /** The largest similarity to an item of the page, 0 on an empty one. */
  similarity(candidate: number): number {
    return this.#similarity[candidate]!
  }

  place(placed: number): void {
    const { starts } = this.#lists
    const sharing = this.#countShared(placed)
    const size = starts[placed + 1]! - starts[placed]!
    for (let index = 0; index < sharing; index++) {
      const candidate = this.#sharing[index]!
      const shared = this.#shared[candidate]!
      this.#shared[candidate] = 0
      const jaccard = shared / (size + starts[candidate + 1]! - starts[candidate]! - shared)
      if (jaccard > this.#similarity[candidate]!) this.#similarity[candidate] = jaccard
    }
  }

  /** Counts the values that each candidate shares with the placed one; returns how many candidates share any. */
  #countShared(placed: number): number {
    const { starts, values } = this.#lists
    const { starts: listStarts, candidates } = this.#byCategory
    let sharing = 0
    for (let at = starts[placed]!; at < starts[placed + 1]!; at++) {
      const end = listStarts[values[at]! + 1]!
      for (let index = listStarts[values[at]!]!; index < end; index++) {
        const candidate = candidates[index]!
        if (this.#shared[candidate]!++ === 0) this.#sharing[sharing++] = candidate
      }
    }
    return sharing
  }
}

/**
 * A fitted model that scores items from a person's history. Items are numbered from 0 to `itemCount` - 1.
 */
export interface ItemModel {
  readonly kind: string
  readonly itemCount: number
  /**
   * Scores of all items for one history into `out` (shape (itemCount,)); items of the history are scored as well,
   * leaving them out is the caller's business. An empty history gives the model's answer for a stranger (zeros where
   * it has none).
   *
   * @param history - item numbers, oldest first
   * @param weights - same length, at least 0; absent means 1 each
   */
  scoreItems(history: Int32Array, weights: Float64Array | undefined, out: Float64Array): void
  save(): Uint8Array
}

/** Who met what: the rows of a sparse binary or weighted matrix of users by items, in compressed sparse rows. */
export interface Interactions {
  readonly userCount: number
  readonly itemCount: number
  /** Shape (userCount + 1,): user `u` has the entries `starts[u]` to `starts[u + 1]` (excluded). */
  readonly starts: Uint32Array
  /** Item numbers, in the order in which they happened where that is known. */
  readonly items: Int32Array
  /** One weight an entry, at least 0; absent means 1 each. */
  readonly weights?: Float64Array | undefined
}

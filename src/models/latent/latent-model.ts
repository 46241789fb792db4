import type { ItemModel } from '../item-model.ts'

/**
 * A model in which items and people are vectors of one space and a score is their dot product, so that the best items
 * of a person can be found by a vector index. A person needs no place in the model: a history is enough.
 */
export interface LatentItemModel extends ItemModel {
  readonly dimensions: number
  /** Row-major, shape (itemCount * dimensions,). An item that the model does not know has a row of zeros. */
  readonly itemVectors: Float32Array
  /**
   * The vector of a person with this history, into `out` (shape (dimensions,)); zeros for an empty history.
   *
   * @param history - item numbers, oldest first
   * @param weights - same length, at least 0; absent means 1 each
   */
  foldIn(history: Int32Array, weights: Float64Array | undefined, out: Float32Array): void
}

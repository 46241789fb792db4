import { SluiceError } from '../../foundation/index.ts'
import { requireItems } from '../interaction-rows.ts'
import { distinctHistory, requireHistory } from '../item-history.ts'
import type { ScoredItems } from '../top-items.ts'
import type { LatentItemModel } from './latent-model.ts'
import { LatentVectors } from './latent-vectors.ts'

/** What models of vectors have in common: they differ in how a history becomes the vector of a person. */
export abstract class VectorItemModel implements LatentItemModel {
  abstract readonly kind: string
  protected readonly vectors: LatentVectors

  /** @param vectors - row-major, shape (itemCount * dimensions,); copied */
  constructor(vectors: Float32Array, dimensions: number) {
    this.vectors = new LatentVectors(vectors, dimensions)
  }

  /** The vector of a person who met these items with these weights. */
  protected abstract personOf(history: ReadonlyMap<number, number>): ArrayLike<number>

  abstract save(): Uint8Array

  get itemCount(): number {
    return this.vectors.itemCount
  }

  get dimensions(): number {
    return this.vectors.dimensions
  }

  get itemVectors(): Float32Array {
    return this.vectors.matrix
  }

  /**
   * The vector of a person, each item of the history once.
   *
   * @throws SluiceError `SHAPE_MISMATCH`, `INVALID_ARGUMENT` or `NOT_FINITE`, as `scoreItems`
   */
  foldIn(history: Int32Array, weights: Float64Array | undefined, out: Float32Array): void {
    requireHistory(this, history, weights)
    if (out.length !== this.dimensions) {
      throw new SluiceError(
        'SHAPE_MISMATCH',
        `${this.kind}: expected room for ${this.dimensions} numbers, got ${out.length}; give an array of that length`,
      )
    }
    out.set(this.personOf(distinctHistory(history, weights)))
  }

  scoreItems(history: Int32Array, weights: Float64Array | undefined, out: Float64Array): void {
    requireHistory(this, history, weights, out)
    this.vectors.scoreAll(this.personOf(distinctHistory(history, weights)), out)
  }

  /**
   * The items whose vectors point most nearly where an item's does, best first, with their cosines.
   *
   * @throws SluiceError `INVALID_ARGUMENT` when there is no such item
   */
  neighbours(item: number, limit: number): ScoredItems {
    requireItems(Int32Array.of(item), this.itemCount)
    return this.vectors.neighbours(item, limit)
  }

  /** The sum of the items' vectors, each by its weight and its scale; O(history * dimensions). */
  protected weightedSum(history: ReadonlyMap<number, number>, scales: Float64Array): Float64Array {
    const { matrix, dimensions } = this.vectors
    const sum = new Float64Array(dimensions)
    for (const [item, weight] of history) {
      const [scale, from] = [weight * scales[item]!, item * dimensions]
      for (let k = 0; k < dimensions; k++) sum[k]! += scale * matrix[from + k]!
    }
    return sum
  }
}

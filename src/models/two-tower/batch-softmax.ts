import type { Kernels } from '../../foundation/index.ts'

/** What the softmax of a batch reads of its examples, one a row. */
export interface BatchTargets {
  /** Which item each row met. */
  readonly items: Int32Array
  /** What is taken off each item's logit. */
  readonly logFrequencies: Float32Array
  readonly weights: Float32Array
}

/**
 * The loss of a batch in which every person ought to choose its own item among the items of all, and its gradients by
 * their vectors. An item that a row has twice in the batch takes part once.
 *
 * @see Yi et al. 2019, "Sampling-bias-corrected neural modeling for large corpus item recommendations", RecSys.
 */
export class BatchSoftmax {
  readonly targets: BatchTargets
  readonly #kernels: Kernels
  readonly #dimensions: number
  /** Rows of the similarities lie so far apart; no power of two, so that a column spreads over the cache. */
  readonly #stride: number
  readonly #similarities: Float32Array
  readonly #transposed: Float32Array
  readonly #probabilities: Float64Array

  /** @param capacity - the most rows of a batch, a multiple of 4 */
  constructor(kernels: Kernels, { dimensions, capacity }: { dimensions: number; capacity: number }) {
    const { arena } = kernels
    this.#kernels = kernels
    this.#dimensions = dimensions
    this.#stride = capacity + 16
    this.#similarities = arena.float32s(capacity * this.#stride)
    this.#transposed = arena.float32s(dimensions * this.#stride)
    this.#probabilities = arena.float64s(capacity)
    this.targets = {
      items: arena.int32s(this.#stride),
      logFrequencies: arena.float32s(this.#stride),
      weights: arena.float32s(this.#stride),
    }
  }

  /**
   * Writes the gradients of the first `count` rows.
   *
   * @param users - shape (capacity, dimensions), unit vectors of the arena, and so `items` and both gradients
   * @param sharpness - what a similarity is multiplied by
   * @returns the sum of weight times loss, in nats
   */
  gradients(
    users: { readonly vectors: Float32Array; readonly gradients: Float32Array },
    items: { readonly vectors: Float32Array; readonly gradients: Float32Array },
    count: number,
    sharpness: number,
  ): number {
    const { arena, program } = this.#kernels
    const d = this.#dimensions
    const stride = this.#stride
    const rows = 4 * Math.ceil(count / 4)
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < d; k++) this.#transposed[k * stride + row] = items.vectors[row * d + k]!
    }
    const matrix = arena.offsetOf(this.#similarities)
    const [u, v] = [arena.offsetOf(users.vectors), arena.offsetOf(items.vectors)]
    program.singleProduct(u, d, 1, arena.offsetOf(this.#transposed), stride, matrix, stride, 0, rows, rows, d)
    const { items: names, logFrequencies, weights } = this.targets
    const columns = [arena.offsetOf(logFrequencies), arena.offsetOf(names), arena.offsetOf(weights)] as const
    program.softmaxGradients(
      matrix,
      stride,
      count,
      0,
      count,
      sharpness,
      ...columns,
      arena.offsetOf(this.#probabilities),
    )
    program.singleProduct(matrix, stride, 1, v, d, arena.offsetOf(users.gradients), d, 0, rows, d, count)
    program.singleProduct(matrix, 1, stride, u, d, arena.offsetOf(items.gradients), d, 0, rows, d, count)
    let loss = 0
    for (let row = 0; row < count; row++) loss -= weights[row]! * Math.log(this.#probabilities[row]!)
    return loss
  }
}

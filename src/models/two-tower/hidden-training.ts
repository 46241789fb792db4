import type { Kernels, Random } from '../../foundation/index.ts'
import type { HiddenLayer } from './tower.ts'

/** A running sum of squared gradients starts here. */
export const FIRST_SQUARE = 0.1

/** The hidden layer of a tower while it learns, over a batch at a time. All arrays are of the arena. */
export class HiddenTraining implements HiddenLayer {
  readonly width: number
  readonly inward: Float32Array
  readonly bias: Float32Array
  readonly outward: Float32Array
  readonly #kernels: Kernels
  readonly #dimensions: number
  readonly #squares: { inward: Float32Array; bias: Float32Array; outward: Float32Array }
  /** Shape (capacity, width): what the layer holds, and the gradient by it. */
  readonly #active: Float32Array
  readonly #slopes: Float32Array
  /** Room for a weight matrix the other way round, for its gradient, for that of the bias, and for one by the sums. */
  readonly #transposed: Float32Array
  readonly #gradient: Float32Array
  readonly #biasGradient: Float32Array
  readonly #added: Float32Array

  /** @param capacity - the most rows of a batch, a multiple of 4 */
  constructor(kernels: Kernels, shape: { dimensions: number; width: number; capacity: number }, random: Random) {
    const { dimensions, width, capacity } = shape
    const { arena } = kernels
    this.#kernels = kernels
    this.#dimensions = dimensions
    this.width = width
    const weights = (count: number) => arena.float32s(count)
    this.inward = weights(dimensions * width)
    this.bias = weights(width)
    // It begins as nothing, so that the first passes are those of the bag alone.
    this.outward = weights(width * dimensions)
    for (let at = 0; at < this.inward.length; at++) this.inward[at] = random.normal() / Math.sqrt(dimensions)
    this.#squares = {
      inward: weights(dimensions * width).fill(FIRST_SQUARE),
      bias: weights(width).fill(FIRST_SQUARE),
      outward: weights(width * dimensions).fill(FIRST_SQUARE),
    }
    this.#active = weights(capacity * width)
    this.#slopes = weights(capacity * width)
    this.#transposed = weights(dimensions * width)
    this.#gradient = weights(dimensions * width)
    this.#biasGradient = weights(width)
    this.#added = weights(capacity * dimensions)
  }

  /** Writes sums + U' relu(V' sums + b) for the first `count` rows; `sums` and `out` have shape (capacity, dimensions). */
  forwards(sums: Float32Array, out: Float32Array, count: number): void {
    const { width } = this
    this.#product(sums, this.#dimensions, 1, this.inward, width, this.#active, [count, width, this.#dimensions])
    for (let row = 0; row < count; row++) {
      for (let h = 0; h < width; h++) {
        const at = row * width + h
        this.#active[at] = Math.max(0, this.#active[at]! + this.bias[h]!)
      }
    }
    this.#product(this.#active, width, 1, this.outward, this.#dimensions, out, [count, this.#dimensions, width])
    for (let at = 0; at < count * this.#dimensions; at++) out[at]! += sums[at]!
  }

  /** Adds to `gradients`, by the output, what makes them those by `sums`, and takes a step. */
  backwards(sums: Float32Array, gradients: Float32Array, count: number, learningRate: number): void {
    const { width } = this
    const dimensions = this.#dimensions
    transpose(this.outward, width, dimensions, this.#transposed)
    this.#product(gradients, dimensions, 1, this.#transposed, width, this.#slopes, [count, width, dimensions])
    for (let at = 0; at < count * width; at++) if (this.#active[at] === 0) this.#slopes[at] = 0
    this.#product(this.#active, 1, width, gradients, dimensions, this.#gradient, [width, dimensions, count])
    this.#step(this.outward, this.#squares.outward, this.#gradient, learningRate)
    transpose(this.inward, dimensions, width, this.#transposed)
    this.#product(this.#slopes, width, 1, this.#transposed, dimensions, this.#added, [count, dimensions, width])
    for (let at = 0; at < count * dimensions; at++) gradients[at]! += this.#added[at]!
    this.#product(sums, 1, dimensions, this.#slopes, width, this.#gradient, [dimensions, width, count])
    this.#step(this.inward, this.#squares.inward, this.#gradient, learningRate)
    this.#biasGradient.fill(0)
    for (let at = 0; at < count * width; at++) this.#biasGradient[at % width]! += this.#slopes[at]!
    this.#step(this.bias, this.#squares.bias, this.#biasGradient, learningRate)
  }

  #product(
    a: Float32Array,
    aRow: number,
    aDepth: number,
    b: Float32Array,
    bRow: number,
    c: Float32Array,
    [rows, columns, depth]: readonly [number, number, number],
  ): void {
    const { arena, program } = this.#kernels
    const [atA, atB, atC] = [arena.offsetOf(a), arena.offsetOf(b), arena.offsetOf(c)]
    program.singleProduct(atA, aRow, aDepth, atB, bRow, atC, columns, 0, 4 * Math.ceil(rows / 4), columns, depth)
  }

  #step(weights: Float32Array, squares: Float32Array, gradients: Float32Array, learningRate: number): void {
    const { arena, program } = this.#kernels
    const [at, atSquares, atGradients] = [weights, squares, gradients].map((view) => arena.offsetOf(view))
    program.stepWeights(at!, atSquares!, atGradients!, weights.length, learningRate)
  }
}

function transpose(matrix: Float32Array, rows: number, columns: number, out: Float32Array): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = matrix[row * columns + column]!
  }
}

import type { Kernels, Random } from '../../foundation/index.ts'
import type { SparseRows } from '../sparse-rows.ts'
import { FeatureLists } from './feature-lists.ts'
import { FIRST_SQUARE, HiddenTraining } from './hidden-training.ts'
import type { Tower } from './tower.ts'

export interface TowerShape {
  readonly dimensions: number
  /** 0 for no hidden layer. */
  readonly hidden: number
  /** The most rows of a batch, a multiple of 4. */
  readonly capacity: number
}

/**
 * A tower while it learns, over a batch at a time: sums of embeddings, perhaps a hidden layer, unit vectors; and
 * backwards from gradients by those to a step of AdaGrad. All arrays are of the arena.
 */
export class TowerTraining {
  readonly lists: FeatureLists
  /** Shape (capacity, dimensions): the unit vectors of the batch. */
  readonly vectors: Float32Array
  /** Same shape: write the gradients by `vectors` here; {@link backwards} works on them. */
  readonly gradients: Float32Array
  readonly #kernels: Kernels
  readonly #dimensions: number
  readonly #featureCount: number
  readonly #embeddings: Float32Array
  readonly #squares: Float32Array
  readonly #hidden: HiddenTraining | undefined
  readonly #sums: Float32Array
  /** Shape (capacity,): one over the length before it became 1; 0 for a row of zeros. */
  readonly #inverseLengths: Float32Array
  readonly #gradient: Float32Array

  /** @param occurs - which features have an example; the vectors of others stay 0 */
  constructor(kernels: Kernels, source: SparseRows, occurs: Uint8Array, shape: TowerShape, random: Random) {
    const { arena } = kernels
    const { dimensions, hidden, capacity } = shape
    this.#kernels = kernels
    this.#dimensions = dimensions
    this.#featureCount = source.featureCount
    this.lists = new FeatureLists(kernels, source, capacity)
    this.#embeddings = arena.float32s(source.featureCount * dimensions)
    this.#squares = arena.float32s(source.featureCount * dimensions).fill(FIRST_SQUARE)
    this.#sums = arena.float32s(capacity * dimensions)
    this.vectors = arena.float32s(capacity * dimensions)
    this.gradients = arena.float32s(capacity * dimensions)
    this.#inverseLengths = arena.float32s(capacity)
    this.#gradient = arena.float32s(dimensions)
    for (let feature = 0; feature < source.featureCount; feature++) {
      if (occurs[feature] === 0) continue
      const end = (feature + 1) * dimensions
      for (let at = feature * dimensions; at < end; at++) this.#embeddings[at] = random.normal() / Math.sqrt(dimensions)
    }
    this.#hidden = hidden > 0 ? new HiddenTraining(kernels, { dimensions, width: hidden, capacity }, random) : undefined
  }

  /** Writes the unit vectors of the first `count` rows of {@link lists}. */
  forwards(count: number): void {
    const { arena, program } = this.#kernels
    const { starts, indices, values } = this.lists
    const [atStarts, atIndices, atValues] = [arena.offsetOf(starts), arena.offsetOf(indices), arena.offsetOf(values)]
    const atSums = arena.offsetOf(this.#sums)
    const table = arena.offsetOf(this.#embeddings)
    program.sumBags(table, this.#dimensions, atStarts, atIndices, atValues, 0, count, atSums)
    if (this.#hidden) this.#hidden.forwards(this.#sums, this.vectors, count)
    else this.vectors.set(this.#sums)
    this.#normalise(count)
  }

  /** Takes one step by {@link gradients} of the first `count` rows. */
  backwards(count: number, learningRate: number): void {
    const { arena, program } = this.#kernels
    const { lists } = this
    this.#throughLengths(count)
    this.#hidden?.backwards(this.#sums, this.gradients, count, learningRate)
    lists.invert(count)
    const inverted = [lists.features, lists.featureStarts, lists.featureRows, lists.featureValues]
    const [features, starts, rows, values] = inverted.map((view) => arena.offsetOf(view)) as Four
    program.stepBags(
      arena.offsetOf(this.#embeddings),
      arena.offsetOf(this.#squares),
      this.#dimensions,
      features,
      starts,
      rows,
      values,
      arena.offsetOf(this.gradients),
      0,
      lists.featureCount,
      learningRate,
      arena.offsetOf(this.#gradient),
    )
  }

  /** A copy of what was learnt so far. */
  tower(): Tower {
    const { inward, bias, outward, width } = this.#hidden ?? {}
    const embeddings = Float32Array.from(this.#embeddings)
    const found = { featureCount: this.#featureCount, dimensions: this.#dimensions, embeddings }
    if (!inward || !bias || !outward || !width) return found
    const copies = { inward: inward.slice(), bias: bias.slice(), outward: outward.slice() }
    return { ...found, hidden: { width, ...copies } }
  }

  #normalise(count: number): void {
    const d = this.#dimensions
    const { vectors } = this
    for (let row = 0; row < count; row++) {
      let squares = 0
      for (let at = row * d; at < (row + 1) * d; at++) squares += vectors[at]! * vectors[at]!
      const inverse = squares === 0 ? 0 : 1 / Math.sqrt(squares)
      this.#inverseLengths[row] = inverse
      for (let at = row * d; at < (row + 1) * d; at++) vectors[at]! *= inverse
    }
  }

  /** The gradient by a unit vector v becomes (g - (g . v) v) / length. */
  #throughLengths(count: number): void {
    const d = this.#dimensions
    const { vectors, gradients } = this
    for (let row = 0; row < count; row++) {
      let along = 0
      for (let at = row * d; at < (row + 1) * d; at++) along += gradients[at]! * vectors[at]!
      const inverse = this.#inverseLengths[row]!
      for (let at = row * d; at < (row + 1) * d; at++) {
        gradients[at] = (gradients[at]! - along * vectors[at]!) * inverse
      }
    }
  }
}

type Four = [number, number, number, number]

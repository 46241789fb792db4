import { type Random, randomFrom } from '../../foundation/index.ts'
import type { SparseRows } from '../interaction-rows.ts'
import type { CosineOptions } from './cosine-options.ts'

const TINY = 1e-12

/** The vectors while they are learnt. One pass over all users is an epoch; all arrays but the table are scratch. */
export class CosineTraining {
  /** Row-major, shape (itemCount * dimensions,). */
  readonly table: Float32Array
  readonly #rows: SparseRows
  readonly #options: CosineOptions
  /** Adagrad's sums of squared gradients, one a number of the table. */
  readonly #squares: Float32Array
  /** The sum of a history's vectors. */
  readonly #sum: Float64Array
  /** The history without the item to be found, its mean; and what moves it. */
  readonly #person: Float64Array
  readonly #pull: Float64Array
  /** What moves the mean of the history, over all items to be found; and by item, shape (longest history, dimensions). */
  readonly #shared: Float64Array
  readonly #own: Float64Array
  readonly #step: Float64Array

  constructor(rows: SparseRows, options: CosineOptions) {
    const { dimensions, seed } = options
    this.#rows = rows
    this.#options = options
    const random = randomFrom(seed, 'cosine start')
    this.table = Float32Array.from(
      { length: rows.columnCount * dimensions },
      () => random.normal() / Math.sqrt(dimensions),
    )
    this.#squares = new Float32Array(this.table.length)
    ;[this.#sum, this.#person, this.#pull, this.#shared, this.#step] = Array.from(
      { length: 5 },
      () => new Float64Array(dimensions),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
    this.#own = new Float64Array(longestRow(rows) * dimensions)
  }

  /** Learns from every user once, in an order of the seed and the epoch. */
  epoch(number: number): void {
    const order = Uint32Array.from({ length: this.#rows.rowCount }, (_, user) => user)
    const random = randomFrom(this.#options.seed, 'cosine epoch', number)
    for (const user of random.shuffle(order)) {
      const [start, end] = [this.#rows.starts[user]!, this.#rows.starts[user + 1]!]
      // Who met one item has nothing to find it from.
      if (end - start > 1) this.#learnUser(start, end, random)
    }
  }

  /** Every item of the user in turn is to be found from the rest; the history moves once, by all of them together. */
  #learnUser(start: number, end: number, random: Random): void {
    const { dimensions } = this.#options
    const others = this.#sumHistory(start, end)
    this.#shared.fill(0)
    for (let entry = start; entry < end; entry++) {
      const weight = this.#rows.values[entry]!
      const at = this.#rows.columns[entry]! * dimensions
      const rest = others - weight
      for (let k = 0; k < dimensions; k++) this.#person[k] = (this.#sum[k]! - weight * this.table[at + k]!) / rest
      this.#learnTarget(at, random)
      const own = (entry - start) * dimensions
      for (let k = 0; k < dimensions; k++) {
        const pull = this.#pull[k]! / rest
        this.#own[own + k] = pull
        this.#shared[k]! += pull
      }
    }
    this.#moveHistory(start, end)
  }

  /** The sum of the weights; the weighted sum of the vectors goes to `#sum`. */
  #sumHistory(start: number, end: number): number {
    const { dimensions } = this.#options
    this.#sum.fill(0)
    let weights = 0
    for (let entry = start; entry < end; entry++) {
      const [weight, at] = [this.#rows.values[entry]!, this.#rows.columns[entry]! * dimensions]
      weights += weight
      for (let k = 0; k < dimensions; k++) this.#sum[k]! += weight * this.table[at + k]!
    }
    return weights
  }

  /** Moves the item nearer to the person and some others away, and leaves in `#pull` what moves the person. */
  #learnTarget(target: number, random: Random): void {
    const { dimensions, negatives, margin, negativeWeight } = this.#options
    this.#pull.fill(0)
    const length = lengthOf(this.#person, 0, dimensions)
    this.#towards(target, length, -1, Number.NEGATIVE_INFINITY)
    for (let drawn = 0; drawn < negatives; drawn++) {
      const other = random.integer(this.#rows.columnCount) * dimensions
      if (other !== target) this.#towards(other, length, negativeWeight / negatives, margin)
    }
  }

  /** One term of the loss, `slope` times the cosine where that is above `floor`: moves the item, adds to the pull. */
  #towards(at: number, personLength: number, slope: number, floor: number): void {
    const { dimensions } = this.#options
    let dot = 0
    let squares = TINY
    for (let k = 0; k < dimensions; k++) {
      const value = this.table[at + k]!
      dot += value * this.#person[k]!
      squares += value * value
    }
    const itemLength = Math.sqrt(squares)
    const cosine = dot / (itemLength * personLength)
    if (!(cosine > floor)) return
    const [perItem, perPerson] = [slope / itemLength, slope / personLength]
    for (let k = 0; k < dimensions; k++) {
      const [item, person] = [this.table[at + k]! / itemLength, this.#person[k]! / personLength]
      this.#pull[k]! += perPerson * (item - cosine * person)
      this.#step[k] = perItem * (person - cosine * item)
    }
    this.#move(at)
  }

  #moveHistory(start: number, end: number): void {
    const { dimensions } = this.#options
    for (let entry = start; entry < end; entry++) {
      const [weight, own] = [this.#rows.values[entry]!, (entry - start) * dimensions]
      for (let k = 0; k < dimensions; k++) this.#step[k] = weight * (this.#shared[k]! - this.#own[own + k]!)
      this.#move(this.#rows.columns[entry]! * dimensions)
    }
  }

  /** Adagrad: a step against the gradient in `#step`, over the root of the squares of all before. */
  #move(at: number): void {
    const { dimensions, learningRate } = this.#options
    for (let k = 0; k < dimensions; k++) {
      const gradient = this.#step[k]!
      const squares = this.#squares[at + k]! + gradient * gradient
      this.#squares[at + k] = squares
      this.table[at + k]! -= (learningRate * gradient) / Math.sqrt(squares + TINY)
    }
  }
}

export function lengthOf(vectors: ArrayLike<number>, from: number, dimensions: number): number {
  let squares = TINY
  for (let k = from; k < from + dimensions; k++) squares += vectors[k]! ** 2
  return Math.sqrt(squares)
}

function longestRow({ starts, rowCount }: SparseRows): number {
  let longest = 0
  for (let row = 0; row < rowCount; row++) longest = Math.max(longest, starts[row + 1]! - starts[row]!)
  return longest
}

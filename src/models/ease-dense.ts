import type { ByteReader, ByteWriter } from '../foundation/index.ts'
import { addScaledRows } from './add-scaled-rows.ts'
import { readSingleTable, SingleTable } from './compression/single-table.ts'
import type { EaseWeights } from './ease-weights.ts'
import { type SparseRows, transpose } from './interaction-rows.ts'
import { inverseOfWeightedGram } from './weighted-gram.ts'

/**
 * The item-to-item weights B written out: with P = inverse(X' X + diag(d)), B[i,j] = -P[i,j] / P[j,j] and 0 on the
 * diagonal.
 */
export class DenseEaseWeights implements EaseWeights {
  readonly form = 'dense'
  readonly slotCount: number
  /** B, shape (slotCount, slotCount), row i is what item i of a history gives to all. */
  readonly #weights: SingleTable

  constructor(slotCount: number, weights: SingleTable) {
    this.slotCount = slotCount
    this.#weights = weights
  }

  addScores(history: ReadonlyMap<number, number>, out: Float64Array): void {
    addScaledRows(this.#weights.values, Array.from(history.keys()), Array.from(history.values()), out)
  }

  inHalves(): DenseEaseWeights {
    return new DenseEaseWeights(this.slotCount, this.#weights.inHalves())
  }

  get byteLength(): number {
    return this.#weights.byteLength
  }

  write(writer: ByteWriter): void {
    this.#weights.write(writer.uint32(this.slotCount))
  }
}

/** O(items^3 / 2); see {@link DenseEaseWeights}. */
export function fitDenseEaseWeights(users: SparseRows, diagonal: Float64Array): DenseEaseWeights {
  const size = users.columnCount
  const everyUser = new Float64Array(users.rowCount).fill(1)
  const inverse = inverseOfWeightedGram(transpose(users), users, everyUser, diagonal)
  const weights = new Float32Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const own = inverse.values[j * inverse.width + j]!
      weights[i * size + j] = i === j ? 0 : -inverse.values[i * inverse.width + j]! / own
    }
  }
  return new DenseEaseWeights(size, new SingleTable(weights))
}

export function readDenseEaseWeights(reader: ByteReader, precision: 'single' | 'half'): DenseEaseWeights {
  return new DenseEaseWeights(reader.uint32(), readSingleTable(reader, precision))
}

import type { ByteReader, ByteWriter } from '../foundation/index.ts'
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
  readonly #weights: Float32Array

  constructor(slotCount: number, weights: Float32Array) {
    this.slotCount = slotCount
    this.#weights = weights
  }

  addScores(history: ReadonlyMap<number, number>, out: Float64Array): void {
    const slots = Array.from(history.keys())
    const rowOf = (place: number): number => (slots[place] ?? 0) * this.slotCount
    const weightOf = (place: number): number => history.get(slots[place] ?? -1) ?? 0
    // Four rows at a time: one pass over `out` for each four.
    for (let place = 0; place < slots.length; place += 4) {
      const [a, b, c, d] = [rowOf(place), rowOf(place + 1), rowOf(place + 2), rowOf(place + 3)]
      const factors = [weightOf(place), weightOf(place + 1), weightOf(place + 2), weightOf(place + 3)] as const
      addFourRows(out, this.#weights, [a, b, c, d], factors)
    }
  }

  get byteLength(): number {
    return this.#weights.byteLength
  }

  write(writer: ByteWriter): void {
    writer.uint32(this.slotCount).float32s(this.#weights)
  }
}

type Four = readonly [number, number, number, number]

function addFourRows(out: Float64Array, weights: Float32Array, [a, b, c, d]: Four, [wa, wb, wc, wd]: Four): void {
  for (let slot = 0; slot < out.length; slot++) {
    out[slot]! +=
      wa * weights[a + slot]! + wb * weights[b + slot]! + (wc * weights[c + slot]! + wd * weights[d + slot]!)
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
  return new DenseEaseWeights(size, weights)
}

export function readDenseEaseWeights(reader: ByteReader): DenseEaseWeights {
  return new DenseEaseWeights(reader.uint32(), reader.float32s())
}

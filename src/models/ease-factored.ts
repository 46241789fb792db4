import type { ByteReader, ByteWriter } from '../foundation/index.ts'
import { addScaledRows } from './add-scaled-rows.ts'
import { readSingleTable, SingleTable } from './compression/single-table.ts'
import type { EaseWeights } from './ease-weights.ts'
import { type SparseRows, transpose } from './interaction-rows.ts'
import { inverseOfWeightedGram } from './weighted-gram.ts'

interface Factors {
  /** X', shape (slots, users), sparse. */
  readonly visitors: SparseRows
  /** d, shape (slots,). */
  readonly diagonal: Float64Array
  /** P[j,j], shape (slots,). */
  readonly own: Float64Array
  /** K, shape (users, users). */
  readonly between: SingleTable
}

/**
 * The same weights as the dense form without writing items by items out, for fewer users than items. By the Woodbury
 * identity, with D = diag(d) and K = inverse(I + X inverse(D) X'),
 *
 *     P = inverse(X' X + D) = inverse(D) - inverse(D) X' K X inverse(D)
 *
 * so that a history h scores h[j] - (P h)[j] / P[j,j] through the users who met its items.
 */
export class FactoredEaseWeights implements EaseWeights {
  readonly form = 'factored'
  readonly #factors: Factors

  constructor(factors: Factors) {
    this.#factors = factors
  }

  get slotCount(): number {
    return this.#factors.visitors.rowCount
  }

  addScores(history: ReadonlyMap<number, number>, out: Float64Array): void {
    const { visitors, diagonal, own } = this.#factors
    const users = this.#spread(this.#usersOf(history))
    for (let slot = 0; slot < out.length; slot++) {
      const weight = history.get(slot) ?? 0
      const restored = (weight - sparseDot(visitors, slot, users)) / diagonal[slot]!
      out[slot]! += weight - restored / own[slot]!
    }
  }

  inHalves(): FactoredEaseWeights {
    return new FactoredEaseWeights({ ...this.#factors, between: this.#factors.between.inHalves() })
  }

  get byteLength(): number {
    const { visitors, diagonal, own, between } = this.#factors
    const sparse = visitors.starts.byteLength + visitors.columns.byteLength + visitors.values.byteLength
    return sparse + diagonal.byteLength + own.byteLength + between.byteLength
  }

  write(writer: ByteWriter): void {
    const { visitors, diagonal, own, between } = this.#factors
    writer.uint32(visitors.rowCount).uint32(visitors.columnCount)
    writer.uint32s(visitors.starts).int32s(visitors.columns).float64s(visitors.values)
    between.write(writer.float64s(diagonal).float64s(own))
  }

  /** X inverse(D) h. */
  #usersOf(history: ReadonlyMap<number, number>): Float64Array {
    const { visitors, diagonal } = this.#factors
    const users = new Float64Array(visitors.columnCount)
    for (const [slot, weight] of history) {
      for (let visit = visitors.starts[slot]!; visit < visitors.starts[slot + 1]!; visit++) {
        users[visitors.columns[visit]!]! += (visitors.values[visit]! * weight) / diagonal[slot]!
      }
    }
    return users
  }

  /** K times a vector over users, which is mostly zeros. */
  #spread(users: Float64Array): Float64Array {
    const met = Array.from(users.keys()).filter((user) => users[user] !== 0)
    const out = new Float64Array(users.length)
    addScaledRows(
      this.#factors.between.values,
      met,
      met.map((user) => users[user]!),
      out,
    )
    return out
  }
}

/** O(users^3 / 2); see {@link FactoredEaseWeights}. */
export function fitFactoredEaseWeights(users: SparseRows, diagonal: Float64Array): FactoredEaseWeights {
  const visitors = transpose(users)
  const ones = new Float64Array(users.rowCount).fill(1)
  const inverse = inverseOfWeightedGram(
    users,
    visitors,
    diagonal.map((value) => 1 / value),
    ones,
  )
  const between = new Float32Array(users.rowCount ** 2)
  for (let row = 0; row < users.rowCount; row++) {
    const start = row * inverse.width
    between.set(inverse.values.subarray(start, start + users.rowCount), row * users.rowCount)
  }
  const own = diagonal.map((value, slot) => 1 / value - ownForm(visitors, slot, inverse) / value ** 2)
  return new FactoredEaseWeights({ visitors, diagonal, own, between: new SingleTable(between) })
}

export function readFactoredEaseWeights(reader: ByteReader, precision: 'single' | 'half'): FactoredEaseWeights {
  const [rowCount, columnCount] = [reader.uint32(), reader.uint32()]
  const [starts, columns, values] = [reader.uint32s(), reader.int32s(), reader.float64s()]
  const [diagonal, own] = [reader.float64s(), reader.float64s()]
  const between = readSingleTable(reader, precision)
  return new FactoredEaseWeights({
    visitors: { rowCount, columnCount, starts, columns, values },
    diagonal,
    own,
    between,
  })
}

/** x' K x for the visitors x of one item. */
function ownForm(visitors: SparseRows, slot: number, between: { values: Float64Array; width: number }): number {
  let sum = 0
  for (let visit = visitors.starts[slot]!; visit < visitors.starts[slot + 1]!; visit++) {
    const row = between.values.subarray(visitors.columns[visit]! * between.width)
    sum += visitors.values[visit]! * sparseDot(visitors, slot, row)
  }
  return sum
}

function sparseDot(matrix: SparseRows, row: number, vector: Float64Array): number {
  let sum = 0
  for (let entry = matrix.starts[row]!; entry < matrix.starts[row + 1]!; entry++) {
    sum += matrix.values[entry]! * vector[matrix.columns[entry]!]!
  }
  return sum
}

import { type ByteReader, type ByteWriter, dotProducts, openKernels } from '../foundation/index.ts'
import { addScaledRows } from './add-scaled-rows.ts'
import { readSingleTable, SingleTable } from './compression/single-table.ts'
import type { EaseWeights } from './ease-weights.ts'
import { type SparseRows, transpose } from './interaction-rows.ts'
import { inverseOfWeightedGram } from './weighted-gram.ts'

/** A history whose items few met needs few rows of K: up to this share they are added, beyond K is read as a whole. */
const FEW = 0.25

interface Factors {
  /** X', shape (slots, users), sparse. */
  readonly visitors: SparseRows
  /** d, shape (slots,). */
  readonly diagonal: Float64Array
  /** P[j,j], shape (slots,). */
  readonly own: Float64Array
  /** K, shape (users, users), symmetric. */
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
  readonly #product: SymmetricProduct

  constructor({ between, ...rest }: Factors) {
    this.#product = new SymmetricProduct(between.values, rest.visitors.columnCount)
    // The table is held once, where the kernels are.
    this.#factors = { ...rest, between: new SingleTable(this.#product.matrix, between.halfScale) }
  }

  get slotCount(): number {
    return this.#factors.visitors.rowCount
  }

  addScores(history: ReadonlyMap<number, number>, out: Float64Array): void {
    const { visitors, diagonal, own } = this.#factors
    const users = this.#spread(this.#usersOf(history))
    const weights = new Float64Array(out.length)
    for (const [slot, weight] of history) weights[slot] = weight
    for (let slot = 0; slot < out.length; slot++) {
      const restored = (weights[slot]! - sparseDot(visitors, slot, users)) / diagonal[slot]!
      out[slot]! += weights[slot]! - restored / own[slot]!
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

  /** K times a vector over users: in double precision where it has few entries, else in single. */
  #spread(users: Float64Array): Float64Array {
    const out = new Float64Array(users.length)
    const met: number[] = []
    for (let user = 0; user < users.length; user++) if (users[user] !== 0) met.push(user)
    if (met.length > FEW * users.length) {
      this.#product.multiply(users, out)
      return out
    }
    const factors = met.map((user) => users[user]!)
    addScaledRows(this.#factors.between.values, met, factors, out)
    return out
  }
}

/** A symmetric matrix in the kernels' memory, and its products with any vector in single precision. */
class SymmetricProduct {
  readonly matrix: Float32Array
  readonly #kernels = openKernels()
  readonly #vector: Float32Array
  readonly #out: Float32Array

  /** @param matrix - shape (size * size,), row-major; copied */
  constructor(matrix: Float32Array, size: number) {
    const { arena } = this.#kernels
    this.matrix = arena.float32s(matrix.length)
    this.matrix.set(matrix)
    this.#vector = arena.float32s(size)
    this.#out = arena.float32s(size)
  }

  multiply(vector: Float64Array, out: Float64Array): void {
    this.#vector.set(vector)
    dotProducts(this.#kernels, this.matrix, this.#vector, this.#out)
    out.set(this.#out)
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

import { SluiceError } from '../../foundation/index.ts'
import { SingleTable } from '../compression/single-table.ts'
import type { SparseRows } from '../sparse-rows.ts'
import { type FactorShape, type SharedPlaces, type SharedRows, sharedPlaces } from './shared-rows.ts'

export interface SharedRowsOptions {
  /** Rows of the table that all features share: their number sets the bytes. */
  readonly rowCount: number
  /** Rows that a vector is the sum of; 4 by default. */
  readonly ways?: number | undefined
  /** Picks the rows; 0 by default. */
  readonly seed?: number | undefined
}

/** As a share of the mean weight of a row: keeps what few features pull at from growing. */
const RIDGE = 1e-3
const ITERATIONS = 100
/** Squared residuals, as a share of those at the start. */
const TOLERANCE = 1e-12

/**
 * The table of rows whose sums come nearest to given vectors, by least squares; a vector counts as often as its feature
 * stands in the rows of `usage`. While no more features count than some nine tenths of the rows, hashing with four ways
 * leaves room to fit nearly all of them exactly; the rare ones bear the rest.
 *
 * @param factors - shape (featureCount, width)
 * @throws SluiceError `INVALID_ARGUMENT`
 * @remarks O(featureCount * width * ways) an iteration of conjugate gradients, up to 100.
 * @see Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning", ICML; Svenstrup, Hansen & Winther
 * 2017, "Hash Embeddings for Efficient Word Representations", NeurIPS.
 */
export function fitSharedRows(
  factors: Float32Array,
  shape: FactorShape,
  usage: SparseRows,
  { rowCount, ways = 4, seed = 0 }: SharedRowsOptions,
): SharedRows {
  requireOption('ways', Number.isInteger(ways) && ways >= 1 && ways <= 16, 'a whole number from 1 to 16', ways)
  const holds = Number.isInteger(rowCount) && rowCount >= ways && rowCount <= 2 ** 24
  requireOption('rows', holds, `a whole number from ${ways} to ${2 ** 24}`, rowCount)
  const kept = rowCount - (rowCount % ways)
  const counts = featureCounts(usage, shape)
  const system: System = {
    ...{ counts, ways, width: shape.width, rowCount: kept },
    places: sharedPlaces(shape.featureCount, kept, ways, seed),
    ridge: (RIDGE * ways * counts.reduce((sum, count) => sum + count, 0)) / kept,
  }
  return { ways, seed, table: new SingleTable(Float32Array.from(solve(system, factors))) }
}

/** Least squares: every feature asks the signed sum of its rows to be its vector, as often as it counts. */
interface System {
  readonly places: SharedPlaces
  /** Shape (featureCount,). */
  readonly counts: Float64Array
  readonly ways: number
  readonly width: number
  readonly rowCount: number
  readonly ridge: number
}

/** How often each feature stands in the rows, and once more; 0 for those without a vector. */
function featureCounts({ indices }: SparseRows, { featureCount, linear }: FactorShape): Float64Array {
  const counts = new Float64Array(featureCount).fill(1)
  for (const feature of indices) counts[feature]! += 1
  return counts.map((count, feature) => (linear[feature] === 0 ? 0 : count))
}

/** Conjugate gradients, preconditioned by the diagonal, on all columns as one vector. */
function solve(system: System, factors: Float32Array): Float64Array {
  const { rowCount, width } = system
  const solution = new Float64Array(rowCount * width)
  const residual = new Float64Array(rowCount * width)
  gather(system, factors, residual)
  const inverse = inverseDiagonal(system)
  const scaled = preconditioned(residual, inverse, width)
  const direction = scaled.slice()
  const product = new Float64Array(residual.length)
  const sums = new Float32Array(factors.length)
  let size = dot(residual, scaled)
  const enough = TOLERANCE * size
  for (let iteration = 0; iteration < ITERATIONS && size > enough; iteration++) {
    multiply(system, direction, sums, product)
    const step = size / dot(direction, product)
    for (let at = 0; at < solution.length; at++) {
      solution[at]! += step * direction[at]!
      residual[at]! -= step * product[at]!
    }
    scaled.set(preconditioned(residual, inverse, width))
    const next = dot(residual, scaled)
    for (let at = 0; at < direction.length; at++) direction[at] = scaled[at]! + (next / size) * direction[at]!
    size = next
  }
  return solution
}

/** out = (A' W A + ridge) rows, where A makes vectors of rows. */
function multiply(system: System, rows: Float64Array, sums: Float32Array, out: Float64Array): void {
  const { places, ways, width, counts, ridge } = system
  sums.fill(0)
  for (let feature = 0; feature < counts.length; feature++) {
    for (let way = feature * ways; way < (feature + 1) * ways; way++) {
      const [from, sign] = [places.rows[way]! * width, places.signs[way]!]
      for (let at = 0; at < width; at++) sums[feature * width + at]! += sign * rows[from + at]!
    }
  }
  gather(system, sums, out)
  for (let at = 0; at < out.length; at++) out[at]! += ridge * rows[at]!
}

/** out = A' W vectors. */
function gather({ places, ways, width, counts }: System, vectors: Float32Array, out: Float64Array): void {
  out.fill(0)
  for (let feature = 0; feature < counts.length; feature++) {
    for (let way = feature * ways; way < (feature + 1) * ways; way++) {
      const [from, weight] = [places.rows[way]! * width, places.signs[way]! * counts[feature]!]
      for (let at = 0; at < width; at++) out[from + at]! += weight * vectors[feature * width + at]!
    }
  }
}

/** Shape (rowCount,). */
function inverseDiagonal({ places, ways, counts, rowCount, ridge }: System): Float64Array {
  const diagonal = new Float64Array(rowCount).fill(Math.max(ridge, Number.MIN_VALUE))
  places.rows.forEach((row, way) => {
    diagonal[row]! += counts[Math.floor(way / ways)]!
  })
  return diagonal.map((value) => 1 / value)
}

function preconditioned(values: Float64Array, inverse: Float64Array, width: number): Float64Array {
  return values.map((value, at) => value * inverse[Math.floor(at / width)]!)
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0
  for (let at = 0; at < left.length; at++) sum += left[at]! * right[at]!
  return sum
}

function requireOption(name: string, holds: boolean, expected: string, got: unknown): void {
  if (holds) return
  throw new SluiceError('INVALID_ARGUMENT', `shared rows, ${name}: expected ${expected}, got ${String(got)}`)
}

import { SluiceError } from '../sluice-error.ts'
import type { Kernels } from './kernels.ts'

/** The weights of a factorisation machine, as arrays of the arena. */
export interface FactorArrays {
  /** A multiple of 4. */
  readonly factorCount: number
  /** 1 for a plain machine; else the number of fields, and `fields` has the field of every feature. */
  readonly fieldCount: number
  /** Shape (featureCount,), below `fieldCount`; absent in a plain machine. */
  readonly fields?: Uint32Array | undefined
  /** Shape (featureCount + 1,): the weight of every feature, then the intercept. */
  readonly linear: Float32Array
  /** Shape (featureCount * fieldCount * factorCount,): a vector a feature, or one a feature and field. */
  readonly factors: Float32Array
}

/** Sparse rows as arrays of the arena: row `i` has the entries `starts[i]` to `starts[i + 1]` (excluded). */
export interface FactorRows {
  /** Shape (rowCount + 1,). */
  readonly starts: Uint32Array
  /** Below `featureCount`: the kernels do not check it. */
  readonly indices: Uint32Array
  readonly values: Float64Array
}

export interface FactorExamples extends FactorRows {
  /** Shape (rowCount,), from 0 to 1. */
  readonly labels: Float64Array
  /** Shape (rowCount,). */
  readonly weights: Float64Array
}

/** Sums of squared gradients, shaped like `linear` and `factors`, all above 0 to begin with. */
export interface FactorSquares {
  readonly linear: Float32Array
  readonly factors: Float32Array
}

export interface FactorRates {
  readonly learningRate: number
  /** The penalty on the weights of features. */
  readonly linearL2: number
  /** The penalty on factors. */
  readonly factorL2: number
}

/**
 * Scores of rows in log-odds: sums in f64 over weights in f32, in a fixed order.
 *
 * @param out - shape (rowCount,), of the arena
 * @throws SluiceError `SHAPE_MISMATCH`
 * @remarks O(entries * factors) a row for a plain machine, O(entries^2 * factors) for a field-aware one.
 */
export function scoreFactorRows(kernels: Kernels, machine: FactorArrays, rows: FactorRows, out: Float64Array): void {
  requireShapes(machine)
  requireSame('starts', out.length + 1, rows.starts.length)
  const { arena, program } = kernels
  const mark = arena.mark()
  program.scoreFactorRows(place(kernels, machine), placeRows(kernels, rows), arena.offsetOf(out), out.length)
  arena.release(mark)
}

/**
 * A step of stochastic gradient descent with AdaGrad for every row of `order`, one after the other; writes the weights
 * and the squares. Soft labels and weights are allowed.
 *
 * @param order - shape (any,), row numbers, of the arena
 * @throws SluiceError `SHAPE_MISMATCH`
 * @see Rendle 2010, ICDM (plain); Juan et al. 2016, RecSys, algorithm 1 (field-aware); both here with linear terms.
 */
export function trainFactorRows(
  kernels: Kernels,
  machine: FactorArrays,
  squares: FactorSquares,
  examples: FactorExamples,
  order: Uint32Array,
  rates: FactorRates,
): void {
  requireShapes(machine)
  requireSame('squares of weights', machine.linear.length, squares.linear.length)
  requireSame('squares of factors', machine.factors.length, squares.factors.length)
  requireSame('labels', examples.starts.length - 1, examples.labels.length)
  requireSame('weights', examples.labels.length, examples.weights.length)
  const { arena, program } = kernels
  const mark = arena.mark()
  program.trainFactorRows(
    place(kernels, machine, squares),
    placeRows(kernels, examples, examples),
    arena.offsetOf(order),
    order.length,
    rates.learningRate,
    rates.linearL2,
    rates.factorL2,
  )
  arena.release(mark)
}

/** Writes what `Machine` of the assembly reads. */
function place({ arena }: Kernels, machine: FactorArrays, squares?: FactorSquares): number {
  const block = arena.uint32s(8)
  const linear = arena.offsetOf(machine.linear)
  block.set([
    machine.factorCount,
    machine.fields === undefined ? 0 : machine.fieldCount,
    machine.fields === undefined ? 0 : arena.offsetOf(machine.fields),
    linear,
    arena.offsetOf(machine.factors),
    squares === undefined ? 0 : arena.offsetOf(squares.linear),
    squares === undefined ? 0 : arena.offsetOf(squares.factors),
    linear + 4 * (machine.linear.length - 1),
  ])
  return arena.offsetOf(block)
}

/** Writes what `Rows` of the assembly reads. */
function placeRows({ arena }: Kernels, rows: FactorRows, examples?: FactorExamples): number {
  const block = arena.uint32s(5)
  block.set([
    arena.offsetOf(rows.starts),
    arena.offsetOf(rows.indices),
    arena.offsetOf(rows.values),
    examples === undefined ? 0 : arena.offsetOf(examples.labels),
    examples === undefined ? 0 : arena.offsetOf(examples.weights),
  ])
  return arena.offsetOf(block)
}

function requireShapes({ factorCount, fieldCount, fields, linear, factors }: FactorArrays): void {
  const featureCount = linear.length - 1
  requireSame('factors, a multiple of 4', Math.ceil(factorCount / 4) * 4, factorCount)
  requireSame('factors in all', featureCount * fieldCount * factorCount, factors.length)
  if (fields !== undefined) requireSame('fields', featureCount, fields.length)
}

function requireSame(what: string, expected: number, got: number): void {
  if (expected === got) return
  throw new SluiceError('SHAPE_MISMATCH', `factor machine, ${what}: expected ${expected}, got ${got}; check the layout`)
}

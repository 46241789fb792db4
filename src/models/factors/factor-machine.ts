import { type FactorArrays, type Kernels, openKernels, scoreFactorRows } from '../../foundation/index.ts'
import { SingleTable } from '../compression/single-table.ts'
import { logistic } from '../logistic-function.ts'
import { requireScorable, requireSparseEntries, type SparseRows } from '../sparse-rows.ts'
import { writeFactorFile } from './factor-file.ts'
import type { FeatureFields } from './feature-fields.ts'
import { fitSharedRows, type SharedRowsOptions } from './fit-shared-rows.ts'
import { placeSparseRows } from './place-sparse-rows.ts'
import { expandSharedRows, type FactorShape, type SharedRows } from './shared-rows.ts'

/** What a fit found; shapes as in `FactorArrays`. */
export interface FittedFactors {
  readonly featureCount: number
  readonly factorCount: number
  /** Absent in a plain machine. */
  readonly fields?: FeatureFields | undefined
  /** Shape (featureCount + 1,), the intercept last. */
  readonly linear: Float32Array
  readonly factors: Float32Array
  /** Of factors that are kept in half precision. */
  readonly halfScale?: number | undefined
  /** Of factors that are kept as sums of shared rows. */
  readonly shared?: SharedRows | undefined
  readonly epochs: number
  /** The log loss of the validation examples after every pass, in nats; empty without validation. */
  readonly validationLosses: Float64Array
}

/** What two entries of a row add together, in log-odds. */
export interface PairContribution {
  /** Their places in the row, the first one smaller. */
  readonly first: number
  readonly second: number
  readonly contribution: number
}

/**
 * A fitted factorisation machine over sparse rows: an intercept, a weight a feature, and for every two entries of a row
 * the dot product of two learnt vectors times their values. In a plain machine a feature has one vector; in a
 * field-aware one it has one for each field that it can meet. Scores are log-odds; a feature never seen in training
 * adds nothing, by itself or in pairs.
 */
export class FactorMachine {
  readonly kind: 'factorisation-machine' | 'field-aware-factorisation-machine'
  readonly featureCount: number
  readonly factorCount: number
  readonly fields: FeatureFields | undefined
  readonly intercept: number
  /** How many passes over the examples the weights have seen. */
  readonly epochs: number
  /** See {@link FittedFactors}. */
  readonly validationLosses: Float64Array
  readonly #kernels: Kernels
  readonly #machine: FactorArrays
  readonly #halfScale: number | undefined
  readonly #shared: SharedRows | undefined

  constructor(fitted: FittedFactors) {
    this.kind = fitted.fields === undefined ? 'factorisation-machine' : 'field-aware-factorisation-machine'
    this.featureCount = fitted.featureCount
    this.factorCount = fitted.factorCount
    this.fields = fitted.fields
    this.intercept = fitted.linear.at(-1) ?? 0
    this.epochs = fitted.epochs
    this.validationLosses = fitted.validationLosses
    this.#kernels = openKernels()
    this.#machine = placeMachine(this.#kernels, fitted)
    this.#halfScale = fitted.halfScale
    this.#shared = fitted.shared
  }

  /**
   * The score of one row, given as its non-zero entries.
   *
   * @throws SluiceError `SHAPE_MISMATCH` at a feature out of range, `NOT_FINITE`
   */
  score(indices: Uint32Array, values: Float64Array): number {
    requireSparseEntries(this.featureCount, indices, values)
    const out = new Float64Array(1)
    const starts = Uint32Array.of(0, indices.length)
    this.#score({ rowCount: 1, featureCount: this.featureCount, starts, indices, values }, out)
    return out[0]!
  }

  /** Scores of all rows into `out`, the same to the bit as one by one. @throws SluiceError as {@link score} */
  scoreRows(rows: SparseRows, out: Float64Array): void {
    requireScorable(rows, this.featureCount, out)
    this.#score(rows, out)
  }

  /** The probability of a score. Never decreases. */
  response(score: number): number {
    return logistic(score)
  }

  /**
   * How the score of one row comes about: the baseline (the score of an empty row), what every entry adds by itself
   * (shape (entries,)) and what every two add together sum to the score to 1e-9.
   *
   * @remarks O(entries^2 * factors).
   */
  explain(
    indices: Uint32Array,
    values: Float64Array,
  ): { baseline: number; contributions: Float64Array; pairs: PairContribution[] } {
    requireSparseEntries(this.featureCount, indices, values)
    const pairs: PairContribution[] = []
    for (let first = 0; first < indices.length; first++) {
      for (let second = first + 1; second < indices.length; second++) {
        const contribution = values[first]! * values[second]! * this.affinity(indices[first]!, indices[second]!)
        pairs.push({ first, second, contribution })
      }
    }
    const contributions = values.map((value, entry) => value * this.coefficient(indices[entry]!))
    return { baseline: this.intercept, contributions, pairs }
  }

  /** The weight of one feature by itself, in log-odds per unit. */
  coefficient(feature: number): number {
    return this.#machine.linear[feature]!
  }

  /** The dot product of what two features show each other: what the pair adds where both are 1. Symmetric. */
  affinity(first: number, second: number): number {
    const { factors, factorCount } = this.#machine
    const [left, right] = [this.#vectorStart(first, second), this.#vectorStart(second, first)]
    let sum = 0
    for (let factor = 0; factor < factorCount; factor++) sum += factors[left + factor]! * factors[right + factor]!
    return sum
  }

  /**
   * The machine with its factors in half precision, in about half the bytes: they move by 2^-11 of themselves at most,
   * or 2^-39 of the largest. It is computed with in single precision as before.
   */
  inHalves(): FactorMachine {
    if (this.#shared) return this.#sharing({ ...this.#shared, table: this.#shared.table.inHalves() })
    const { values: factors, halfScale } = new SingleTable(this.#machine.factors).inHalves()
    return new FactorMachine({ ...this.#fitted(), factors, halfScale })
  }

  /**
   * The machine with its factors as signed sums of a few rows each, out of a table that all features share: as small as
   * the table is. Features that stand often in the rows given keep their vectors best. It is computed with in single
   * precision as before, and as fast. It is for a machine that cannot be fitted again: fitted with fewer factors from the
   * start, as many bytes hold more (bench/factor-compression.bench.ts).
   *
   * @param usage - rows as they come, for instance those of the training
   * @throws SluiceError `INVALID_ARGUMENT` for an option, `SHAPE_MISMATCH` at rows of other features, `NOT_FINITE`
   * @remarks See {@link fitSharedRows}; loading the machine takes O(featureCount * factors * ways).
   */
  inSharedRows(usage: SparseRows, options: SharedRowsOptions): FactorMachine {
    requireScorable(usage, this.featureCount, new Float64Array(usage.rowCount))
    return this.#sharing(fitSharedRows(this.#machine.factors, this.#shape(), usage, options))
  }

  save(): Uint8Array {
    return writeFactorFile(this.kind, this.#fitted())
  }

  #fitted(): FittedFactors {
    const { featureCount, factorCount, fields, epochs, validationLosses } = this
    const { linear, factors } = this.#machine
    const [halfScale, shared] = [this.#halfScale, this.#shared]
    return { featureCount, factorCount, fields, epochs, validationLosses, linear, factors, halfScale, shared }
  }

  #sharing(shared: SharedRows): FactorMachine {
    const factors = expandSharedRows(shared, this.#shape())
    return new FactorMachine({ ...this.#fitted(), factors, halfScale: undefined, shared })
  }

  #shape(): FactorShape {
    const width = this.factorCount * (this.fields?.fieldCount ?? 1)
    return { featureCount: this.featureCount, width, linear: this.#machine.linear }
  }

  #score(rows: SparseRows, out: Float64Array): void {
    const { arena } = this.#kernels
    const mark = arena.mark()
    const scores = arena.float64s(rows.rowCount)
    scoreFactorRows(this.#kernels, this.#machine, placeSparseRows(this.#kernels, rows), scores)
    out.set(scores)
    arena.release(mark)
  }

  /** Where the vector begins that `feature` shows to `other`. */
  #vectorStart(feature: number, other: number): number {
    if (this.fields === undefined) return feature * this.factorCount
    const { fieldCount, fields } = this.fields
    return (feature * fieldCount + fields[other]!) * this.factorCount
  }
}

function placeMachine({ arena }: Kernels, { factorCount, fields, linear, factors }: FittedFactors): FactorArrays {
  const placed = {
    factorCount,
    fieldCount: fields?.fieldCount ?? 1,
    linear: arena.float32s(linear.length),
    factors: arena.float32s(factors.length),
  }
  placed.linear.set(linear)
  placed.factors.set(factors)
  if (fields === undefined) return placed
  const placedFields = arena.uint32s(fields.fields.length)
  placedFields.set(fields.fields)
  return { ...placed, fields: placedFields }
}

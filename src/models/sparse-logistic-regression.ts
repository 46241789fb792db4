import { ByteWriter, SluiceError } from '../foundation/index.ts'
import { minimise } from './limited-memory-bfgs.ts'
import { logistic, logOdds } from './logistic-function.ts'
import { openModelFile, writeModelFile } from './model-file.ts'
import { requireTwoClasses } from './row-examples.ts'
import { compactColumns, diagonalPreconditioner, sparseLogisticObjective } from './sparse-logistic-objective.ts'
import {
  requireScorable,
  requireSparseEntries,
  requireSparseExamples,
  type SparseExamples,
  type SparseRows,
} from './sparse-rows.ts'

export interface SparseLogisticRegressionOptions {
  /** Strength of the L2 penalty on the coefficients, above 0; 1 by default. Sums, not means. */
  readonly l2?: number | undefined
  /** Stops when the loss is within about half the square of this, in nats, of its minimum; 1e-2 by default. */
  readonly tolerance?: number | undefined
  /** 500 by default. */
  readonly maxIterations?: number | undefined
}

const KIND = 'sparse-logistic-regression'
const VERSION = 1

/**
 * Fits a logistic regression over sparse rows as they are (no standardisation): the exact minimum of the weighted
 * logistic loss plus an L2 penalty. The optimum is unique, so there is nothing to seed. Soft labels are allowed.
 *
 * @throws SluiceError `NO_TRAINING_DATA`, `ONE_CLASS_ONLY`, `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE` (a label
 * outside [0, 1], a negative weight), `INVALID_ARGUMENT` for an option
 * @remarks O(entries + columns that occur) an iteration; 25 vectors over the columns that occur of memory.
 */
export function fitSparseLogisticRegression(
  examples: SparseExamples,
  options: SparseLogisticRegressionOptions = {},
): SparseLogisticRegression {
  const { l2 = 1, tolerance = 1e-2, maxIterations = 500 } = options
  requirePositive('l2', l2)
  requirePositive('tolerance', tolerance)
  requireSparseExamples(examples)
  const baseRate = requireTwoClasses(examples.labels, examples.weights)
  const compact = compactColumns(examples)
  const start = new Float64Array(compact.originals.length + 1)
  start[start.length - 1] = logOdds(baseRate)
  const { point, iterations, converged } = minimise(sparseLogisticObjective(compact.examples, l2), {
    start,
    precondition: diagonalPreconditioner(compact.examples, l2, baseRate),
    tolerance,
    maxIterations,
  })
  const { featureCount } = examples
  return new SparseLogisticRegression({ featureCount, features: compact.originals, point, iterations, converged })
}

/** Reads what {@link SparseLogisticRegression.save} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadSparseLogisticRegression(bytes: Uint8Array): SparseLogisticRegression {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const featureCount = payload.uint32()
  const iterations = payload.uint32()
  const converged = payload.uint32() === 1
  return new SparseLogisticRegression({
    featureCount,
    iterations,
    converged,
    features: payload.uint32s(),
    point: payload.float64s(),
  })
}

interface Fitted {
  readonly featureCount: number
  /** The features that occurred in training, ascending. */
  readonly features: Uint32Array
  /** The coefficient of each of `features`, then the intercept. */
  readonly point: Float64Array
  readonly iterations: number
  readonly converged: boolean
}

/** A fitted logistic regression over sparse rows. Scores are log-odds; a feature never seen in training adds 0. */
export class SparseLogisticRegression {
  readonly kind = KIND
  readonly featureCount: number
  readonly intercept: number
  readonly iterations: number
  /** False when the fit stopped before its tolerance; the scores are then usable but not the exact optimum. */
  readonly converged: boolean
  /** Shape (featureCount,), one a feature, in log-odds per unit. */
  readonly coefficients: Float64Array
  readonly #fitted: Fitted

  constructor(fitted: Fitted) {
    this.#fitted = fitted
    this.featureCount = fitted.featureCount
    this.intercept = fitted.point.at(-1) ?? 0
    this.iterations = fitted.iterations
    this.converged = fitted.converged
    this.coefficients = new Float64Array(fitted.featureCount)
    fitted.features.forEach((feature, index) => {
      this.coefficients[feature] = fitted.point[index]!
    })
  }

  /**
   * The score of one row, given as its non-zero entries.
   *
   * @throws SluiceError `SHAPE_MISMATCH` at a feature out of range, `NOT_FINITE`
   */
  score(indices: Uint32Array, values: Float64Array): number {
    requireSparseEntries(this.featureCount, indices, values)
    return this.#scoreEntries(indices, values, 0, indices.length)
  }

  /** Scores of all rows into `out`, the same to the bit as one by one. @throws SluiceError as {@link score} */
  scoreRows(rows: SparseRows, out: Float64Array): void {
    requireScorable(rows, this.featureCount, out)
    for (let row = 0; row < rows.rowCount; row++) {
      out[row] = this.#scoreEntries(rows.indices, rows.values, rows.starts[row]!, rows.starts[row + 1]!)
    }
  }

  /** The probability of a score. Never decreases. */
  response(score: number): number {
    return logistic(score)
  }

  /** One contribution an entry; with the baseline (the score of an empty row) they sum to the score to 1e-9. */
  explain(indices: Uint32Array, values: Float64Array): { baseline: number; contributions: Float64Array } {
    requireSparseEntries(this.featureCount, indices, values)
    const contributions = values.map((value, entry) => value * this.coefficients[indices[entry]!]!)
    return { baseline: this.intercept, contributions }
  }

  save(): Uint8Array {
    const { features, point } = this.#fitted
    const payload = new ByteWriter(features.byteLength + point.byteLength + 256)
      .uint32(this.featureCount)
      .uint32(this.iterations)
      .uint32(this.converged ? 1 : 0)
      .uint32s(features)
      .float64s(point)
    return writeModelFile(KIND, VERSION, payload.finish())
  }

  #scoreEntries(indices: Uint32Array, values: Float64Array, start: number, end: number): number {
    let score = this.intercept
    for (let entry = start; entry < end; entry++) score += values[entry]! * this.coefficients[indices[entry]!]!
    return score
  }
}

function requirePositive(name: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return
  throw new SluiceError('INVALID_ARGUMENT', `sparse logistic regression, ${name}: expected above 0, got ${value}`)
}

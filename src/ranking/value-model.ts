import { assert, ByteWriter } from '../foundation/index.ts'
import { loadRowModel, logistic, openModelFile, type RowModel, writeModelFile } from '../models/index.ts'

const KIND = 'value'
const VERSION = 1
/** Half the step in raw units over which a slope is measured where two scores are the same. */
const SMALL_STEP = 1e-4
const SAME_SCORE = 1e-6

/** One term of the formula. */
export interface FittedObjective {
  readonly name: string
  /** What the probability 1 of it is worth; below 0 for what is unwelcome. */
  readonly weight: number
  /** Its response is the probability; undefined when the log had too little of it to learn from. */
  readonly model: RowModel | undefined
  /** How often it comes, in (0, 1): the probability where there is no model. */
  readonly rate: number
}

/** What one objective adds to a score: `baseline` and all contributions sum to `value`. */
export interface ObjectiveExplanation {
  readonly name: string
  readonly weight: number
  readonly probability: number
  /** The weight times the probability. */
  readonly value: number
  readonly baseline: number
  /** Shape (featureCount,). */
  readonly contributions: Float64Array
}

interface ValueModelParts {
  readonly featureCount: number
  readonly objectives: readonly FittedObjective[]
  /** The name of the objective that is the main label. */
  readonly main: string
  /** The logistic curve from a score to the probability of the main label; slope above 0. */
  readonly slope: number
  readonly intercept: number
}

/**
 * A model whose score is a sum of what several things are worth: weight times probability, objective by objective. Its
 * response is what a score says of the main label, by a logistic curve; {@link mainProbabilities} knows more.
 */
export class ValueModel implements RowModel {
  readonly kind = KIND
  readonly featureCount: number
  readonly objectives: readonly FittedObjective[]
  readonly #parts: ValueModelParts
  readonly #main: number

  constructor(parts: ValueModelParts) {
    assert(parts.slope > 0, 'a response that does not fall')
    this.featureCount = parts.featureCount
    this.objectives = parts.objectives
    this.#parts = parts
    this.#main = parts.objectives.findIndex(({ name }) => name === parts.main)
    assert(this.#main >= 0, 'the main label is an objective')
  }

  /** The same formula over other models of its objectives. */
  withModels(change: (objective: FittedObjective) => RowModel | undefined): ValueModel {
    const objectives = this.objectives.map((objective) => ({ ...objective, model: change(objective) }))
    return new ValueModel({ ...this.#parts, objectives })
  }

  scoreRows(rows: Float64Array, rowCount: number, out: Float64Array): void {
    const own = new Float64Array(rowCount)
    out.fill(0, 0, rowCount)
    for (const objective of this.objectives) {
      writeProbabilities(objective, rows, rowCount, own)
      for (let row = 0; row < rowCount; row++) out[row]! += objective.weight * own[row]!
    }
  }

  /**
   * The probabilities of one objective.
   *
   * @param objective - its place in {@link objectives}
   * @returns shape (rowCount,)
   */
  probabilities(objective: number, rows: Float64Array, rowCount: number): Float64Array {
    const out = new Float64Array(rowCount)
    writeProbabilities(this.objectives[objective]!, rows, rowCount, out)
    return out
  }

  /** The probabilities of the main label; shape (rowCount,). */
  mainProbabilities(rows: Float64Array, rowCount: number): Float64Array {
    return this.probabilities(this.#main, rows, rowCount)
  }

  /** The name of the main label's objective. */
  get main(): string {
    return this.#parts.main
  }

  response(score: number): number {
    return logistic(this.#parts.slope * score + this.#parts.intercept)
  }

  explain(row: Float64Array): { baseline: number; contributions: Float64Array } {
    const contributions = new Float64Array(this.featureCount)
    let baseline = 0
    for (const part of this.explainObjectives(row)) {
      baseline += part.baseline
      part.contributions.forEach((contribution, feature) => {
        contributions[feature]! += contribution
      })
    }
    return { baseline, contributions }
  }

  /**
   * A score objective by objective. A probability bends, so features share its way from the baseline in proportion to
   * what they add to its raw score: for models that are sums over features these are the integrated gradients.
   *
   * @see Sundararajan, Taly & Yan 2017, ICML.
   */
  explainObjectives(row: Float64Array): ObjectiveExplanation[] {
    return this.objectives.map(({ name, weight, model, rate }) => {
      if (model === undefined) {
        const value = weight * rate
        const contributions = new Float64Array(this.featureCount)
        return { name, weight, probability: rate, value, baseline: value, contributions }
      }
      const score = new Float64Array(1)
      model.scoreRows(row, 1, score)
      const raw = model.explain(row)
      const probability = model.response(score[0]!)
      const slope = weight * meanSlope(model, raw.baseline, score[0]!)
      return {
        ...{ name, weight, probability, value: weight * probability, baseline: weight * model.response(raw.baseline) },
        contributions: raw.contributions.map((contribution) => slope * contribution),
      }
    })
  }

  save(): Uint8Array {
    const { featureCount, objectives, main, slope, intercept } = this.#parts
    const writer = new ByteWriter(1024).uint32(featureCount).float64(slope).float64(intercept)
    writer.text(main).uint32(objectives.length)
    for (const { name, weight, rate, model } of objectives) {
      writer.text(name).float64(weight).float64(rate)
      writer.uint32(model ? 1 : 0)
      if (model) writer.bytes(model.save())
    }
    return writeModelFile(KIND, VERSION, writer.finish())
  }
}

/**
 * Reads what {@link ValueModel.save} wrote.
 *
 * @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH`
 */
export function loadValueModel(bytes: Uint8Array): ValueModel {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const featureCount = payload.uint32()
  const slope = payload.float64()
  const intercept = payload.float64()
  const main = payload.text()
  const objectives = Array.from({ length: payload.uint32() }, (): FittedObjective => {
    const name = payload.text()
    const weight = payload.float64()
    const rate = payload.float64()
    return { name, weight, rate, model: payload.uint32() === 1 ? loadRowModel(payload.bytes()) : undefined }
  })
  return new ValueModel({ featureCount, slope, intercept, main, objectives })
}

function writeProbabilities(
  { model, rate }: FittedObjective,
  rows: Float64Array,
  rowCount: number,
  out: Float64Array,
): void {
  if (model === undefined) {
    out.fill(rate, 0, rowCount)
    return
  }
  model.scoreRows(rows, rowCount, out)
  for (let row = 0; row < rowCount; row++) out[row] = model.response(out[row]!)
}

/** How much the response rises a unit of raw score between two scores. */
function meanSlope(model: RowModel, from: number, to: number): number {
  if (Math.abs(to - from) > SAME_SCORE) return (model.response(to) - model.response(from)) / (to - from)
  return (model.response(to + SMALL_STEP) - model.response(to - SMALL_STEP)) / (2 * SMALL_STEP)
}

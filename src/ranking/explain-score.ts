import { SluiceError } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import { ValueModel } from './value-model.ts'

/** What one feature did to a score. */
export interface FeatureContribution {
  readonly feature: string
  /** `null` when it was not known. */
  readonly value: number | null
  readonly contribution: number
}

/** Why an item has its score: `baseline` and all contributions sum to `score` within 1e-9. */
export interface ScoreExplanation {
  readonly score: number
  readonly probability: number
  readonly baseline: number
  /** Every feature, largest effect first. */
  readonly contributions: readonly FeatureContribution[]
  /** The terms of a value by objective; absent for a ranker of one label. Their values sum to `score` within 1e-9. */
  readonly byObjective?: Readonly<Record<string, ObjectiveContribution>>
}

/** What one objective adds to a score: `baseline` and all contributions sum to `value` within 1e-9. */
export interface ObjectiveContribution {
  readonly weight: number
  readonly probability: number
  /** The weight times the probability. */
  readonly value: number
  readonly baseline: number
  /** Every feature, largest effect first. */
  readonly contributions: readonly FeatureContribution[]
}

/**
 * Takes a score apart. Of equal effects the earlier column comes first.
 *
 * @param row - shape (featureCount,)
 * @param columnNames - same length
 * @throws SluiceError `SHAPE_MISMATCH` when the row or the names are not those of the model
 */
export function explainScore(model: RowModel, columnNames: readonly string[], row: Float64Array): ScoreExplanation {
  if (columnNames.length !== model.featureCount) {
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `explanation: expected the names of ${model.featureCount} features, got ${columnNames.length}`,
    )
  }
  const score = new Float64Array(1)
  model.scoreRows(row, 1, score)
  const { baseline, contributions } = model.explain(row)
  const shares = (values: Float64Array): FeatureContribution[] =>
    columnNames
      .map((feature, index) => ({
        feature,
        value: Number.isNaN(row[index]) ? null : (row[index] ?? null),
        contribution: values[index] ?? 0,
      }))
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  const terms = model instanceof ValueModel ? termsOf(model, row, shares) : undefined
  return {
    score: score[0] ?? 0,
    probability: model instanceof ValueModel ? model.mainProbabilities(row, 1)[0]! : model.response(score[0] ?? 0),
    baseline,
    contributions: shares(contributions),
    ...(terms ? { byObjective: terms } : {}),
  }
}

function termsOf(
  model: ValueModel,
  row: Float64Array,
  shares: (values: Float64Array) => FeatureContribution[],
): Record<string, ObjectiveContribution> {
  return Object.fromEntries(
    model
      .explainObjectives(row)
      .map(({ name, contributions, ...term }) => [name, { ...term, contributions: shares(contributions) }]),
  )
}

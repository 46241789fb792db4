import { randomFrom, SluiceError } from '../foundation/index.ts'
import { requireRows } from './row-examples.ts'
import type { RowExamples, RowModel } from './row-model.ts'

/** A model of one score a row, or of one for every class, such as trees of several classes. */
export type ScoringModel = Pick<RowModel, 'featureCount' | 'scoreRows'> | ClassScoringModel

export interface ClassScoringModel {
  readonly featureCount: number
  readonly classCount: number
  /** Writes shape (rowCount * classCount,), row-major. */
  scoreClasses(rows: Float64Array, rowCount: number, out: Float64Array): void
}

/** What shuffling one feature costs. */
export interface PermutationImportance {
  /** Shape (featureCount,): how much the metric falls on average; below 0 when it rises. */
  readonly means: Float64Array
  /** Shape (featureCount,): deviation over the repeats; 0 for one repeat. */
  readonly deviations: Float64Array
  /** The metric with all features in place. */
  readonly reference: number
}

/**
 * How much a metric falls when one feature's values are shuffled over the rows: what the model would lose without
 * knowing it, given that it was trained with it. Two features that say the same cover for each other.
 *
 * @param metric - of labels, shape (rowCount,), and raw scores, shape (rowCount,) or (rowCount * classCount,) row-major;
 * larger is better
 * @param options.repeats - shuffles a feature, 5 by default
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`, `INVALID_ARGUMENT` for fewer than 1 repeat
 * @remarks O(features * repeats) scorings; a copy of the rows. The shuffles of a feature hang on the seed and on it.
 * @see Breiman 2001, Machine Learning 45(1)
 */
export function permutationImportance(
  model: ScoringModel,
  examples: Pick<RowExamples, 'rows' | 'rowCount' | 'labels'>,
  metric: (labels: Float64Array, scores: Float64Array) => number,
  options: { seed: number; repeats?: number | undefined },
): PermutationImportance {
  const { seed, repeats = 5 } = options
  const { rowCount, labels } = examples
  const { featureCount } = model
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new SluiceError('INVALID_ARGUMENT', `permutation importance: expected 1 repeat or more, got ${repeats}`)
  }
  requireRows(examples.rows, rowCount, featureCount, labels.length)
  const rows = examples.rows.slice()
  const hasClasses = 'scoreClasses' in model
  const scores = new Float64Array(rowCount * (hasClasses ? model.classCount : 1))
  const score = (): void => {
    if (hasClasses) model.scoreClasses(rows, rowCount, scores)
    else model.scoreRows(rows, rowCount, scores)
  }
  score()
  const reference = metric(labels, scores)
  const means = new Float64Array(featureCount)
  const deviations = new Float64Array(featureCount)
  for (let feature = 0; feature < featureCount; feature++) {
    const column = columnOf(examples.rows, rowCount, featureCount, feature)
    const losses = Array.from({ length: repeats }, (_, repeat) => {
      const shuffled = randomFrom(seed, 'permutation-importance', feature, repeat).shuffle(column.slice())
      writeColumn(rows, featureCount, feature, shuffled)
      score()
      return reference - metric(labels, scores)
    })
    writeColumn(rows, featureCount, feature, column)
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / repeats
    means[feature] = mean
    deviations[feature] = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / repeats)
  }
  return { means, deviations, reference }
}

function columnOf(rows: Float64Array, rowCount: number, featureCount: number, feature: number): Float64Array {
  return Float64Array.from({ length: rowCount }, (_, row) => rows[row * featureCount + feature]!)
}

function writeColumn(rows: Float64Array, featureCount: number, feature: number, column: Float64Array): void {
  for (let row = 0; row < column.length; row++) rows[row * featureCount + feature] = column[row]!
}

import { SluiceError } from '../../foundation/index.ts'
import { requireRows } from '../row-examples.ts'
import type { RowExamples, RowModel } from '../row-model.ts'

export interface DistillationOptions {
  /** How much the teacher counts beside the labels themselves, in (0, 1]; 1 by default. */
  readonly trust?: number | undefined
  /**
   * `response` (the default) for a teacher that gives probabilities; `score` for its raw scores, as a regression can
   * learn them: of a ranker, whose scores only order.
   */
  readonly target?: 'response' | 'score' | undefined
}

/**
 * The rows with what a teacher says as their labels, for a smaller model to learn from: few trees with the objective
 * `cross_entropy` or `regression`, or a linear model. The rows need no labels, so there may be more of them than the teacher saw;
 * with labels and a `trust` below 1 the two are mixed.
 *
 * @param teacher - for responses, one that gives probabilities
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE` for a response outside [0, 1], `INVALID_ARGUMENT`
 * @remarks One pass of the teacher over the rows.
 * @see Hinton, Vinyals & Dean 2015, arXiv:1503.02531; Buciluă, Caruana & Niculescu-Mizil 2006, KDD.
 */
export function distillationExamples(
  teacher: RowModel,
  examples: Omit<RowExamples, 'labels'> & { readonly labels?: Float64Array | undefined },
  { trust = 1, target = 'response' }: DistillationOptions = {},
): RowExamples {
  const { rows, rowCount, featureCount, labels: given, weights } = examples
  if (!(trust > 0 && trust <= 1) || (trust < 1 && (given === undefined || target === 'score'))) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `distillation, trust: expected above 0 and at most 1, and 1 for scores or without labels, got ${trust}`,
    )
  }
  requireRows(rows, rowCount, teacher.featureCount, given?.length ?? rowCount)
  const labels = new Float64Array(rowCount)
  teacher.scoreRows(rows, rowCount, labels)
  for (let row = 0; target === 'response' && row < rowCount; row++) {
    const response = teacher.response(labels[row]!)
    if (!(response >= 0 && response <= 1)) {
      throw new SluiceError(
        'OUT_OF_RANGE',
        `distillation: expected a teacher that responds with probabilities, got ${response}; distil a classifier`,
      )
    }
    labels[row] = trust === 1 ? response : trust * response + (1 - trust) * given![row]!
  }
  return { rows, rowCount, featureCount, labels, weights }
}

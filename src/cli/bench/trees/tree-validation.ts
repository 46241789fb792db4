import { responseOf, type TreeObjective, type TreeTrainingOptions, writeResponses } from '../../../models/index.ts'
import type { TreeTable } from './tree-files.ts'
import { type ScoredRows, treeMetrics } from './tree-metrics.ts'

export interface ValidationOptions {
  readonly table: TreeTable
  readonly categorical: readonly number[]
  readonly objective: TreeObjective
  /** Whether the rows to learn from have initial scores: the objective's start is then nobody's. */
  readonly startsElsewhere: boolean
  /** By LightGBM's name; larger is better for AUC and NDCG alone. */
  readonly metric: string
  /** As in {@link ScoredRows}. */
  readonly labelGains?: readonly number[] | undefined
  /** Iterations without a better metric after which training ends. */
  readonly patience: number
}

/** Has training end when a metric of a table gets no better. */
export function validationOn(options: ValidationOptions): NonNullable<TreeTrainingOptions['validation']> {
  const { table, categorical, objective, metric, patience, labelGains } = options
  const { columns, rowCount } = table
  const initialScores = startOf(options)
  return {
    ...(initialScores ? { initialScores } : {}),
    rows: { columns, rowCount, featureCount: columns.length, categorical },
    metric: (scores) =>
      treeMetrics([metric], { ...scoredRows(scores, table, objective), labelGains })[metric] ?? Number.NaN,
    largerIsBetter: /^(auc|ndcg)/.test(metric),
    patience,
  }
}

/** Scores that the rows have already, and the objective's start on top of them where training begins there. */
function startOf({ table, objective, startsElsewhere }: ValidationOptions): Float64Array | undefined {
  const { initialScores, rowCount } = table
  if (!initialScores || startsElsewhere) return initialScores
  const start = objective.initialScores()
  return initialScores.map((score, at) => score + (start[Math.floor(at / rowCount)] ?? Number.NaN))
}

function scoredRows(classMajor: Float64Array, table: TreeTable, { text, scoresPerRow }: TreeObjective): ScoredRows {
  const { labels, rowCount, groupSizes, weights } = table
  const rawScores = new Float64Array(classMajor.length)
  for (let row = 0; row < rowCount; row++) {
    for (let index = 0; index < scoresPerRow; index++) {
      rawScores[row * scoresPerRow + index] = classMajor[index * rowCount + row]!
    }
  }
  const responses = new Float64Array(rawScores.length)
  writeResponses(responseOf(text), rawScores, rowCount, scoresPerRow, responses)
  return { labels, rawScores, responses, classCount: scoresPerRow, groupSizes, weights }
}

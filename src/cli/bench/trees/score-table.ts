import type { TreeModel } from '../../../models/index.ts'
import { rowsOf } from './read-tables.ts'
import type { TreeTable } from './tree-files.ts'
import type { ScoredRows } from './tree-metrics.ts'

/** What a model says of the rows of a table. */
export function scoreTable(model: TreeModel, table: TreeTable): ScoredRows {
  const { rowCount, labels, groupSizes } = table
  const rawScores = new Float64Array(rowCount * model.classCount)
  model.scoreClasses(rowsOf(table), rowCount, rawScores)
  const responses = new Float64Array(rawScores.length)
  model.responses(rawScores, rowCount, responses)
  return { labels, rawScores, responses, classCount: model.classCount, groupSizes }
}

import { SluiceError } from '../../../foundation/index.ts'
import type { TreeModel } from '../../../models/index.ts'
import { rowsOf } from './read-tables.ts'
import type { TreeTable } from './tree-files.ts'
import type { ScoredRows } from './tree-metrics.ts'

/**
 * What a model says of the rows of a table, on top of the scores that they have already.
 *
 * @throws SluiceError `SHAPE_MISMATCH` when these are of another number of classes
 */
export function scoreTable(model: TreeModel, table: TreeTable): ScoredRows {
  const { rowCount, labels, groupSizes, weights } = table
  const rawScores = new Float64Array(rowCount * model.classCount)
  model.scoreClasses(rowsOf(table), rowCount, rawScores)
  addInitialScores(table, model.classCount, rawScores)
  const responses = new Float64Array(rawScores.length)
  model.responses(rawScores, rowCount, responses)
  return { labels, rawScores, responses, classCount: model.classCount, groupSizes, weights }
}

function addInitialScores(
  { file, rowCount, initialScores }: TreeTable,
  classCount: number,
  scores: Float64Array,
): void {
  if (!initialScores) return
  if (initialScores.length !== scores.length) {
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `initial scores of ${file}: expected ${classCount} a row, got ${initialScores.length / rowCount}; name the file that belongs to the rows`,
    )
  }
  for (let row = 0; row < rowCount; row++) {
    for (let index = 0; index < classCount; index++) {
      scores[row * classCount + index]! += initialScores[index * rowCount + row]!
    }
  }
}

import { scoreTrees } from '../trees/predict-trees.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import { denseRows, type TreeRows } from './tree-rows.ts'

/** The raw scores that trees give to rows, class-major: where training goes on. */
export function scoresFrom(ensemble: TreeEnsemble, given: TreeRows): Float64Array {
  const { classCount } = ensemble
  const scores = new Float64Array(given.rowCount * classCount)
  let block = new Float64Array(0)
  for (const { rows, from, count } of denseRows(given)) {
    if (block.length < count * classCount) block = new Float64Array(count * classCount)
    scoreTrees(ensemble, rows.subarray(0, count * given.featureCount), count, block)
    for (let row = 0; row < count; row++) {
      for (let ofClass = 0; ofClass < classCount; ofClass++) {
        scores[ofClass * given.rowCount + from + row] = block[row * classCount + ofClass]!
      }
    }
  }
  return scores
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  LIGHTGBM_CASES,
  type LightgbmRows,
  lightgbmAbsent,
  readLightgbmFile,
  readLightgbmMetrics,
  readLightgbmRows,
} from '../../testing/index.ts'
import { treeObjective } from '../tree-objectives/tree-objective.ts'
import { scoreTrees } from '../trees/predict-trees.ts'
import { readLightgbmText } from '../trees/read-lightgbm-text.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import { fitTrees } from './fit-trees.ts'

describe('trees grown on the data of LightGBM', { skip: lightgbmAbsent }, () => {
  for (const kind of ['binary', 'regression'] as const) {
    it(`are its trees for ${kind}: features, thresholds, gains, rows and values of all fifty`, () => {
      const { labels, ...rows } = readLightgbmRows(LIGHTGBM_CASES[kind].train)
      const ours = fitTrees(rows, treeObjective({ kind, labels }), { iterations: 50, seed: 1 })
      const theirs = readLightgbmText(readLightgbmFile(`conformance/lightgbm/${kind}/model.txt.gz`))
      assert.equal(ours.objective, theirs.objective)
      assertSameShape(ours, theirs)
      // LightGBM's reader of decimal numbers is a unit in the last place off, and so are its thresholds.
      assertClose(ours.thresholds, theirs.thresholds, 1e-12)
      assertClose(ours.splitGains, theirs.splitGains, 1e-4)
      assertClose(ours.leafValues, theirs.leafValues, 5e-5)
      assertClose(ours.leafWeights, theirs.leafWeights, 1e-5)
      assertClose(ours.nodeValues, theirs.nodeValues, 5e-5)
      assertClose(ours.nodeWeights, theirs.nodeWeights, 1e-5)
    })
  }

  it('predict rows with categories and missing values as well as its own, within the noise of the seed', () => {
    // Over 295 categories LightGBM takes more than 255 bins, so the trees differ.
    const files = LIGHTGBM_CASES['categorical-missing']
    const { labels, ...rows } = readLightgbmRows(files.train)
    const test = readLightgbmRows(files.test)
    const objective = treeObjective({ kind: 'binary', labels })
    const losses = [1, 2, 3].map((seed) => {
      const categorical = [0, 1, 2]
      return logLoss(fitTrees({ ...rows, categorical }, objective, { iterations: 50, seed }), test)
    })
    const theirs = readLightgbmMetrics('categorical-missing').binary_logloss!.at(-1)!
    assert.ok(Math.min(...losses) <= theirs, `${losses} against ${theirs}`)
    assert.ok(Math.max(...losses) <= theirs + 0.003, `${losses} against ${theirs}`)
  })
})

function assertSameShape(ours: TreeEnsemble, theirs: TreeEnsemble): void {
  for (const column of ['nodeStarts', 'splitFeatures', 'decisions', 'leftChildren', 'rightChildren'] as const) {
    assert.deepEqual(ours[column], theirs[column], column)
  }
  assert.deepEqual(ours.nodeCounts, theirs.nodeCounts)
  assert.deepEqual(ours.leafCounts, theirs.leafCounts)
  assert.deepEqual(ours.shrinkages, theirs.shrinkages)
}

function assertClose(ours: Float64Array, theirs: Float64Array, tolerance: number): void {
  assert.equal(ours.length, theirs.length)
  ours.forEach((value, index) => {
    const expected = theirs[index]!
    const isClose = Math.abs(value - expected) <= tolerance * Math.max(1e-2, Math.abs(expected))
    assert.ok(isClose, `${index}: ${value} is not ${expected}`)
  })
}

function logLoss(ensemble: TreeEnsemble, { rows, rowCount, labels }: LightgbmRows): number {
  const scores = new Float64Array(rowCount)
  scoreTrees(ensemble, rows, rowCount, scores)
  const losses = scores.map((score, row) => Math.log1p(Math.exp(labels[row] === 1 ? -score : score)))
  return losses.reduce((sum, loss) => sum + loss) / rowCount
}

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { treeObjective } from '../tree-objectives/tree-objective.ts'
import { scoreTrees } from '../trees/predict-trees.ts'
import { readLightgbmText } from '../trees/read-lightgbm-text.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import { fitTrees } from './fit-trees.ts'

/** Models of LightGBM's own command line and what they were trained on, which lie beside the repository. */
const shared = new URL('../../../../shared/', import.meta.url)
const absent =
  existsSync(new URL('conformance/lightgbm/', shared)) && existsSync(new URL('data/lightgbm-examples/', shared))
    ? false
    : 'the models of LightGBM (../shared/conformance/lightgbm) or their data (../shared/data) are not there'

const EXAMPLES = 'data/lightgbm-examples'
const MIXED = 'conformance/lightgbm/categorical-missing'

describe('trees grown on the data of LightGBM', { skip: absent }, () => {
  for (const { kind, data } of [
    { kind: 'binary', data: `${EXAMPLES}/binary_classification/binary.train.gz` },
    { kind: 'regression', data: `${EXAMPLES}/regression/regression.train.gz` },
  ] as const) {
    it(`are its trees for ${kind}: features, thresholds, gains, rows and values of all fifty`, () => {
      const { labels, ...rows } = readRows(data)
      const ours = fitTrees(rows, treeObjective({ kind, labels }), { iterations: 50, seed: 1 })
      const theirs = readLightgbmText(readText(`conformance/lightgbm/${kind}/model.txt.gz`))
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
    const { labels, ...rows } = readRows(`${MIXED}/train.tsv.gz`)
    const test = readRows(`${MIXED}/test.tsv.gz`)
    const objective = treeObjective({ kind: 'binary', labels })
    const losses = [1, 2, 3].map((seed) => {
      const categorical = [0, 1, 2]
      return logLoss(fitTrees({ ...rows, categorical }, objective, { iterations: 50, seed }), test)
    })
    const theirs = finalMetric('categorical-missing', 'binary_logloss')
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

function logLoss(ensemble: TreeEnsemble, { rows, rowCount, labels }: ReturnType<typeof readRows>): number {
  const scores = new Float64Array(rowCount)
  scoreTrees(ensemble, rows, rowCount, scores)
  const losses = scores.map((score, row) => Math.log1p(Math.exp(labels[row] === 1 ? -score : score)))
  return losses.reduce((sum, loss) => sum + loss) / rowCount
}

function finalMetric(name: string, metric: string): number {
  const training = JSON.parse(readFileSync(new URL(`conformance/lightgbm/${name}/training.json`, shared), 'utf8'))
  return training.test_metric_by_iteration[metric].at(-1)
}

function readText(path: string): string {
  return gunzipSync(readFileSync(new URL(path, shared))).toString()
}

/** Tab-separated, the label first. */
function readRows(path: string) {
  const lines = readText(path).trim().split('\n')
  const cells = lines.map((line) => line.split('\t').map(Number))
  const rows = Float64Array.from(cells.flatMap((row) => row.slice(1)))
  const labels = Float64Array.from(cells, (row) => row[0] ?? Number.NaN)
  return { rows, labels, rowCount: labels.length, featureCount: rows.length / labels.length }
}

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { TreeObjective } from '../tree-training/objective.ts'
import { leavesOf, scoreTrees } from '../trees/predict-trees.ts'
import { readLightgbmText } from '../trees/read-lightgbm-text.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import { treeObjective } from './tree-objective.ts'

/** Models of LightGBM's own command line and what they were trained on, which lie beside the repository. */
const shared = new URL('../../../../shared/', import.meta.url)
const absent =
  existsSync(new URL('conformance/lightgbm/', shared)) && existsSync(new URL('data/lightgbm-examples/', shared))
    ? false
    : 'the models of LightGBM (../shared/conformance/lightgbm) or their data (../shared/data) are not there'

const LEARNING_RATE = 0.1

/**
 * LightGBM sums derivatives in single precision, and takes LambdaMART's logistic function from a table, whose steps
 * show where the lambdas of a leaf nearly cancel.
 */
const SUBJECTS = [
  { name: 'binary', data: 'binary_classification/binary.train.gz', kind: 'binary', tolerance: 2e-5 },
  { name: 'regression', data: 'regression/regression.train.gz', kind: 'regression', tolerance: 2e-5 },
  { name: 'multiclass', data: 'multiclass_classification/multiclass.train.gz', kind: 'multiclass', tolerance: 2e-5 },
  { name: 'lambdarank', data: 'lambdarank/rank.train.gz', kind: 'lambdarank', tolerance: 2e-4 },
] as const

describe('the leaves that LightGBM grew from its derivatives', { skip: absent }, () => {
  for (const { name, data, kind, tolerance } of SUBJECTS) {
    it(`are those of ours for ${kind}, at the start and later on`, () => {
      const ensemble = readLightgbmText(readText(`conformance/lightgbm/${name}/model.txt.gz`))
      const { rows, labels } = readRows(`data/lightgbm-examples/${data}`, ensemble.featureCount)
      const groups = kind === 'lambdarank' ? firstColumn('data/lightgbm-examples/lambdarank/rank.train.query.gz') : []
      const objective = treeObjective({ kind, labels, groups, classCount: ensemble.classCount })
      assert.equal(objective.text, ensemble.objective)
      for (const iteration of [0, 1, 20, 49]) assertLeaves(objective, ensemble, rows, iteration, tolerance)
    })
  }
})

function assertLeaves(
  objective: TreeObjective,
  ensemble: TreeEnsemble,
  rows: Float64Array,
  iteration: number,
  tolerance: number,
): void {
  const { rowCount, scoresPerRow } = objective
  const scores = scoresBefore(objective, ensemble, rows, iteration)
  const gradients = new Float32Array(scores.length)
  const hessians = new Float32Array(scores.length)
  objective.gradients(scores, gradients, hessians)
  const leaves = leavesOf(ensemble, rows, rowCount, { firstIteration: iteration, iterationCount: 1 })
  for (let place = 0; place < scoresPerRow; place++) {
    const tree = iteration * scoresPerRow + place
    const first = ensemble.leafStarts[tree]!
    const count = ensemble.leafStarts[tree + 1]! - first
    const sums = Array.from({ length: count }, () => ({ gradient: 0, hessian: 0 }))
    for (let row = 0; row < rowCount; row++) {
      const sum = sums[leaves[row * scoresPerRow + place]!]!
      sum.gradient += gradients[place * rowCount + row]!
      sum.hessian += hessians[place * rowCount + row]!
    }
    // LightGBM adds what boosting starts from to the leaves of the first tree.
    const start = iteration === 0 ? objective.initialScores()[place]! : 0
    sums.forEach(({ gradient, hessian }, leaf) => {
      const what = `iteration ${iteration}, tree ${tree}, leaf ${leaf}`
      assertNear(hessian, ensemble.leafWeights[first + leaf]!, tolerance, `${what}: weight`)
      assertNear(start - (LEARNING_RATE * gradient) / hessian, ensemble.leafValues[first + leaf]!, tolerance, what)
    })
  }
}

/** Class-major scores after so many iterations. */
function scoresBefore(
  { rowCount, scoresPerRow, initialScores }: TreeObjective,
  ensemble: TreeEnsemble,
  rows: Float64Array,
  iterations: number,
): Float64Array {
  const start = initialScores()
  if (iterations === 0) {
    return Float64Array.from({ length: rowCount * scoresPerRow }, (_, at) => start[Math.floor(at / rowCount)]!)
  }
  const byRow = new Float64Array(rowCount * scoresPerRow)
  scoreTrees(ensemble, rows, rowCount, byRow, { iterationCount: iterations })
  return Float64Array.from(byRow, (_, at) => byRow[(at % rowCount) * scoresPerRow + Math.floor(at / rowCount)]!)
}

function assertNear(value: number, expected: number, tolerance: number, what: string): void {
  const allowed = tolerance * Math.max(Math.abs(expected), 0.05)
  assert.ok(Math.abs(value - expected) <= allowed, `${what}: expected ${expected}, got ${value}`)
}

/** Tab-separated with the label first, or LibSVM with what is not named being 0. */
function readRows(path: string, featureCount: number): { rows: Float64Array; labels: Float64Array } {
  const lines = readText(path).trimEnd().split('\n')
  const rows = new Float64Array(lines.length * featureCount)
  for (const [row, line] of lines.entries()) {
    for (const [column, cell] of line.split(/\s+/).slice(1).entries()) {
      const [feature, value] = cell.includes(':') ? cell.split(':') : [column, cell]
      rows[row * featureCount + Number(feature)] = Number(value)
    }
  }
  return { rows, labels: firstColumn(path) }
}

function firstColumn(path: string): Float64Array {
  return Float64Array.from(readText(path).trimEnd().split('\n'), (line) => Number.parseFloat(line))
}

function readText(path: string): string {
  return gunzipSync(readFileSync(new URL(path, shared))).toString('utf8')
}

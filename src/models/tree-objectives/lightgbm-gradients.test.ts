import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  LIGHTGBM_CASES,
  lightgbmAbsent,
  lightgbmQueries,
  readLightgbmColumn,
  readLightgbmFile,
  readLightgbmRows,
} from '../../testing/index.ts'
import type { TreeObjective } from '../tree-training/objective.ts'
import { leavesOf, scoreTrees } from '../trees/predict-trees.ts'
import { readLightgbmText } from '../trees/read-lightgbm-text.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import { treeObjective } from './tree-objective.ts'

const LEARNING_RATE = 0.1

/**
 * LightGBM sums derivatives in single precision, and takes LambdaMART's logistic function from a table, whose steps
 * show where the lambdas of a leaf nearly cancel.
 */
const SUBJECTS = [
  { kind: 'binary', tolerance: 2e-5 },
  { kind: 'regression', tolerance: 2e-5 },
  { kind: 'multiclass', tolerance: 2e-5 },
  { kind: 'lambdarank', tolerance: 2e-4 },
] as const

describe('the leaves that LightGBM grew from its derivatives', { skip: lightgbmAbsent }, () => {
  for (const { kind, tolerance } of SUBJECTS) {
    it(`are those of ours for ${kind}, at the start and later on`, () => {
      const { train } = LIGHTGBM_CASES[kind]
      const ensemble = readLightgbmText(readLightgbmFile(`conformance/lightgbm/${kind}/model.txt.gz`))
      const { rows, labels } = readLightgbmRows(train, ensemble.featureCount)
      const groups = kind === 'lambdarank' ? readLightgbmColumn(lightgbmQueries(train)) : []
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

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError, randomFrom } from '../../foundation/index.ts'
import { type TreeObjectiveSpec, treeObjective } from '../tree-objectives/tree-objective.ts'
import { scoreTrees } from '../trees/predict-trees.ts'
import { requireSoundEnsemble, type TreeEnsemble } from '../trees/tree-ensemble.ts'
import { fitTrees, fitTreesOnWorkers } from './fit-trees.ts'
import type { TreeObjective } from './objective.ts'
import { refitTrees } from './refit-trees.ts'
import type { TreeTrainingOptions } from './training-options.ts'
import type { TreeRows } from './tree-rows.ts'

const ROWS = 3000

/** Seeded rows: numbers, small whole numbers, missing values and a column of categories; column 0 raises the label. */
function examples(featureCount = 6, rowCount = ROWS) {
  const random = randomFrom(11, 'trees', featureCount)
  const rows = new Float64Array(rowCount * featureCount)
  const labels = new Float64Array(rowCount)
  const values = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const at = row * featureCount
    for (let feature = 0; feature < featureCount; feature++) rows[at + feature] = random.normal()
    rows[at + 1] = random.integer(12)
    rows[at + 2] = random.integer(20)
    const category = rows[at + 2]! % 5
    const value = rows[at]! + Math.sin(rows[at + 1]!) + (category === 2 ? 1.5 : 0) + rows[at + 3]! * rows[at + 4]!
    values[row] = value + 0.3 * random.normal()
    labels[row] = random.uniform() < 1 / (1 + Math.exp(-value)) ? 1 : 0
    if (random.uniform() < 0.2) rows[at + 3] = Number.NaN
  }
  const given: TreeRows = { rows, rowCount, featureCount, categorical: [2] }
  return { given, rows, labels, values }
}

const SMALL: TreeTrainingOptions = { iterations: 8, leaves: 12 }

describe('fitted trees', () => {
  const { given, rows, labels, values } = examples()
  const groups = new Array(ROWS / 50).fill(50)
  const specs: TreeObjectiveSpec[] = [
    { kind: 'binary', labels },
    { kind: 'regression', labels: values },
    { kind: 'regression_l1', labels: values },
    { kind: 'multiclass', labels: labels.map((label, row) => label + (rows[row * 6]! > 1 ? 1 : 0)), classCount: 3 },
    { kind: 'lambdarank', labels, groups },
  ]
  for (const spec of specs) {
    it(`are the same to the bit on one thread and on two, for ${spec.kind}`, async () => {
      const alone = fitTrees(given, treeObjective(spec), SMALL)
      requireSoundEnsemble(alone)
      assert.ok(alone.splitFeatures.length > 0)
      assert.deepEqual(await fitTreesOnWorkers(given, treeObjective(spec), SMALL, 2), alone)
    })
  }

  it('are the same on three threads where blocks of features are shared out, with bags and drawn features', async () => {
    const wide = examples(70)
    const objective = treeObjective({ kind: 'binary', labels: wide.labels, weights: wide.values.map(Math.abs) })
    const options = { ...SMALL, baggingFraction: 0.6, baggingEvery: 2, featureFraction: 0.5 }
    const alone = fitTrees(wide.given, objective, options)
    assert.deepEqual(await fitTreesOnWorkers(wide.given, objective, options, 3), alone)
    assert.notDeepEqual(fitTrees(wide.given, objective, { ...options, seed: 2 }), alone)
  })

  it('are the same from columns as from rows, and from single precision where it holds the values', () => {
    const single = Float32Array.from(rows)
    const columns = Array.from({ length: 6 }, (_, feature) => single.filter((_, index) => index % 6 === feature))
    const objective = treeObjective({ kind: 'binary', labels })
    const fromRows = fitTrees({ ...given, rows: Float64Array.from(single) }, objective, SMALL)
    assert.deepEqual(
      fitTrees({ rowCount: ROWS, featureCount: 6, categorical: [2], columns }, objective, SMALL),
      fromRows,
    )
  })

  it('carry the scores of training: an ensemble scores its rows as training did', () => {
    const objective = treeObjective({ kind: 'regression', labels: values })
    let seen = new Float64Array(0)
    const watching: TreeObjective = {
      ...withoutKernel(objective),
      gradients(scores, gradients, hessians) {
        seen = Float64Array.from(scores)
        objective.gradients(scores, gradients, hessians)
      },
    }
    const options = { ...SMALL, baggingFraction: 0.5, baggingEvery: 1 }
    const before = fitTrees(given, withoutKernel(objective), { ...options, iterations: 7 })
    fitTrees(given, watching, options)
    const scores = scoresOf(before, rows, ROWS)
    scores.forEach((score, row) => {
      assert.ok(Math.abs(score - seen[row]!) < 1e-9, `row ${row}: ${score} is not ${seen[row]}`)
    })
  })

  it('never fall with a feature that may only raise them', () => {
    const monotone = [1, 0, 0, 0, 0, -1]
    const trees = fitTrees(given, treeObjective({ kind: 'binary', labels }), { ...SMALL, iterations: 30, monotone })
    for (const [feature, direction] of [
      [0, 1],
      [5, -1],
    ] as const) {
      const line = new Float64Array(6 * 50)
      for (let row = 0; row < 50; row++) {
        for (let start = 0; start < 6; start++) line[row * 6 + start] = rows[start]!
        line[row * 6 + feature] = -3 + 0.12 * row
      }
      const scores = scoresOf(trees, line, 50)
      for (let row = 1; row < 50; row++) assert.ok(direction * (scores[row]! - scores[row - 1]!) >= 0)
    }
  })

  it('bring only features of one group together on a path', () => {
    const interactions = [
      [0, 1],
      [3, 4],
    ]
    const trees = fitTrees(given, treeObjective({ kind: 'binary', labels }), { ...SMALL, interactions })
    const met = pathsOf(trees).filter((path) => path.size > 1)
    assert.ok(met.length > 0)
    for (const path of met)
      assert.ok(interactions.some((group) => [...path].every((feature) => group.includes(feature))))
  })

  it('keep to the depth, the rows of a leaf and the leaves that they are allowed', () => {
    const options = { ...SMALL, maxDepth: 3, minRowsInLeaf: 100 }
    const trees = fitTrees(given, treeObjective({ kind: 'regression', labels: values }), options)
    assert.ok(trees.leafCounts.every((count) => count >= 100))
    for (let tree = 0; tree < trees.treeCount; tree++) {
      assert.ok(trees.leafStarts[tree + 1]! - trees.leafStarts[tree]! <= 8)
    }
  })

  it('stop when the metric of other rows does not improve, and keep the best iteration', () => {
    const test = examples(6, 500)
    const history: number[] = []
    const validation = {
      rows: test.given,
      largerIsBetter: false,
      patience: 5,
      metric: (scores: Float64Array) => {
        const loss = scores.reduce((sum, score, row) => sum + (score - test.values[row]!) ** 2, 0)
        history.push(loss)
        return loss
      },
    }
    const objective = treeObjective({ kind: 'regression', labels: values.map((value) => Math.round(value)) })
    const trees = fitTrees(given, objective, { iterations: 500, learningRate: 0.5, validation })
    const best = history.indexOf(Math.min(...history))
    assert.ok(best > 0 && history.length < 500)
    assert.equal(trees.treeCount, best + 1)
    assert.equal(history.length, best + 1 + 5)
    const loss = scoresOf(trees, test.rows, 500).reduce((sum, score, row) => sum + (score - test.values[row]!) ** 2, 0)
    assert.ok(Math.abs(loss - history[best]!) < 1e-6 * loss)
  })

  it('go on from other trees as if they had been grown at once', () => {
    const objective = treeObjective({ kind: 'regression', labels: values })
    const whole = fitTrees(given, objective, { ...SMALL, iterations: 12 })
    const first = fitTrees(given, objective, { ...SMALL, iterations: 6 })
    const both = fitTrees(given, objective, { ...SMALL, iterations: 6, startFrom: first })
    requireSoundEnsemble(both)
    assert.equal(both.treeCount, 12)
    assert.deepEqual(both.splitFeatures.subarray(0, first.splitFeatures.length), first.splitFeatures)
    const expected = scoresOf(whole, rows, ROWS)
    const away = scoresOf(both, rows, ROWS).map((score, row) => Math.abs(score - expected[row]!))
    assert.ok(away.reduce((sum, value) => sum + value) / ROWS < 0.02)
    const mean = scoresOf(both, rows, ROWS).map((score, row) => (score - values[row]!) ** 2)
    const before = scoresOf(first, rows, ROWS).map((score, row) => (score - values[row]!) ** 2)
    assert.ok(mean.reduce((sum, value) => sum + value) < before.reduce((sum, value) => sum + value))
  })

  it('move towards other rows when they are refitted: the less they keep, the more', () => {
    const objective = treeObjective({ kind: 'regression', labels: values })
    const trees = fitTrees(given, objective, SMALL)
    const raised = treeObjective({ kind: 'regression', labels: values.map((value) => value + 10) })
    const away = (ensemble: TreeEnsemble): number =>
      scoresOf(ensemble, rows, ROWS).reduce((sum, score, row) => sum + Math.abs(score - values[row]! - 10), 0) / ROWS
    const kept = refitTrees(trees, given, raised, { decay: 1 })
    assert.deepEqual(kept, trees)
    assert.ok(away(refitTrees(trees, given, raised, { decay: 0.5 })) < away(trees) - 1)
    assert.ok(away(refitTrees(trees, given, raised, { decay: 0 })) < 2)
    const multiclass = treeObjective({ kind: 'multiclass', labels, classCount: 2 })
    refuses('MODEL_MISMATCH', () => refitTrees(trees, given, multiclass))
    refuses('OUT_OF_RANGE', () => refitTrees(trees, given, objective, { decay: 2 }))
    refuses('MODEL_MISMATCH', () => fitTrees(given, multiclass, { startFrom: trees }))
  })

  it('are one leaf at the start of the objective where nothing can be learnt', () => {
    const constant = treeObjective({ kind: 'regression', labels: new Float64Array(ROWS).fill(4.5) })
    const trees = fitTrees(given, constant, SMALL)
    assert.equal(trees.treeCount, 1)
    assert.deepEqual([...trees.leafValues], [4.5])
    const sameRows = { rowCount: ROWS, featureCount: 2, rows: new Float64Array(2 * ROWS).fill(3) }
    assert.equal(fitTrees(sameRows, treeObjective({ kind: 'regression', labels: values }), SMALL).leafValues.length, 1)
    const few = { rowCount: 5, featureCount: 1, rows: Float64Array.of(1, 2, 3, 4, 5) }
    const five = treeObjective({ kind: 'regression', labels: Float64Array.of(1, 2, 3, 4, 5) })
    assert.deepEqual([...fitTrees(few, five).leafValues], [3])
  })

  it('are refused for rows, objectives and options that do not fit', () => {
    const objective = treeObjective({ kind: 'binary', labels })
    refuses('NO_TRAINING_DATA', () => fitTrees({ rowCount: 0, featureCount: 2, rows: new Float64Array(0) }, objective))
    refuses('SHAPE_MISMATCH', () => fitTrees({ ...given, featureCount: 7 }, objective))
    refuses('SHAPE_MISMATCH', () => fitTrees({ ...given, rowCount: 1, rows: rows.slice(0, 6) }, objective))
    refuses('SHAPE_MISMATCH', () => fitTrees(given, objective, { monotone: [1] }))
    refuses('NOT_FINITE', () => fitTrees({ ...given, rows: rows.with(9, Number.POSITIVE_INFINITY) }, objective))
    refuses('INVALID_ARGUMENT', () => fitTrees(given, objective, { leaves: 1 }))
    refuses('INVALID_ARGUMENT', () => fitTrees(given, objective, { maxBins: 256 }))
    refuses('INVALID_ARGUMENT', () => fitTrees(given, objective, { linearTree: true } as TreeTrainingOptions))
    refuses('INVALID_ARGUMENT', () => fitTrees({ ...given, categorical: [6] }, objective))
    refuses('INVALID_ARGUMENT', () => fitTrees(given, objective, { monotone: [0, 0, 1, 0, 0, 0] }))
    refuses('INVALID_ARGUMENT', () => fitTrees(given, objective, { interactions: [[0, 9]] }))
  })
})

function refuses(code: ErrorCode, action: () => void): void {
  assert.throws(action, (error) => isSluiceError(error, code))
}

function scoresOf(ensemble: TreeEnsemble, rows: Float64Array, rowCount: number): Float64Array {
  const scores = new Float64Array(rowCount * ensemble.classCount)
  scoreTrees(ensemble, rows, rowCount, scores)
  return scores
}

function withoutKernel({ kernel: _kernel, ...objective }: TreeObjective): TreeObjective {
  return objective
}

/** The features between the root and every node's children. */
function pathsOf({ treeCount, nodeStarts, splitFeatures, leftChildren, rightChildren }: TreeEnsemble): Set<number>[] {
  const paths: Set<number>[] = []
  for (let tree = 0; tree < treeCount; tree++) {
    const walk = (node: number, above: Set<number>): void => {
      if (node < 0) return
      const at = nodeStarts[tree]! + node
      const path = new Set([...above, splitFeatures[at]!])
      paths.push(path)
      walk(leftChildren[at]!, path)
      walk(rightChildren[at]!, path)
    }
    if (nodeStarts[tree + 1]! > nodeStarts[tree]!) walk(0, new Set())
  }
  return paths
}

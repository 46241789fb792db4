import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../foundation/index.ts'
import { describeRowModel, randomEnsemble, randomRows } from '../../testing/index.ts'
import { permutationImportance } from '../permutation-importance.ts'
import { requireRowExamples, requireTwoClasses } from '../row-examples.ts'
import type { RowExamples } from '../row-model.ts'
import { treeObjective } from '../tree-objectives/tree-objective.ts'
import { fitTrees } from '../tree-training/fit-trees.ts'
import { scoreTrees } from './predict-trees.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { splitCounts, totalGains } from './tree-importance.ts'
import { loadTreeModel, TreeModel } from './tree-model.ts'

describeRowModel('an ensemble of boosted stumps', { fit: (examples) => fitStumps(examples), load: loadTreeModel })

const CLASSES = { treeCount: 9, leafCount: 8, featureCount: 4, classCount: 3, categoricalShare: 0.3, missing: true }

describe('a tree model', () => {
  it('of an older version stays readable', () => {
    const path = new URL('../golden/trees-version-1.json', import.meta.url)
    const stored = JSON.parse(readFileSync(path, 'utf8')) as { model: string; scores: number[] }
    const model = loadTreeModel(Buffer.from(stored.model, 'base64'))
    const scores = new Float64Array(stored.scores.length)
    model.scoreClasses(randomRows(20, 4, 5), 20, scores)
    assert.deepEqual(Array.from(scores), stored.scores)
    assert.deepEqual(model.ensemble, randomEnsemble(CLASSES, 5))
  })

  it('of several classes scores, responds, explains and comes back from its bytes', () => {
    const model = new TreeModel(randomEnsemble(CLASSES, 6))
    const rows = randomRows(10, 4, 6)
    const scores = new Float64Array(30)
    model.scoreClasses(rows, 10, scores)
    const responses = new Float64Array(30)
    model.responses(scores, 10, responses)
    const contributions = model.contributions(rows, 10)
    for (let row = 0; row < 10; row++) {
      const shares = responses.subarray(3 * row, 3 * row + 3)
      assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-12)
    }
    for (const [index, score] of scores.entries()) {
      const sum = contributions.subarray(index * 5, index * 5 + 5).reduce((total, value) => total + value, 0)
      assert.ok(Math.abs(sum - score) < 1e-9)
    }
    const loaded = loadTreeModel(model.save())
    assert.deepEqual(loaded.ensemble, model.ensemble)
    assert.deepEqual(loaded.save(), model.save())
  })

  it('of several classes refuses what has room for one score', () => {
    const model = new TreeModel(randomEnsemble(CLASSES, 6))
    const row = randomRows(1, 4, 6)
    for (const call of [
      () => model.scoreRows(row, 1, new Float64Array(1)),
      () => model.response(0),
      () => model.explain(row),
    ]) {
      assert.throws(call, (error) => isSluiceError(error, 'INVALID_ARGUMENT'))
    }
    assert.throws(
      () => model.scoreClasses(row, 1, new Float64Array(2)),
      (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
    )
  })

  it('cut to some iterations scores as the whole one does over them', () => {
    const ensemble = randomEnsemble(CLASSES, 7)
    const rows = randomRows(30, 4, 7)
    for (const range of [
      { iterationCount: 2 },
      { firstIteration: 1 },
      { firstIteration: 2, iterationCount: 9 },
      { firstIteration: 5 },
    ]) {
      const expected = new Float64Array(90)
      scoreTrees(ensemble, rows, 30, expected, range)
      const scores = new Float64Array(90)
      new TreeModel(ensemble).truncated(range).scoreClasses(rows, 30, scores)
      assert.deepEqual(scores, expected)
    }
    assert.throws(
      () => new TreeModel(ensemble).truncated({ firstIteration: -1 }),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
  })
})

describe('the importance of features', () => {
  it('counts splits and adds up gains, and shuffling a feature that never splits costs nothing', () => {
    const model = fitStumps(labelled())
    const counts = splitCounts(model.ensemble)
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      model.ensemble.treeCount,
    )
    assert.equal(counts[2], 0)
    const gains = totalGains(model.ensemble)
    assert.ok(gains[0]! > gains[1]! && gains[2] === 0)
    const { means, deviations, reference } = permutationImportance(model, labelled(), accuracy, { seed: 1 })
    assert.ok(means[0]! > 0.2 && means[0]! > means[1]! && means[0]! <= reference)
    assert.equal(means[2], 0)
    assert.equal(deviations[2], 0)
    assert.deepEqual(permutationImportance(model, labelled(), accuracy, { seed: 1 }).means, means)
  })

  it('is measured over the scores of all classes where there are several', () => {
    const { labels, ...rows } = labelled()
    const objective = treeObjective({ kind: 'multiclass', labels, classCount: 2 })
    const model = new TreeModel(fitTrees(rows, objective, { iterations: 5, leaves: 4 }))
    const margins = (truth: Float64Array, scores: Float64Array): number =>
      accuracy(
        truth,
        truth.map((_, row) => scores[2 * row + 1]! - scores[2 * row]!),
      )
    const { means, reference } = permutationImportance(model, labelled(), margins, { seed: 1 })
    assert.ok(means[0]! > 0.2 && means[0]! > means[1]! && means[0]! <= reference)
    assert.equal(means[2], 0)
  })
})

/** 200 rows whose label is the sign of the first feature, mostly; the third is constant. */
function labelled(): RowExamples {
  const rows = randomRows(200, 3, 8).map((value, index) => (index % 3 === 2 ? 1 : Number.isNaN(value) ? 0 : value))
  const labels = Float64Array.from({ length: 200 }, (_, row) => (rows[3 * row]! + 0.2 * rows[3 * row + 1]! > 0 ? 1 : 0))
  return { rows, rowCount: 200, featureCount: 3, labels }
}

function accuracy(labels: Float64Array, scores: Float64Array): number {
  return labels.reduce((sum, label, row) => sum + (scores[row]! > 0 === (label === 1) ? 1 : 0), 0) / labels.length
}

/** The simplest boosting there is: 30 stumps by Newton steps, each the best of eight thresholds a feature, NaN right. */
function fitStumps(examples: RowExamples): TreeModel {
  requireRowExamples(examples)
  requireTwoClasses(examples.labels, examples.weights)
  const scores = new Float64Array(examples.rowCount)
  const stumps = Array.from({ length: 30 }, () => {
    const stump = bestStump(examples, scores)
    for (let row = 0; row < scores.length; row++) {
      const left = examples.rows[row * examples.featureCount + stump.feature]! <= stump.threshold
      scores[row]! += left ? stump.leaves[0] : stump.leaves[1]
    }
    return stump
  })
  return new TreeModel(stumpEnsemble(examples.featureCount, stumps))
}

interface Stump {
  readonly feature: number
  readonly threshold: number
  readonly gain: number
  readonly leaves: readonly [number, number]
  readonly weights: readonly [number, number]
}

function bestStump(examples: RowExamples, scores: Float64Array): Stump {
  const thresholds = [-1, -0.5, 0, 0.5, 1, 2, 4, 7]
  const all = Array.from({ length: examples.featureCount }, (_, feature) => feature)
  const stumps = all.flatMap((feature) => thresholds.map((threshold) => stumpAt(examples, scores, feature, threshold)))
  // Rounding must not decide between equals when rows are repeated instead of weighted.
  return stumps.reduce((best, stump) => (stump.gain > best.gain * (1 + 1e-9) ? stump : best))
}

function stumpAt(examples: RowExamples, scores: Float64Array, feature: number, threshold: number): Stump {
  const gradients: [number, number] = [0, 0]
  const hessians: [number, number] = [1, 1]
  for (let row = 0; row < scores.length; row++) {
    const probability = 1 / (1 + Math.exp(-scores[row]!))
    const weight = examples.weights?.[row] ?? 1
    const side = examples.rows[row * examples.featureCount + feature]! <= threshold ? 0 : 1
    gradients[side] += weight * (probability - examples.labels[row]!)
    hessians[side] += weight * probability * (1 - probability)
  }
  const [left, right] = [gradients[0] / hessians[0], gradients[1] / hessians[1]]
  const whole = (gradients[0] + gradients[1]) ** 2 / (hessians[0] + hessians[1])
  const gain = Math.max(0, gradients[0] * left + gradients[1] * right - whole)
  return { feature, threshold, gain, leaves: [-0.5 * left, -0.5 * right], weights: hessians }
}

function stumpEnsemble(featureCount: number, stumps: readonly Stump[]): TreeEnsemble {
  const count = stumps.length
  const weights = Float64Array.from(stumps.flatMap((stump) => stump.weights))
  return {
    featureCount,
    featureNames: Array.from({ length: featureCount }, (_, feature) => `feature-${feature}`),
    classCount: 1,
    objective: 'binary sigmoid:1',
    averageOutput: false,
    treeCount: count,
    nodeStarts: Int32Array.from({ length: count + 1 }, (_, tree) => tree),
    leafStarts: Int32Array.from({ length: count + 1 }, (_, tree) => 2 * tree),
    splitFeatures: Int32Array.from(stumps, ({ feature }) => feature),
    thresholds: Float64Array.from(stumps, ({ threshold }) => threshold),
    decisions: new Uint8Array(count).fill(8),
    leftChildren: new Int32Array(count).fill(~0),
    rightChildren: new Int32Array(count).fill(~1),
    splitGains: Float64Array.from(stumps, ({ gain }) => gain),
    nodeValues: new Float64Array(count),
    nodeWeights: Float64Array.from(stumps, ({ weights: [left, right] }) => left + right),
    nodeCounts: Float64Array.from(stumps, ({ weights: [left, right] }) => left + right),
    leafValues: Float64Array.from(stumps.flatMap(({ leaves }) => leaves)),
    leafWeights: weights,
    leafCounts: weights,
    categoryStarts: new Int32Array(1),
    categoryBits: new Uint32Array(0),
    shrinkages: new Float64Array(count).fill(0.5),
  }
}

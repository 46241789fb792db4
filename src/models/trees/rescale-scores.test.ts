import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rescaleScores } from './rescale-scores.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { TreeModel } from './tree-model.ts'

describe('rescaled scores', () => {
  it('are slope times score plus intercept, and so are their explanations', () => {
    const model = new TreeModel(TWO_TREES)
    const rescaled = new TreeModel(rescaleScores(TWO_TREES, { slope: 3, intercept: -2, objective: 'binary sigmoid:1' }))
    const rows = Float64Array.of(0, 0, 2, 0, 0, 2, 2, 2)
    const [before, after] = [new Float64Array(4), new Float64Array(4)]
    model.scoreRows(rows, 4, before)
    rescaled.scoreRows(rows, 4, after)
    assert.deepEqual(Array.from(after), [-1.25, 2, -2.75, 0.5])
    assert.deepEqual(
      Array.from(after),
      Array.from(before, (score) => 3 * score - 2),
    )
    const [plain, explained] = [model, rescaled].map((each) => each.explain(rows.subarray(2, 4)))
    assert.ok(plain && explained)
    assert.ok(Math.abs(explained.baseline - (3 * plain.baseline - 2)) < 1e-12)
    explained.contributions.forEach((part, feature) => {
      assert.ok(Math.abs(part - 3 * plain.contributions[feature]!) < 1e-12)
    })
    assert.equal(rescaled.response(0), 0.5)
  })
})

/** The first splits by feature 0 at 1, the second by feature 1 at 1. */
const TWO_TREES: TreeEnsemble = {
  featureCount: 2,
  featureNames: ['a', 'b'],
  classCount: 1,
  objective: 'lambdarank',
  averageOutput: false,
  treeCount: 2,
  nodeStarts: Int32Array.of(0, 1, 2),
  leafStarts: Int32Array.of(0, 2, 4),
  splitFeatures: Int32Array.of(0, 1),
  thresholds: Float64Array.of(1, 1),
  decisions: Uint8Array.of(2, 2),
  leftChildren: Int32Array.of(-1, -1),
  rightChildren: Int32Array.of(-2, -2),
  splitGains: Float64Array.of(1, 1),
  nodeValues: Float64Array.of(0, 0),
  nodeWeights: Float64Array.of(4, 4),
  nodeCounts: Float64Array.of(4, 4),
  leafValues: Float64Array.of(0, 13 / 12, 0.25, -0.25),
  leafWeights: Float64Array.of(2, 2, 2, 2),
  leafCounts: Float64Array.of(2, 2, 2, 2),
  categoryStarts: Int32Array.of(0),
  categoryBits: new Uint32Array(0),
  shrinkages: Float64Array.of(0.1, 0.1),
}

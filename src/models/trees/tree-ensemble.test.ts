import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../foundation/index.ts'
import { requireSoundEnsemble, type TreeEnsemble } from './tree-ensemble.ts'

describe('a sound ensemble', () => {
  it('is one whose nodes and leaves are all reached, and a tree may be a single leaf', () => {
    requireSoundEnsemble(twoTrees())
  })

  it('has children, features and categories in range, and no cycle', () => {
    refuses({ leftChildren: Int32Array.of(2, ~0) }, /a child below 2/)
    refuses({ leftChildren: Int32Array.of(0, ~0) }, /one way to every node/)
    refuses({ leftChildren: Int32Array.of(1, ~2) }, /one way to every node/)
    refuses({ leftChildren: Int32Array.of(~0, ~0) }, /5 nodes and leaves below the root/)
    refuses({ rightChildren: Int32Array.of(~9, ~1) }, /a child below 3/)
    refuses({ splitFeatures: Int32Array.of(0, 2) }, /a feature below 2/)
    refuses({ splitFeatures: Int32Array.of(-1, 0) }, /a feature below 2/)
    refuses({ thresholds: Float64Array.of(0.5, 1) }, /a set of categories below 1/)
    refuses({ thresholds: Float64Array.of(Number.NaN, 0) }, /a threshold that is a number/)
    refuses({ decisions: Uint8Array.of(12, 1) }, /a decision type below 12/)
  })

  it('has finite leaves and columns of matching lengths', () => {
    refuses({ leafValues: Float64Array.of(1, Number.NaN, 2, 3) }, /finite leaf values/)
    refuses({ leafValues: new Float64Array(3) }, /leafWeights/)
    refuses({ thresholds: new Float64Array(3) }, /2 values of thresholds/)
    refuses({ nodeStarts: Int32Array.of(0, 3, 2) }, /nodeStarts that never decrease/)
    refuses({ leafStarts: Int32Array.of(0, 2, 4) }, /3 leaves in tree 0/)
    refuses({ featureNames: ['a'] }, /2 feature names/)
    refuses({ classCount: 3 }, /a multiple of 3 trees/)
  })
})

function refuses(change: Partial<TreeEnsemble>, message: RegExp): void {
  assert.throws(
    () => requireSoundEnsemble({ ...twoTrees(), ...change }),
    (error) => isSluiceError(error, 'MODEL_CORRUPT') && message.test(error.message),
  )
}

/** Feature 0 at 0.5, then category 1 or 33 of feature 1; and a tree of one leaf. */
function twoTrees(): TreeEnsemble {
  return {
    featureCount: 2,
    featureNames: ['a', 'b'],
    classCount: 1,
    objective: 'regression',
    averageOutput: false,
    treeCount: 2,
    nodeStarts: Int32Array.of(0, 2, 2),
    leafStarts: Int32Array.of(0, 3, 4),
    splitFeatures: Int32Array.of(0, 1),
    thresholds: Float64Array.of(0.5, 0),
    decisions: Uint8Array.of(2 | 8, 1),
    leftChildren: Int32Array.of(1, ~0),
    rightChildren: Int32Array.of(~2, ~1),
    splitGains: Float64Array.of(1, 2),
    nodeValues: new Float64Array(2),
    nodeWeights: Float64Array.of(10, 4),
    nodeCounts: Float64Array.of(10, 4),
    leafValues: Float64Array.of(1, 2, 3, 0.5),
    leafWeights: Float64Array.of(1, 3, 6, 0),
    leafCounts: Float64Array.of(1, 3, 6, 10),
    categoryStarts: Int32Array.of(0, 2),
    categoryBits: Uint32Array.of(2, 2),
    shrinkages: Float64Array.of(1, 1),
  }
}

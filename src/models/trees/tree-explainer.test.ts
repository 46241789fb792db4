import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { randomEnsemble, randomRows } from '../../testing/index.ts'
import { gaussLegendre } from './gauss-legendre.ts'
import { scoreTrees } from './predict-trees.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { TreeExplainer } from './tree-explainer.ts'
import { goesLeft } from './tree-walk.ts'

const FEATURES = 5

describe('Shapley values of trees', () => {
  it('are the averages over all orders of the features, and interactions those over all orders of pairs', () => {
    const shapes = fc.record({ leafCount: fc.integer({ min: 1, max: 14 }), seed: fc.nat() })
    fc.assert(
      fc.property(shapes, ({ leafCount, seed }) => {
        const ensemble = randomEnsemble(
          { treeCount: 3, leafCount, featureCount: FEATURES, categoricalShare: 0.2, missing: true },
          seed,
        )
        const row = randomRows(1, FEATURES, seed)
        const worth = Array.from({ length: 2 ** FEATURES }, (_, known) => expectation(ensemble, row, known))
        assertClose(contributionsOf(ensemble, row), [...naiveShapley(worth), worth[0]!])
        assertClose(interactionsOf(ensemble, row), naiveInteractions(worth))
      }),
      { numRuns: 60, seed: 4 },
    )
  })

  it('sum to the raw score of each class, of a truncated ensemble and of one that averages', () => {
    for (const averageOutput of [false, true]) {
      const options = { treeCount: 12, leafCount: 20, featureCount: 6, classCount: 3 }
      const ensemble = { ...randomEnsemble(options, 1), averageOutput }
      const rows = randomRows(4, 6, 2)
      const range = { firstIteration: 1, iterationCount: 2 }
      const scores = new Float64Array(4 * 3)
      scoreTrees(ensemble, rows, 4, scores, range)
      const out = new Float64Array(4 * 3 * 7)
      new TreeExplainer(ensemble, range).contributions(rows, 4, out)
      assertClose(sumsOf(out, 7), scores)
      const squares = new Float64Array(3 * 49)
      new TreeExplainer(ensemble, range).interactions(rows.subarray(0, 6), squares)
      assertClose(sumsOf(squares, 7), out.subarray(0, 21))
    }
  })

  it('are finite where no training row came, and where the tree does not know its training rows', () => {
    const ensemble = randomEnsemble({ treeCount: 5, leafCount: 20, featureCount: 6 }, 1)
    const rows = randomRows(20, 6, 3)
    const scores = new Float64Array(20)
    scoreTrees(ensemble, rows, 20, scores)
    for (const known of [ensemble.leafCounts.map((count) => (count < 20 ? 0 : count)), new Float64Array(100)]) {
      const nodeCounts = known.some((count) => count > 0) ? ensemble.nodeCounts : ensemble.nodeCounts.map(() => 0)
      const changed = { ...ensemble, leafCounts: known, leafWeights: known, nodeCounts, nodeWeights: nodeCounts }
      const out = new Float64Array(20 * 7)
      new TreeExplainer(changed).contributions(rows, 20, out)
      assertClose(sumsOf(out, 7), scores)
    }
  })
})

describe('the Gauss-Legendre rule', () => {
  it('is that of the tables for three points, and exact for the powers it promises', () => {
    const { points, weights } = gaussLegendre(3)
    assertClose(points, [0.5 - Math.sqrt(0.15), 0.5, 0.5 + Math.sqrt(0.15)])
    assertClose(weights, [5 / 18, 8 / 18, 5 / 18])
    for (const count of [1, 2, 7, 20, 64]) {
      const rule = gaussLegendre(count)
      for (let power = 0; power < 2 * count; power++) {
        const integral = rule.points.reduce((sum, t, index) => sum + rule.weights[index]! * t ** power, 0)
        assertClose([integral], [1 / (power + 1)])
      }
    }
  })
})

/** The mean over the training rows where only the known features (bits) are asked. */
function expectation(ensemble: TreeEnsemble, row: Float64Array, known: number): number {
  let sum = 0
  for (let tree = 0; tree < ensemble.treeCount; tree++) {
    const [first, firstLeaf] = [ensemble.nodeStarts[tree]!, ensemble.leafStarts[tree]!]
    const count = (child: number): number =>
      child < 0 ? ensemble.leafCounts[firstLeaf + ~child]! : ensemble.nodeCounts[first + child]!
    const mean = (child: number): number => {
      if (child < 0) return ensemble.leafValues[firstLeaf + ~child]!
      const [left, right] = [ensemble.leftChildren[first + child]!, ensemble.rightChildren[first + child]!]
      const feature = ensemble.splitFeatures[first + child]!
      if ((known >> feature) & 1) return mean(goesLeft(ensemble, first + child, row[feature]!) ? left : right)
      return (count(left) * mean(left) + count(right) * mean(right)) / count(child)
    }
    sum += mean(ensemble.nodeStarts[tree + 1] === first ? ~0 : 0)
  }
  return sum
}

function naiveShapley(worth: readonly number[]): number[] {
  return Array.from({ length: FEATURES }, (_, i) => {
    let sum = 0
    for (let known = 0; known < worth.length; known++) {
      if ((known >> i) & 1) continue
      sum += (worth[known | (1 << i)]! - worth[known]!) / (FEATURES * chooses(FEATURES - 1, bitCount(known)))
    }
    return sum
  })
}

/** The square of halved interaction indices, what is left of the Shapley value on the diagonal, and the mean. */
function naiveInteractions(worth: readonly number[]): number[] {
  const side = FEATURES + 1
  const square = new Array<number>(side * side).fill(0)
  for (let i = 0; i < FEATURES; i++) {
    for (let j = 0; j < FEATURES; j++) {
      if (i === j) continue
      for (let known = 0; known < worth.length; known++) {
        if (known & ((1 << i) | (1 << j))) continue
        const [withI, withJ] = [worth[known | (1 << i)]!, worth[known | (1 << j)]!]
        const both = worth[known | (1 << i) | (1 << j)]! - withI - withJ + worth[known]!
        square[i * side + j]! += both / (2 * (FEATURES - 1) * chooses(FEATURES - 2, bitCount(known)))
      }
    }
  }
  for (const [i, value] of naiveShapley(worth).entries()) {
    const line = square.slice(i * side, (i + 1) * side)
    square[i * side + i] = value - line.reduce((sum, entry) => sum + entry, 0)
  }
  square[side * side - 1] = worth[0]!
  return square
}

function contributionsOf(ensemble: TreeEnsemble, row: Float64Array): Float64Array {
  const out = new Float64Array(FEATURES + 1)
  new TreeExplainer(ensemble).contributions(row, 1, out)
  return out
}

function interactionsOf(ensemble: TreeEnsemble, row: Float64Array): Float64Array {
  const out = new Float64Array((FEATURES + 1) ** 2)
  new TreeExplainer(ensemble).interactions(row, out)
  return out
}

function sumsOf(values: Float64Array, block: number): number[] {
  return Array.from({ length: values.length / block }, (_, index) =>
    values.subarray(index * block, (index + 1) * block).reduce((sum, value) => sum + value, 0),
  )
}

function assertClose(values: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(values.length, expected.length)
  for (let index = 0; index < expected.length; index++) {
    assert.ok(Math.abs(values[index]! - expected[index]!) < 1e-10, `${index}: ${values[index]} for ${expected[index]}`)
  }
}

function chooses(from: number, count: number): number {
  let ways = 1
  for (let i = 0; i < count; i++) ways = (ways * (from - i)) / (i + 1)
  return ways
}

function bitCount(bits: number): number {
  return bits === 0 ? 0 : (bits & 1) + bitCount(bits >> 1)
}

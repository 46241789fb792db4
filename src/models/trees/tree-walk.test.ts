import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomEnsemble } from '../../testing/index.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { goesLeft, ZERO_THRESHOLD } from './tree-walk.ts'

const [NAN, TINY] = [Number.NaN, ZERO_THRESHOLD]
const [NOTHING, ZERO, UNKNOWN] = [0, 4, 8]
const LEFT = 2

describe('the way of a value at a node', () => {
  it('is left up to the threshold, compared as doubles', () => {
    for (const [value, left] of [
      [0.1, true],
      [0.1 + 2 ** -58, true],
      [0.1 + 2 ** -56, false],
      [-5, true],
    ] as const) {
      assert.equal(goesLeft(nodeAt(0.1, UNKNOWN), 0, value), left)
    }
  })

  it('is that of 0 for NaN where nothing is missing, and the default where NaN is', () => {
    for (const side of [0, LEFT]) {
      assert.equal(goesLeft(nodeAt(0, NOTHING | side), 0, NAN), true)
      assert.equal(goesLeft(nodeAt(-1, NOTHING | side), 0, NAN), false)
      assert.equal(goesLeft(nodeAt(-1, UNKNOWN | side), 0, NAN), side === LEFT)
      assert.equal(goesLeft(nodeAt(1, UNKNOWN | side), 0, NAN), side === LEFT)
      assert.equal(goesLeft(nodeAt(1, UNKNOWN | side), 0, 0), true)
    }
  })

  it('is the default for NaN and what is nearly zero where zero is missing', () => {
    for (const side of [0, LEFT]) {
      for (const value of [NAN, 0, -0, TINY, -TINY]) {
        assert.equal(goesLeft(nodeAt(1, ZERO | side), 0, value), side === LEFT)
      }
      assert.equal(goesLeft(nodeAt(1, ZERO | side), 0, 2 * TINY), true)
      assert.equal(goesLeft(nodeAt(-1, ZERO | side), 0, -2 * TINY), false)
    }
  })

  it('is left for the categories of the set: whole parts, from 0 on', () => {
    const left = [0, 3, 33, 63, 0.9, -0.9, 33.5]
    const right = [1, 2, 32, 64, 67, 1000, -1, -33, NAN, 2 ** 31, 2 ** 32, 2 ** 32 + 3, 1e300]
    for (const value of left) assert.equal(goesLeft(categoricalNode(), 0, value), true, String(value))
    for (const value of right) assert.equal(goesLeft(categoricalNode(), 0, value), false, String(value))
  })
})

function nodeAt(threshold: number, decision: number): TreeEnsemble {
  const tree = randomEnsemble({ treeCount: 1, leafCount: 2, featureCount: 1 }, 1)
  return { ...tree, thresholds: Float64Array.of(threshold), decisions: Uint8Array.of(decision) }
}

/** Categories 0, 3, 33 and 63 go left. */
function categoricalNode(): TreeEnsemble {
  const categoryBits = Uint32Array.of(0b1001, 2 + 2 ** 31)
  return { ...nodeAt(0, 1), categoryStarts: Int32Array.of(0, 2), categoryBits }
}

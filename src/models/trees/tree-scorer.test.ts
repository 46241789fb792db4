import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError, openKernels } from '../../foundation/index.ts'
import { randomEnsemble, randomRows } from '../../testing/index.ts'
import { scoreTrees } from './predict-trees.ts'
import { layOutSeats, scoreBlock } from './scoring-seat.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { layOutTrees } from './tree-plan.ts'
import { layOutRanks, RANKED_ROWS } from './tree-rank-plan.ts'
import { TreeScorer } from './tree-scorer.ts'
import { openTreeScoringThreads } from './tree-scoring-threads.ts'
import { ZERO_THRESHOLD } from './tree-walk.ts'

describe('the compiled scores of trees', () => {
  it('equal the plain ones to the bit, whatever trees and rows, alone and in batches', () => {
    const shapes = fc.record({
      iterations: fc.nat(40),
      leafCount: fc.integer({ min: 1, max: 40 }),
      featureCount: fc.integer({ min: 1, max: 12 }),
      classCount: fc.integer({ min: 1, max: 3 }),
      categoricalShare: fc.constantFrom(0, 0.02, 0.5),
      missing: fc.boolean(),
      averageOutput: fc.boolean(),
      rowCount: fc.oneof(fc.nat(20), fc.integer({ min: 250, max: 300 })),
      seed: fc.nat(),
    })
    fc.assert(
      fc.property(shapes, ({ iterations, averageOutput, rowCount, seed, ...options }) => {
        const treeCount = iterations * options.classCount
        const ensemble = { ...randomEnsemble({ ...options, treeCount }, seed), averageOutput }
        const rows = randomRows(rowCount, options.featureCount, seed)
        assertSameAsPlain(ensemble, rows, rowCount)
      }),
      { seed: 6, numRuns: 150 },
    )
  })

  it('equal the plain ones at thresholds, next to them, and where nearly zero ends', () => {
    const thresholds = [0, -0, 1.5, -1.5, 1e-35, -ZERO_THRESHOLD, 1e308, Number.MIN_VALUE]
    const edges = thresholds.flatMap((value) => [value, value * (1 + 2 ** -52), value * (1 - 2 ** -52), -value])
    const values = [
      ...edges,
      ZERO_THRESHOLD,
      Number.NaN,
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
      0.9,
      -0.9,
      2 ** 31,
      31.99,
    ]
    for (const missing of [0, 1, 2]) {
      for (const left of [0, 2]) {
        const ensemble = stumps(
          [...thresholds, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
          (missing << 2) | left,
        )
        assertSameAsPlain(ensemble, Float64Array.from(values), values.length)
      }
    }
  })

  it('equal the plain ones with more thresholds of a feature than a byte can tell apart, and with many leaves', () => {
    for (const [treeCount, leafCount] of [
      [60, 40],
      [1, 256],
      [1, 257],
      [2, 600],
    ] as const) {
      const ensemble = randomEnsemble({ treeCount, leafCount, featureCount: 2, missing: true }, 7)
      // Every value is next to a threshold or is one.
      const { thresholds } = ensemble
      const rows = Float64Array.from({ length: 800 }, (_, index) => thresholds[(index * 37) % thresholds.length]!)
      for (let index = 0; index < rows.length; index += 3) rows[index]! *= 1 + 2 ** -52
      assertSameAsPlain(ensemble, rows, 400)
    }
  })

  it('are those of ranks for many rows in small trees, and of walks where those are cheaper', () => {
    const isRanked = (leafCount: number, categoricalShare: number): boolean => {
      const ensemble = randomEnsemble({ treeCount: 20, leafCount, featureCount: 4, categoricalShare }, 1)
      return layOutSeats(openKernels(), ensemble, 8, 1)[0]!.rankPlan !== 0
    }
    assert.deepEqual(
      [isRanked(31, 0), isRanked(31, 0.02), isRanked(256, 0), isRanked(31, 1)],
      [true, true, false, false],
    )
  })

  it('equal the plain ones whatever the counts of training rows say', () => {
    const ensemble = randomEnsemble({ treeCount: 9, leafCount: 20, featureCount: 4 }, 2)
    for (const count of [0, Number.NaN, -1, -100, 1e308, Number.POSITIVE_INFINITY]) {
      const leafCounts = ensemble.leafCounts.map((known, leaf) => (leaf % 3 === 0 ? known : count))
      assertSameAsPlain({ ...ensemble, leafCounts }, randomRows(40, 4, 2), 40)
    }
  })
})

describe('trees on several threads', () => {
  it('score as on one, to the bit, and alone after the others ended', async () => {
    const ensemble = randomEnsemble({ treeCount: 12, leafCount: 9, featureCount: 3, classCount: 2 }, 5)
    const counts = [0, 1, 255, 257, 1000, 20_001]
    const rows = randomRows(20_001, 3, 5)
    const expected = new Float64Array(2 * 20_001)
    scoreTrees(ensemble, rows, 20_001, expected)
    const threads = await openTreeScoringThreads(ensemble, 3)
    const check = (rowCount: number): void => {
      const out = new Float64Array(2 * rowCount)
      threads.scoreRows(rows, rowCount, out)
      assert.deepEqual(out, expected.slice(0, 2 * rowCount))
    }
    try {
      for (const rowCount of counts) check(rowCount)
    } finally {
      await threads.close()
    }
    check(300)
  })

  it('are refused where there are none', async () => {
    const ensemble = randomEnsemble({ treeCount: 1, leafCount: 2, featureCount: 1 }, 1)
    for (const count of [0, 1.5, 65]) {
      await assert.rejects(openTreeScoringThreads(ensemble, count), (error) => isSluiceError(error, 'INVALID_ARGUMENT'))
    }
  })
})

function assertSameAsPlain(ensemble: TreeEnsemble, rows: Float64Array, rowCount: number): void {
  const { featureCount, classCount } = ensemble
  const expected = new Float64Array(rowCount * classCount)
  scoreTrees(ensemble, rows, rowCount, expected)
  const scorer = new TreeScorer(ensemble)
  const batch = new Float64Array(rowCount * classCount)
  scorer.scoreRows(rows, rowCount, batch)
  assert.deepEqual(batch, expected)
  const alone = new Float64Array(rowCount * classCount)
  for (let row = 0; row < rowCount; row++) {
    const own = alone.subarray(row * classCount, (row + 1) * classCount)
    scorer.scoreRows(rows.slice(row * featureCount, (row + 1) * featureCount), 1, own)
  }
  assert.deepEqual(alone, expected)
  if (ensemble.averageOutput) return
  for (const isRanked of [false, true]) assertSameFrom(ensemble, rows, rowCount, expected, isRanked)
}

/** Of one of the two compiled ways, whichever a scorer would take. */
function assertSameFrom(
  ensemble: TreeEnsemble,
  rows: Float64Array,
  rowCount: number,
  expected: Float64Array,
  isRanked: boolean,
): void {
  const kernels = openKernels()
  const [seat] = layOutSeats(kernels, ensemble, Math.ceil(rowCount / 8) * 8, 1)
  const walks = layOutTrees(kernels, ensemble)
  const ranks = layOutRanks(kernels, ensemble, { ...walks, rowCost: isRanked ? Number.POSITIVE_INFINITY : -1 })
  assert.equal(ranks !== undefined, isRanked && ensemble.leafValues.length <= 256 * ensemble.treeCount)
  const scratchBytes = RANKED_ROWS * kernels.program.treeRowBytes(ensemble.featureCount, walks.blocks.flags)
  const scratch = kernels.arena.uint8s(Math.max(scratchBytes, ranks?.scratchBytes ?? 0)).byteOffset
  const { buffer } = kernels.memory
  new Float64Array(buffer, seat!.rows, rows.length).set(rows)
  scoreBlock(kernels.program, { ...seat!, plan: walks.address, rankPlan: ranks?.address ?? 0, scratch }, 0, rowCount)
  assert.deepEqual(new Float64Array(new Float64Array(buffer, seat!.scores, expected.length)), expected)
}

/** A stump a threshold over one feature; the leaves tell all combinations apart. */
function stumps(thresholds: readonly number[], decision: number): TreeEnsemble {
  const treeCount = thresholds.length
  return {
    ...randomEnsemble({ treeCount, leafCount: 2, featureCount: 1 }, 1),
    thresholds: Float64Array.from(thresholds),
    decisions: new Uint8Array(treeCount).fill(decision),
    leftChildren: new Int32Array(treeCount).fill(~0),
    rightChildren: new Int32Array(treeCount).fill(~1),
    leafValues: Float64Array.from({ length: 2 * treeCount }, (_, leaf) => (leaf % 2 === 0 ? 0 : 2 ** (leaf >> 1))),
  }
}

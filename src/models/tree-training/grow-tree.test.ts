import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { treeObjective } from '../tree-objectives/tree-objective.ts'
import { CATEGORICAL, DEFAULT_LEFT, type TreeEnsemble } from '../trees/tree-ensemble.ts'
import { fitTrees } from './fit-trees.ts'

const FEATURES = 4
const SEED = 20

/** Small rows: few different values, some missing, the last column categories. */
const world = fc
  .record({
    rows: fc.array(
      fc.record({
        cells: fc.array(fc.oneof(fc.integer({ min: -3, max: 6 }), fc.constant(Number.NaN)), {
          minLength: FEATURES - 1,
          maxLength: FEATURES - 1,
        }),
        category: fc.integer({ min: 0, max: 2 }),
        label: fc.integer({ min: -8, max: 8 }),
      }),
      { minLength: 6, maxLength: 60 },
    ),
    l1: fc.constantFrom(0, 0.5),
    l2: fc.constantFrom(0, 1.5),
    minRowsInLeaf: fc.constantFrom(1, 4),
  })
  .map(({ rows, ...options }) => ({
    options,
    rowCount: rows.length,
    rows: Float64Array.from(rows.flatMap(({ cells, category }) => [...cells, category])),
    labels: Float64Array.from(rows, ({ label }) => label),
  }))

type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never

const UNLIMITED = { iterations: 1, minRowsInBin: 1, minHessianInLeaf: 0, oneHotCategories: 255 } as const

describe('the growing of a tree', () => {
  it('splits first where no other split gains more, whatever the rows, and says how much', () => {
    fc.assert(
      fc.property(world, (given) => {
        const tree = grow(given, 2)
        const best = bestGain(given)
        const found = tree.splitGains[0] ?? 0
        assert.ok(Math.abs(found - best) <= 1e-4 * Math.max(1, best), `${found} is not ${best}`)
      }),
      { numRuns: 300, seed: SEED },
    )
  })

  it('gives every leaf the Newton step of its rows, and counts them', () => {
    fc.assert(
      fc.property(world, (given) => {
        const tree = grow(given, 5)
        const mean = given.labels.reduce((sum, label) => sum + label) / given.rowCount
        const rowsOfLeaf = tree.leafValues.length === 1 ? [[...given.labels.keys()]] : leafRows(tree, given)
        rowsOfLeaf.forEach((rows, leaf) => {
          assert.equal(tree.leafCounts[leaf], rows.length)
          const residual = rows.reduce((sum, row) => sum + given.labels[row]! - mean, 0)
          const { l1, l2 } = given.options
          const step = shrink(residual, l1) / (rows.length + l2)
          const value = tree.leafValues[leaf]!
          if (tree.leafValues.length > 1) assert.ok(Math.abs(value - mean - 0.1 * step) < 1e-4, `${value}`)
        })
      }),
      { numRuns: 200, seed: SEED },
    )
  })
})

function grow({ rows, rowCount, labels, options }: World, leaves: number): TreeEnsemble {
  const given = { rows, rowCount, featureCount: FEATURES, categorical: [FEATURES - 1] }
  return fitTrees(given, treeObjective({ kind: 'regression', labels }), { ...UNLIMITED, ...options, leaves })
}

/** The gain of the best of all splits, tried one by one. */
function bestGain(given: World): number {
  const { rowCount, rows, labels } = given
  const mean = labels.reduce((sum, label) => sum + label) / rowCount
  const gradients = labels.map((label) => mean - label)
  const all = gradients.reduce((sum, gradient) => sum + gradient)
  let best = 0
  for (const goesLeft of allSplits(given)) {
    const left = [...gradients.keys()].filter((row) => goesLeft(row))
    if (Math.min(left.length, rowCount - left.length) < given.options.minRowsInLeaf) continue
    const sum = left.reduce((total, row) => total + gradients[row]!, 0)
    const gain = gainOf(given, sum, left.length) + gainOf(given, all - sum, rowCount - left.length)
    best = Math.max(best, gain - gainOf(given, all, rowCount))
  }
  assert.ok(rows.length > 0)
  return best
}

function* allSplits({ rows, rowCount }: World): Generator<(row: number) => boolean> {
  const cell = (row: number, feature: number): number => rows[row * FEATURES + feature]!
  for (let feature = 0; feature < FEATURES - 1; feature++) {
    const values = new Set(Array.from({ length: rowCount }, (_, row) => cell(row, feature)))
    for (const value of values) {
      yield (row) => cell(row, feature) <= value
      yield (row) => !(cell(row, feature) > value)
    }
  }
  for (let category = 0; category < 3; category++) yield (row) => cell(row, FEATURES - 1) === category
}

function gainOf({ options }: World, gradient: number, rows: number): number {
  return shrink(gradient, options.l1) ** 2 / Math.max(1e-15, rows + options.l2)
}

function shrink(value: number, l1: number): number {
  return Math.sign(value) * Math.max(0, Math.abs(value) - l1)
}

/** The rows of every leaf, found by walking. */
function leafRows(tree: TreeEnsemble, { rows, rowCount }: World): number[][] {
  const found: number[][] = Array.from(tree.leafValues, () => [])
  for (let row = 0; row < rowCount; row++) {
    let node = 0
    while (node >= 0) {
      const isLeft = goesLeft(tree, node, rows[row * FEATURES + tree.splitFeatures[node]!]!)
      node = isLeft ? tree.leftChildren[node]! : tree.rightChildren[node]!
    }
    found[~node]!.push(row)
  }
  return found
}

function goesLeft(tree: TreeEnsemble, node: number, value: number): boolean {
  const decision = tree.decisions[node]!
  const threshold = tree.thresholds[node]!
  if ((decision & CATEGORICAL) !== 0) {
    const start = tree.categoryStarts[threshold]!
    return value < 32 && ((tree.categoryBits[start]! >>> value) & 1) === 1
  }
  if (!Number.isNaN(value)) return value <= threshold
  return decision >> 2 === 2 ? (decision & DEFAULT_LEFT) !== 0 : threshold >= 0
}

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { type ErrorCode, isSluiceError, type Random, randomFrom } from '../../foundation/index.ts'
import { LIGHTGBM_CASES, lightgbmAbsent, readLightgbmFile, readLightgbmRows } from '../../testing/index.ts'
import { leavesOf, scoreTrees } from './predict-trees.ts'
import { readLightgbmText } from './read-lightgbm-text.ts'
import { readXgboostJson } from './read-xgboost-json.ts'
import { singleAtMost, singleBelow } from './single-precision.ts'
import { sliceIterations } from './slice-iterations.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { responseOf, writeResponses } from './tree-response.ts'
import { ZERO_THRESHOLD } from './tree-walk.ts'
import { writeOnnx } from './write-onnx.ts'

describe('ONNX in onnxruntime', () => {
  for (const [name, { test }] of Object.entries(LIGHTGBM_CASES)) {
    it(`gives our scores and responses to 1e-6: the ${name} model of LightGBM`, { skip: lightgbmAbsent }, async () => {
      const ensemble = readLightgbmText(readLightgbmFile(`conformance/lightgbm/${name}/model.txt.gz`))
      await assertSame(ensemble, readLightgbmRows(test, ensemble.featureCount).rows)
    })
  }

  it('gives our scores and responses to 1e-6: models of XGBoost', async () => {
    const golden: { cases: { json: string; rows: (number | null)[] }[] } = JSON.parse(
      readFileSync(new URL('../golden/xgboost-models.json', import.meta.url), 'utf8'),
    )
    for (const { json, rows } of golden.cases) {
      await assertSame(
        readXgboostJson(json),
        Float64Array.from(rows, (value) => value ?? Number.NaN),
      )
    }
  })

  it('ends in the same leaves, whatever the trees: every kind of missing, sets of categories, values at the edges', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = randomFrom(seed, 'onnx')
      const ensemble = randomTree(random)
      const rows = edgeRows(ensemble, random, 200)
      const leaves = leavesOf(ensemble, rows, 200)
      const { score } = await run(ensemble, rows)
      // Every leaf of the tree has its number as its value.
      assert.deepEqual(Array.from(score), Array.from(leaves), `seed ${seed}`)
    }
  })

  it('takes the mean where the ensemble averages, and responds as every objective does', async () => {
    const random = randomFrom(1, 'onnx-objectives')
    const rows = Float64Array.from({ length: 4 * 20 }, () => random.normal())
    const objectives = [
      'regression',
      'regression sqrt',
      'poisson',
      'cross_entropy',
      'cross_entropy_lambda',
      'binary sigmoid:2',
    ]
    for (const objective of [
      ...objectives,
      'multiclassova num_class:2 sigmoid:1',
      'multiclass num_class:2',
      'custom',
    ]) {
      const trees = Array.from({ length: 6 }, () => randomTree(random))
      const ensemble = { ...joined(trees), objective, classCount: objective.startsWith('multi') ? 2 : 1 }
      const small = { ...ensemble, leafValues: ensemble.leafValues.map((value) => value / 50 - 0.1) }
      await assertSame(small, rows)
      await assertSame({ ...small, averageOutput: true }, rows)
    }
  })

  it('is refused for an ensemble without trees, that cannot be walked, or of an unknown objective', () => {
    const ensemble = randomTree(randomFrom(3, 'onnx'))
    refuses('NO_MODEL', () => writeOnnx(sliceIterations(ensemble, { iterationCount: 0 })))
    refuses('MODEL_CORRUPT', () => writeOnnx({ ...ensemble, featureCount: 1 }))
    refuses('MODEL_MISMATCH', () => writeOnnx({ ...ensemble, objective: 'binary:hinge' }))
  })
})

describe('a threshold rounded to single precision', () => {
  it('keeps every comparison of single-precision values', () => {
    const random = randomFrom(2, 'singles')
    for (let count = 0; count < 2000; count++) {
      const threshold = random.normal() * 10 ** (80 * random.normal())
      const near = Math.fround(threshold)
      for (const value of [near, singleBelow(near), -singleBelow(-near)]) {
        assert.equal(value <= singleAtMost(threshold), value <= threshold)
        assert.equal(value <= singleBelow(threshold), value < threshold)
      }
    }
  })
})

/** Our own predictions, of rows taken to single precision, and those of onnxruntime. */
async function assertSame(ensemble: TreeEnsemble, values: Float64Array): Promise<void> {
  const rows = Float64Array.from(values, Math.fround)
  const rowCount = rows.length / ensemble.featureCount
  const scores = new Float64Array(rowCount * ensemble.classCount)
  scoreTrees(ensemble, rows, rowCount, scores)
  const { score, response } = await run(ensemble, rows)
  assertClose(score, scores)
  writeResponses(responseOf(ensemble.objective), scores, rowCount, ensemble.classCount, scores)
  assertClose(response, scores)
}

async function run(
  ensemble: TreeEnsemble,
  rows: Float64Array,
): Promise<{ score: Float32Array; response: Float32Array }> {
  const session = await InferenceSession.create(writeOnnx(ensemble), { intraOpNumThreads: 1 })
  const width = ensemble.featureCount
  const input = new Tensor('float32', Float32Array.from(rows), [rows.length / width, width])
  const { score, response } = await session.run({ rows: input })
  assert.ok(score?.data instanceof Float32Array && response?.data instanceof Float32Array)
  assert.deepEqual(score.dims, [rows.length / width, ensemble.classCount])
  return { score: score.data, response: response.data }
}

/** Within 1e-6 of the value, or of 1 where it is smaller: the sums are of single precision. */
function assertClose(got: ArrayLike<number>, expected: Float64Array): void {
  assert.equal(got.length, expected.length)
  expected.forEach((value, index) => {
    const difference = Math.abs(value - (got[index] ?? Number.NaN))
    assert.ok(difference <= 1e-6 * Math.max(1, Math.abs(value)), `expected ${value}, got ${got[index]} at ${index}`)
  })
}

const WIDTH = 4

/** A tree of 30 nodes grown at random, with awkward thresholds; the value of a leaf is its number. */
function randomTree(random: Random): TreeEnsemble {
  const nodeCount = 30
  const leftChildren = [~0]
  const rightChildren = [~1]
  for (let node = 1; node < nodeCount; node++) {
    const parent = random.integer(node)
    const children = [leftChildren, rightChildren][random.integer(2)] ?? leftChildren
    // The node takes the place of something below its parent, which becomes its left child.
    leftChildren.push(children[parent] ?? 0)
    rightChildren.push(~(node + 1))
    children[parent] = node
  }
  const edges = [
    0,
    -0,
    ZERO_THRESHOLD,
    -ZERO_THRESHOLD,
    2 * ZERO_THRESHOLD,
    -2 * ZERO_THRESHOLD,
    0.1,
    -0.1,
    1e-40,
    1e300,
  ]
  const nodes = Array.from({ length: nodeCount }, () => {
    const missing = random.integer(3)
    const isCategorical = random.uniform() < 0.3
    const threshold = random.uniform() < 0.5 ? (edges[random.integer(edges.length)] ?? 0) : random.normal()
    return { isCategorical, threshold, decision: (missing << 2) | (random.integer(2) << 1) | (isCategorical ? 1 : 0) }
  })
  const sets = nodes
    .filter(({ isCategorical }) => isCategorical)
    .map(() => Array.from({ length: random.integer(3) }, () => random.integer(2 ** 32) & random.integer(2 ** 32)))
  let set = 0
  const zeros = () => new Float64Array(nodeCount)
  return {
    featureCount: WIDTH,
    featureNames: ['a', 'b', 'c', 'd'],
    classCount: 1,
    objective: 'regression',
    averageOutput: false,
    treeCount: 1,
    nodeStarts: Int32Array.of(0, nodeCount),
    leafStarts: Int32Array.of(0, nodeCount + 1),
    splitFeatures: Int32Array.from(nodes, () => random.integer(WIDTH)),
    thresholds: Float64Array.from(nodes, ({ isCategorical, threshold }) => (isCategorical ? set++ : threshold)),
    decisions: Uint8Array.from(nodes, ({ decision }) => decision),
    leftChildren: Int32Array.from(leftChildren),
    rightChildren: Int32Array.from(rightChildren),
    splitGains: zeros(),
    nodeValues: zeros(),
    nodeWeights: zeros(),
    nodeCounts: zeros(),
    leafValues: Float64Array.from({ length: nodeCount + 1 }, (_, leaf) => leaf),
    leafWeights: new Float64Array(nodeCount + 1),
    leafCounts: new Float64Array(nodeCount + 1),
    categoryStarts: Int32Array.from([0, ...sets.map((_, index) => sets.slice(0, index + 1).flat().length)]),
    categoryBits: Uint32Array.from(sets.flat()),
    shrinkages: Float64Array.of(1),
  }
}

/** Thresholds and their neighbours, zeros of both signs, categories whole and broken, negatives, NaN. */
function edgeRows({ thresholds, decisions }: TreeEnsemble, random: Random, rowCount: number): Float64Array {
  const numerical = Array.from(thresholds).filter((_, node) => ((decisions[node] ?? 0) & 1) === 0)
  const choices = [
    () => Number.NaN,
    () => [0, -0, ZERO_THRESHOLD, -ZERO_THRESHOLD, 1e-36, -1e-36, -1, -0.99, 0.5][random.integer(9)] ?? 0,
    () => random.integer(70) + (random.integer(3) === 0 ? 0.7 : 0),
    () => {
      const at = numerical[random.integer(numerical.length)] ?? 0
      return [singleAtMost(at), singleBelow(at), -singleBelow(-singleAtMost(at))][random.integer(3)] ?? 0
    },
  ]
  return Float64Array.from({ length: rowCount * WIDTH }, () => {
    const value = choices[random.integer(choices.length)]?.() ?? 0
    return Math.fround(Math.abs(value) === Number.POSITIVE_INFINITY ? 0 : value)
  })
}

function joined(trees: readonly TreeEnsemble[]): TreeEnsemble {
  const [first] = trees
  assert.ok(first)
  const doubles = (
    name: 'splitGains' | 'nodeValues' | 'nodeWeights' | 'nodeCounts' | 'leafValues' | 'leafWeights' | 'leafCounts',
  ) => Float64Array.from(trees.flatMap((tree) => [...tree[name]]))
  const integers = (name: 'splitFeatures' | 'leftChildren' | 'rightChildren') =>
    Int32Array.from(trees.flatMap((tree) => [...tree[name]]))
  const starts = (lengths: readonly number[]) =>
    Int32Array.from([
      0,
      ...lengths.map((_, index) => lengths.slice(0, index + 1).reduce((sum, length) => sum + length, 0)),
    ])
  const setCounts = starts(trees.map(({ categoryStarts }) => categoryStarts.length - 1))
  return {
    ...first,
    treeCount: trees.length,
    nodeStarts: starts(trees.map(({ splitFeatures }) => splitFeatures.length)),
    leafStarts: starts(trees.map(({ leafValues }) => leafValues.length)),
    splitFeatures: integers('splitFeatures'),
    thresholds: Float64Array.from(
      trees.flatMap(({ thresholds, decisions }, index) =>
        Array.from(
          thresholds,
          (value, node) => value + (((decisions[node] ?? 0) & 1) === 1 ? (setCounts[index] ?? 0) : 0),
        ),
      ),
    ),
    decisions: Uint8Array.from(trees.flatMap(({ decisions }) => [...decisions])),
    leftChildren: integers('leftChildren'),
    rightChildren: integers('rightChildren'),
    splitGains: doubles('splitGains'),
    nodeValues: doubles('nodeValues'),
    nodeWeights: doubles('nodeWeights'),
    nodeCounts: doubles('nodeCounts'),
    leafValues: doubles('leafValues'),
    leafWeights: doubles('leafWeights'),
    leafCounts: doubles('leafCounts'),
    categoryStarts: starts(
      trees.flatMap(({ categoryStarts }) =>
        Array.from(categoryStarts.subarray(1), (end, index) => end - (categoryStarts[index] ?? 0)),
      ),
    ),
    categoryBits: Uint32Array.from(trees.flatMap(({ categoryBits }) => [...categoryBits])),
    shrinkages: new Float64Array(trees.length).fill(1),
  }
}

function refuses(code: ErrorCode, action: () => void): void {
  assert.throws(action, (error) => isSluiceError(error, code))
}

import { type Random, randomFrom } from '../foundation/index.ts'
import type { TreeEnsemble } from '../models/index.ts'

/** What counts as missing at a node, as `TreeEnsemble.decisions` has it: nothing, zero, NaN. */
const MISSING_KINDS = [0, 1, 2] as const
const MISSING_NAN = 2

/** What a random ensemble is like. */
export interface RandomEnsembleOptions {
  readonly treeCount: number
  /** Leaves a tree; from 1. */
  readonly leafCount: number
  readonly featureCount: number
  readonly classCount?: number | undefined
  /** The part of the nodes that splits by category, of 40; 0 by default. */
  readonly categoricalShare?: number | undefined
  /** Whether nodes differ in what is missing and where it goes; else NaN goes right everywhere. */
  readonly missing?: boolean | undefined
}

/**
 * An ensemble grown at random, for tests and benches: each time a random leaf is split, which makes trees as uneven as
 * those grown by gain. Thresholds are normal or, one in ten, 0; counts are those of a training set that was never there.
 */
export function randomEnsemble(options: RandomEnsembleOptions, seed: number): TreeEnsemble {
  const random = randomFrom(seed, 'random-ensemble')
  const { treeCount, leafCount, featureCount, classCount = 1 } = options
  const [nodes, leaves] = [treeCount * (leafCount - 1), treeCount * leafCount]
  const ensemble = {
    featureCount,
    featureNames: Array.from({ length: featureCount }, (_, feature) => `feature-${feature}`),
    classCount,
    objective: classCount > 1 ? `multiclass num_class:${classCount}` : 'regression',
    averageOutput: false,
    treeCount,
    nodeStarts: Int32Array.from({ length: treeCount + 1 }, (_, tree) => tree * (leafCount - 1)),
    leafStarts: Int32Array.from({ length: treeCount + 1 }, (_, tree) => tree * leafCount),
    splitFeatures: Int32Array.from({ length: nodes }, () => random.integer(featureCount)),
    thresholds: Float64Array.from({ length: nodes }, () => (random.integer(10) === 0 ? 0 : random.normal())),
    decisions: new Uint8Array(nodes).fill(MISSING_NAN << 2),
    leftChildren: new Int32Array(nodes),
    rightChildren: new Int32Array(nodes),
    splitGains: Float64Array.from({ length: nodes }, () => random.exponential()),
    nodeValues: new Float64Array(nodes),
    nodeWeights: new Float64Array(nodes),
    nodeCounts: new Float64Array(nodes),
    leafValues: Float64Array.from({ length: leaves }, () => random.normal() / 10),
    leafWeights: new Float64Array(leaves),
    leafCounts: Float64Array.from({ length: leaves }, () => 1 + random.integer(50)),
    categoryStarts: new Int32Array(1),
    categoryBits: new Uint32Array(0),
    shrinkages: new Float64Array(treeCount).fill(1),
  }
  for (let tree = 0; tree < treeCount; tree++) growTree(ensemble, tree, leafCount, random)
  const decided = options.missing === true ? { ...ensemble, decisions: randomDecisions(nodes, random) } : ensemble
  return withCategories(decided, options.categoricalShare ?? 0, random)
}

/** Splits random leaves; the new right leaf gets the next number, as in LightGBM. */
function growTree(ensemble: TreeEnsemble, tree: number, leafCount: number, random: Random): void {
  const { leftChildren, rightChildren, nodeCounts, nodeWeights, leafCounts, leafWeights } = ensemble
  const [first, firstLeaf] = [tree * (leafCount - 1), tree * leafCount]
  const parents = new Int32Array(leafCount).fill(-1)
  for (let node = 0; node < leafCount - 1; node++) {
    const leaf = random.integer(node + 1)
    const parent = parents[leaf]!
    if (parent >= 0) {
      const side = leftChildren[first + parent] === ~leaf ? leftChildren : rightChildren
      side[first + parent] = node
    }
    leftChildren[first + node] = ~leaf
    rightChildren[first + node] = ~(node + 1)
    parents[leaf] = node
    parents[node + 1] = node
  }
  const countOf = (child: number): number => (child < 0 ? leafCounts[firstLeaf + ~child]! : nodeCounts[first + child]!)
  for (let node = leafCount - 2; node >= 0; node--) {
    nodeCounts[first + node] = countOf(leftChildren[first + node]!) + countOf(rightChildren[first + node]!)
    nodeWeights[first + node] = nodeCounts[first + node]! / 4
  }
  for (let leaf = firstLeaf; leaf < firstLeaf + leafCount; leaf++) leafWeights[leaf] = leafCounts[leaf]! / 4
}

function randomDecisions(count: number, random: Random): Uint8Array {
  return Uint8Array.from({ length: count }, () => (random.integer(2) << 1) | (MISSING_KINDS[random.integer(3)]! << 2))
}

function withCategories(ensemble: TreeEnsemble, share: number, random: Random): TreeEnsemble {
  if (share === 0) return ensemble
  const thresholds = ensemble.thresholds.slice()
  const decisions = ensemble.decisions.slice()
  const bits: number[] = []
  for (let node = 0; node < thresholds.length; node++) {
    if (random.uniform() >= share) continue
    thresholds[node] = bits.length / 2
    decisions[node] = 1
    bits.push(random.integer(2 ** 32), random.integer(256))
  }
  const categoryStarts = Int32Array.from({ length: bits.length / 2 + 1 }, (_, set) => 2 * set)
  return { ...ensemble, thresholds, decisions, categoryStarts, categoryBits: Uint32Array.from(bits) }
}

/** Rows that go every way: normal values, zeros, whole numbers for categories, and NaN. Shape (rowCount * featureCount,). */
export function randomRows(rowCount: number, featureCount: number, seed: number): Float64Array {
  const random = randomFrom(seed, 'random-rows')
  return Float64Array.from({ length: rowCount * featureCount }, () => {
    const kind = random.uniform()
    if (kind < 0.05) return Number.NaN
    if (kind < 0.1) return 0
    return kind < 0.3 ? random.integer(45) - 2 : random.normal()
  })
}

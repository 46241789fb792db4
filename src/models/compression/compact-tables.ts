import { SluiceError } from '../../foundation/index.ts'
import { CATEGORICAL, type TreeEnsemble } from '../trees/tree-ensemble.ts'

/** Whole numbers of one or two bytes, from 0. */
export type SmallIntegers = Uint8Array | Uint16Array

/** Bits that a number of a table takes. */
export interface CompactOptions {
  /** Of a leaf's value, spread between the least and the greatest leaf of its tree; 16 by default. */
  readonly leafBits?: 8 | 16 | undefined
  /** Of a threshold: a feature keeps at most 256 or 65,536 of them; 8 by default. */
  readonly thresholdBits?: 8 | 16 | undefined
}

/**
 * An ensemble as small tables. Nodes stand in preorder, left before right, and leaves from left to right, so the number
 * of nodes to the left of a node says where both of its children are, and there are no pointers.
 */
export interface CompactTables {
  readonly featureCount: number
  readonly featureNames: readonly string[]
  readonly classCount: number
  readonly objective: string
  readonly averageOutput: boolean
  /** Shape (treeCount,): nodes of each tree; it has one leaf more. */
  readonly treeSizes: SmallIntegers
  /** Shape (used features,): which features are asked at all, ascending. */
  readonly usedFeatures: Uint32Array
  /** Shape (used features + 1,): the thresholds of used feature `f` are `thresholdStarts[f]` up to the next. */
  readonly thresholdStarts: Uint32Array
  /** Ascending within a feature, in single precision. */
  readonly thresholds: Float32Array
  /** Shape (nodeCount,), as the next four: which of the used features. */
  readonly features: SmallIntegers
  /** Which of the feature's thresholds, or which set of categories. */
  readonly ranks: SmallIntegers
  /** LightGBM's decision type. */
  readonly decisions: Uint8Array
  /** Nodes of the left subtree. */
  readonly leftSizes: SmallIntegers
  /** The share of training rows that go left, in 256ths and a half: what contributions need. */
  readonly leftShares: Uint8Array
  /** Shape (leafCount,): a leaf is worth `leafOffsets[tree] + leafScales[tree] * leaves[leaf]`. */
  readonly leaves: SmallIntegers
  readonly leafOffsets: Float32Array
  readonly leafScales: Float32Array
  readonly categoryStarts: Int32Array
  readonly categoryBits: Uint32Array
}

/** Puts an ensemble into tables. @throws SluiceError `INVALID_ARGUMENT` when it is too large @remarks O(nodes log nodes). */
export function compactTables(
  ensemble: TreeEnsemble,
  { leafBits = 16, thresholdBits = 8 }: CompactOptions,
): CompactTables {
  const order = preorderOf(ensemble)
  const { usedFeatures, thresholdStarts, thresholds, rankOf } = rankThresholds(ensemble, 2 ** thresholdBits)
  const numberOf = new Map(Array.from(usedFeatures, (feature, index) => [feature, index]))
  const { splitFeatures, decisions } = ensemble
  return {
    featureCount: ensemble.featureCount,
    featureNames: ensemble.featureNames,
    classCount: ensemble.classCount,
    objective: ensemble.objective,
    averageOutput: ensemble.averageOutput,
    treeSizes: smallest(order.treeSizes),
    usedFeatures,
    thresholdStarts,
    thresholds,
    features: smallest(order.nodes.map((node) => numberOf.get(splitFeatures[node]!)!)),
    ranks: smallest(order.nodes.map(rankOf)),
    decisions: Uint8Array.from(order.nodes, (node) => decisions[node]!),
    leftSizes: smallest(order.leftSizes),
    leftShares: Uint8Array.from(order.leftShares, (share) => Math.min(255, Math.floor(share * 256))),
    ...quantizeLeaves(ensemble, order.leaves, 2 ** leafBits - 1),
    categoryStarts: ensemble.categoryStarts,
    categoryBits: ensemble.categoryBits,
  }
}

interface Preorder {
  readonly treeSizes: number[]
  /** Nodes and leaves of all trees in the order of the tables. */
  readonly nodes: number[]
  readonly leaves: number[]
  readonly leftSizes: number[]
  readonly leftShares: number[]
}

function preorderOf(ensemble: TreeEnsemble): Preorder {
  const { treeCount, nodeStarts, leafStarts, leftChildren, rightChildren } = ensemble
  const { sizes, counts } = subtreesOf(ensemble)
  const order: Preorder = { treeSizes: [], nodes: [], leaves: [], leftSizes: [], leftShares: [] }
  for (let tree = 0; tree < treeCount; tree++) {
    const [first, firstLeaf] = [nodeStarts[tree]!, leafStarts[tree]!]
    const treeSize = nodeStarts[tree + 1]! - first
    order.treeSizes.push(treeSize)
    const open = [treeSize === 0 ? ~0 : 0]
    for (let child = open.pop(); child !== undefined; child = open.pop()) {
      if (child < 0) {
        order.leaves.push(firstLeaf + ~child)
        continue
      }
      const node = first + child
      const [left, right] = [leftChildren[node]!, rightChildren[node]!]
      const leftCount = left < 0 ? ensemble.leafCounts[firstLeaf + ~left]! : counts[first + left]!
      order.nodes.push(node)
      order.leftSizes.push(left < 0 ? 0 : sizes[first + left]!)
      order.leftShares.push(counts[node]! > 0 ? leftCount / counts[node]! : 0.5)
      open.push(right, left)
    }
  }
  return order
}

/** Nodes and training rows below every node, itself included. */
function subtreesOf(ensemble: TreeEnsemble): { sizes: Uint32Array; counts: Float64Array } {
  const { treeCount, nodeStarts, leafStarts, leftChildren, rightChildren, leafCounts } = ensemble
  const sizes = new Uint32Array(ensemble.splitFeatures.length)
  const counts = new Float64Array(sizes.length)
  for (let tree = 0; tree < treeCount; tree++) {
    const [first, firstLeaf] = [nodeStarts[tree]!, leafStarts[tree]!]
    if (nodeStarts[tree + 1] === first) continue
    const met = [0]
    for (let index = 0; index < met.length; index++) {
      const node = first + met[index]!
      for (const child of [leftChildren[node]!, rightChildren[node]!]) if (child >= 0) met.push(child)
    }
    for (const child of met.reverse()) {
      const node = first + child
      sizes[node] = 1
      for (const below of [leftChildren[node]!, rightChildren[node]!]) {
        sizes[node]! += below < 0 ? 0 : sizes[first + below]!
        counts[node]! += below < 0 ? leafCounts[firstLeaf + ~below]! : counts[first + below]!
      }
    }
  }
  return { sizes, counts }
}

/** The thresholds of every feature, at most `most` of them, and the place of a node's own among them. */
function rankThresholds(
  { splitFeatures, thresholds, decisions }: TreeEnsemble,
  most: number,
): Pick<CompactTables, 'usedFeatures' | 'thresholdStarts' | 'thresholds'> & { rankOf(node: number): number } {
  const byFeature = new Map<number, number[]>()
  splitFeatures.forEach((feature, node) => {
    const values = byFeature.get(feature) ?? []
    byFeature.set(feature, values)
    if ((decisions[node]! & CATEGORICAL) === 0) values.push(Math.fround(thresholds[node]!))
  })
  const usedFeatures = Uint32Array.from(byFeature.keys()).sort()
  const tables = new Map(Array.from(usedFeatures, (feature) => [feature, fewest(byFeature.get(feature)!, most)]))
  const thresholdStarts = new Uint32Array(usedFeatures.length + 1)
  usedFeatures.forEach((feature, index) => {
    thresholdStarts[index + 1] = thresholdStarts[index]! + tables.get(feature)!.length
  })
  return {
    usedFeatures,
    thresholdStarts,
    thresholds: Float32Array.from(Array.from(usedFeatures).flatMap((feature) => [...tables.get(feature)!])),
    rankOf: (node) =>
      (decisions[node]! & CATEGORICAL) !== 0
        ? thresholds[node]!
        : nearest(tables.get(splitFeatures[node]!)!, Math.fround(thresholds[node]!)),
  }
}

/** The distinct values, or where there are too many those at even steps of how often they are used. */
function fewest(values: readonly number[], most: number): Float64Array {
  const sorted = Float64Array.from(values).sort()
  const distinct = sorted.filter((value, index) => index === 0 || value !== sorted[index - 1])
  if (distinct.length <= most) return distinct
  const kept = Array.from({ length: most }, (_, step) => sorted[Math.floor(((step + 0.5) * sorted.length) / most)]!)
  return Float64Array.from(new Set(kept))
}

/** The index of the value nearest to `value`. */
function nearest(ascending: Float64Array, value: number): number {
  let best = 0
  ascending.forEach((candidate, index) => {
    if (Math.abs(candidate - value) < Math.abs(ascending[best]! - value)) best = index
  })
  return best
}

function quantizeLeaves(
  { treeCount, leafStarts, leafValues }: TreeEnsemble,
  order: readonly number[],
  steps: number,
): Pick<CompactTables, 'leaves' | 'leafOffsets' | 'leafScales'> {
  const leafOffsets = new Float32Array(treeCount)
  const leafScales = new Float32Array(treeCount)
  const leaves = new (steps > 255 ? Uint16Array : Uint8Array)(order.length)
  for (let tree = 0; tree < treeCount; tree++) {
    const values = leafValues.subarray(leafStarts[tree]!, leafStarts[tree + 1]!)
    leafOffsets[tree] = values.reduce((least, value) => Math.min(least, value))
    const range = values.reduce((most, value) => Math.max(most, value)) - leafOffsets[tree]!
    leafScales[tree] = range / steps
    for (let leaf = leafStarts[tree]!; leaf < leafStarts[tree + 1]!; leaf++) {
      const above = leafValues[order[leaf]!]! - leafOffsets[tree]!
      leaves[leaf] = leafScales[tree] === 0 ? 0 : Math.max(0, Math.min(steps, Math.round(above / leafScales[tree]!)))
    }
  }
  return { leaves, leafOffsets, leafScales }
}

function smallest(values: readonly number[]): SmallIntegers {
  if (values.some((value) => value > 65_535)) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      'compact trees: expected at most 65,536 features, sets of categories and nodes a tree, got more; prune it first',
    )
  }
  return values.every((value) => value < 256) ? Uint8Array.from(values) : Uint16Array.from(values)
}

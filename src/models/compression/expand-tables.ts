import { CATEGORICAL, type TreeEnsemble } from '../trees/tree-ensemble.ts'
import type { CompactTables } from './compact-tables.ts'

/**
 * The ensemble that tables stand for. What the tables do not hold - gains, weights, names of the training - is 0, and
 * counts are shares of 1.
 *
 * @remarks O(nodes).
 */
export function expandTables(tables: CompactTables): TreeEnsemble {
  const { treeSizes, features, decisions, leaves } = tables
  const nodeCount = features.length
  const zeros = (length: number) => new Float64Array(length)
  const ensemble = {
    featureCount: tables.featureCount,
    featureNames: tables.featureNames,
    classCount: tables.classCount,
    objective: tables.objective,
    averageOutput: tables.averageOutput,
    treeCount: treeSizes.length,
    nodeStarts: startsOf(treeSizes, 0),
    leafStarts: startsOf(treeSizes, 1),
    splitFeatures: Int32Array.from(features, (feature) => tables.usedFeatures[feature] ?? -1),
    thresholds: Float64Array.from({ length: nodeCount }, (_, node) => thresholdAt(tables, node)),
    decisions,
    leftChildren: new Int32Array(nodeCount),
    rightChildren: new Int32Array(nodeCount),
    splitGains: zeros(nodeCount),
    nodeValues: zeros(nodeCount),
    nodeWeights: zeros(nodeCount),
    nodeCounts: zeros(nodeCount),
    leafValues: zeros(leaves.length),
    leafWeights: zeros(leaves.length),
    leafCounts: zeros(leaves.length),
    categoryStarts: tables.categoryStarts,
    categoryBits: tables.categoryBits,
    shrinkages: zeros(treeSizes.length).fill(1),
  }
  for (let tree = 0; tree < ensemble.treeCount; tree++) hangTree(tables, ensemble, tree)
  return ensemble
}

function thresholdAt({ features, ranks, decisions, thresholdStarts, thresholds }: CompactTables, node: number): number {
  if ((decisions[node]! & CATEGORICAL) !== 0) return ranks[node]!
  return thresholds[(thresholdStarts[features[node]!] ?? Number.NaN) + ranks[node]!] ?? Number.NaN
}

/** Children, leaf values and counts of one tree, from the sizes of its left subtrees. */
function hangTree(tables: CompactTables, ensemble: TreeEnsemble, tree: number): void {
  const { leftSizes, leftShares, leaves, leafOffsets, leafScales } = tables
  const [firstNode, firstLeaf] = [ensemble.nodeStarts[tree]!, ensemble.leafStarts[tree]!]
  const open = [{ node: 0, leaf: 0, size: tables.treeSizes[tree]!, count: 1 }]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { node, leaf, size, count } = place
    if (size <= 0) {
      const at = firstLeaf + leaf
      ensemble.leafCounts[at] = count
      ensemble.leafValues[at] = leafOffsets[tree]! + leafScales[tree]! * (leaves[at] ?? Number.NaN)
      continue
    }
    const at = firstNode + node
    const leftSize = leftSizes[at]!
    const rightSize = size - leftSize - 1
    // In the middle of its step, so that no side is left without rows.
    const leftCount = (count * (leftShares[at]! + 0.5)) / 256
    ensemble.nodeCounts[at] = count
    ensemble.leftChildren[at] = leftSize === 0 ? ~leaf : node + 1
    ensemble.rightChildren[at] = rightSize === 0 ? ~(leaf + leftSize + 1) : node + leftSize + 1
    open.push(
      { node: node + leftSize + 1, leaf: leaf + leftSize + 1, size: rightSize, count: count - leftCount },
      { node: node + 1, leaf, size: leftSize, count: leftCount },
    )
  }
}

function startsOf(sizes: ArrayLike<number>, more: number): Int32Array {
  const starts = new Int32Array(sizes.length + 1)
  for (let index = 0; index < sizes.length; index++) starts[index + 1] = starts[index]! + sizes[index]! + more
  return starts
}

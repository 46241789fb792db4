import { type IterationRange, treesOf } from './predict-trees.ts'
import { CATEGORICAL, type TreeEnsemble } from './tree-ensemble.ts'

/**
 * The ensemble of some iterations alone; its raw scores are those of the range.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when a bound is negative or not whole
 * @remarks O(nodes kept); a copy.
 */
export function sliceIterations(ensemble: TreeEnsemble, range: IterationRange): TreeEnsemble {
  const { from, to } = treesOf(ensemble, range)
  const [firstNode, endNode] = [ensemble.nodeStarts[from]!, ensemble.nodeStarts[to]!]
  const [firstLeaf, endLeaf] = [ensemble.leafStarts[from]!, ensemble.leafStarts[to]!]
  return {
    ...ensemble,
    treeCount: to - from,
    nodeStarts: ensemble.nodeStarts.slice(from, to + 1).map((start) => start - firstNode),
    leafStarts: ensemble.leafStarts.slice(from, to + 1).map((start) => start - firstLeaf),
    splitFeatures: ensemble.splitFeatures.slice(firstNode, endNode),
    decisions: ensemble.decisions.slice(firstNode, endNode),
    leftChildren: ensemble.leftChildren.slice(firstNode, endNode),
    rightChildren: ensemble.rightChildren.slice(firstNode, endNode),
    splitGains: ensemble.splitGains.slice(firstNode, endNode),
    nodeValues: ensemble.nodeValues.slice(firstNode, endNode),
    nodeWeights: ensemble.nodeWeights.slice(firstNode, endNode),
    nodeCounts: ensemble.nodeCounts.slice(firstNode, endNode),
    leafValues: ensemble.leafValues.slice(firstLeaf, endLeaf),
    leafWeights: ensemble.leafWeights.slice(firstLeaf, endLeaf),
    leafCounts: ensemble.leafCounts.slice(firstLeaf, endLeaf),
    shrinkages: ensemble.shrinkages.slice(from, to),
    ...keptCategories(ensemble, firstNode, endNode),
  }
}

/** The sets of categories that kept nodes use, in the order of the nodes. */
function keptCategories(
  { thresholds, decisions, categoryStarts, categoryBits }: TreeEnsemble,
  firstNode: number,
  endNode: number,
): Pick<TreeEnsemble, 'thresholds' | 'categoryStarts' | 'categoryBits'> {
  const kept = thresholds.slice(firstNode, endNode)
  const starts = [0]
  const words: number[] = []
  for (let node = 0; node < kept.length; node++) {
    if ((decisions[firstNode + node]! & CATEGORICAL) === 0) continue
    const set = kept[node]!
    kept[node] = starts.length - 1
    for (let word = categoryStarts[set]!; word < categoryStarts[set + 1]!; word++) words.push(categoryBits[word]!)
    starts.push(words.length)
  }
  return { thresholds: kept, categoryStarts: Int32Array.from(starts), categoryBits: Uint32Array.from(words) }
}

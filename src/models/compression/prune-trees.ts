import { SluiceError } from '../../foundation/index.ts'
import { sliceIterations } from '../trees/slice-iterations.ts'
import { requireSoundEnsemble, type TreeEnsemble } from '../trees/tree-ensemble.ts'

/**
 * The ensemble with so many leaves left, by undoing the splits that say least. Undoing a split puts the mean of its
 * two sides in its place, weighted by their training rows; its cost is what that adds to the sum of squares of the
 * scores over those rows, and the cheapest go first, over all trees together. A tree keeps at least one leaf.
 *
 * @param options.leafCount - leaves to keep, from the number of trees on; more than there are is all there are
 * @throws SluiceError `INVALID_ARGUMENT`, `MODEL_CORRUPT`
 * @remarks O(nodes log nodes). The mean raw score over the training rows stays as it was.
 * @see Breiman, Friedman, Olshen & Stone 1984, chapter 3, with the outputs of the ensemble as the target.
 */
export function pruneTrees(ensemble: TreeEnsemble, options: { readonly leafCount: number }): TreeEnsemble {
  requireSoundEnsemble(ensemble)
  const { leafCount } = options
  if (!Number.isInteger(leafCount) || leafCount < ensemble.treeCount) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `leaves to keep: expected a whole number from ${ensemble.treeCount} (one a tree), got ${leafCount}`,
    )
  }
  const merged = mergeUpwards(ensemble)
  const nodeCount = ensemble.splitFeatures.length
  const order = Array.from({ length: nodeCount }, (_, node) => node).sort(
    (a, b) => merged.costs[a]! - merged.costs[b]! || merged.visits[a]! - merged.visits[b]!,
  )
  const isUndone = new Uint8Array(nodeCount)
  for (const node of order.slice(0, Math.max(0, ensemble.leafValues.length - leafCount))) isUndone[node] = 1
  // Slicing leaves behind the sets of categories that no node uses any more.
  return sliceIterations(rebuild(ensemble, merged, isUndone), {})
}

/** What every node would be as a leaf, and when to make it one. */
interface Merged {
  readonly values: Float64Array
  readonly weights: Float64Array
  readonly counts: Float64Array
  /** The largest cost in the subtree: nothing is undone before what is below it. */
  readonly costs: Float64Array
  /** A number that is lower for all that is below a node. */
  readonly visits: Uint32Array
}

/** A child as a leaf: one that it is, or one that it would be. */
function leafOf(ensemble: TreeEnsemble, merged: Merged, tree: number, child: number) {
  if (child >= 0) {
    const node = ensemble.nodeStarts[tree]! + child
    const { values, weights, counts, costs } = merged
    return { value: values[node]!, weight: weights[node]!, count: counts[node]!, cost: costs[node]! }
  }
  const leaf = ensemble.leafStarts[tree]! + ~child
  const { leafValues, leafWeights, leafCounts } = ensemble
  return { value: leafValues[leaf]!, weight: leafWeights[leaf]!, count: leafCounts[leaf]!, cost: 0 }
}

function mergeUpwards(ensemble: TreeEnsemble): Merged {
  const nodeCount = ensemble.splitFeatures.length
  const column = () => new Float64Array(nodeCount)
  const visits = new Uint32Array(nodeCount)
  const merged: Merged = { values: column(), weights: column(), counts: column(), costs: column(), visits }
  let visit = 0
  for (let tree = 0; tree < ensemble.treeCount; tree++) {
    const first = ensemble.nodeStarts[tree]!
    for (const child of nodesInPreorder(ensemble, tree).reverse()) {
      const node = first + child
      const left = leafOf(ensemble, merged, tree, ensemble.leftChildren[node]!)
      const right = leafOf(ensemble, merged, tree, ensemble.rightChildren[node]!)
      const count = left.count + right.count
      // Without counts both sides weigh the same.
      const share = count > 0 ? right.count / count : 0.5
      merged.values[node] = left.value + (right.value - left.value) * share
      merged.weights[node] = left.weight + right.weight
      merged.counts[node] = count
      const own = (count > 0 ? count : 1) * share * (1 - share) * (right.value - left.value) ** 2
      merged.costs[node] = Math.max(own, left.cost, right.cost)
      merged.visits[node] = visit++
    }
  }
  return merged
}

/** The nodes of a tree, each before all that is below it, left before right. */
function nodesInPreorder({ nodeStarts, leftChildren, rightChildren }: TreeEnsemble, tree: number): number[] {
  const first = nodeStarts[tree]!
  const nodes: number[] = []
  const open = nodeStarts[tree + 1] === first ? [] : [0]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    nodes.push(node)
    for (const child of [rightChildren[first + node]!, leftChildren[first + node]!]) if (child >= 0) open.push(child)
  }
  return nodes
}

/** The nodes that stay, renumbered, with leaves in the place of those undone. */
function rebuild(ensemble: TreeEnsemble, merged: Merged, isUndone: Uint8Array): TreeEnsemble {
  const nodes: number[] = []
  const leaves: { value: number; weight: number; count: number }[] = []
  const [left, right]: [number[], number[]] = [[], []]
  const [nodeStarts, leafStarts] = [[0], [0]]
  for (let tree = 0; tree < ensemble.treeCount; tree++) {
    const [first, firstLeaf] = [ensemble.nodeStarts[tree]!, leaves.length]
    const kept = nodesInPreorder(ensemble, tree).filter((node) => isUndone[first + node] === 0)
    const numbers = new Map(kept.map((node, index) => [node, index]))
    const childOf = (child: number): number => {
      const number = numbers.get(child)
      if (number !== undefined) return number
      leaves.push(leafOf(ensemble, merged, tree, child))
      return ~(leaves.length - 1 - firstLeaf)
    }
    for (const node of kept) {
      nodes.push(first + node)
      left.push(childOf(ensemble.leftChildren[first + node]!))
      right.push(childOf(ensemble.rightChildren[first + node]!))
    }
    if (kept.length === 0) childOf(ensemble.nodeStarts[tree + 1] === first ? ~0 : 0)
    nodeStarts.push(nodes.length)
    leafStarts.push(leaves.length)
  }
  const pick = (values: Float64Array) => Float64Array.from(nodes, (node) => values[node]!)
  return {
    ...ensemble,
    nodeStarts: Int32Array.from(nodeStarts),
    leafStarts: Int32Array.from(leafStarts),
    splitFeatures: Int32Array.from(nodes, (node) => ensemble.splitFeatures[node]!),
    decisions: Uint8Array.from(nodes, (node) => ensemble.decisions[node]!),
    thresholds: pick(ensemble.thresholds),
    splitGains: pick(ensemble.splitGains),
    nodeValues: pick(ensemble.nodeValues),
    nodeWeights: pick(ensemble.nodeWeights),
    nodeCounts: pick(ensemble.nodeCounts),
    leftChildren: Int32Array.from(left),
    rightChildren: Int32Array.from(right),
    leafValues: Float64Array.from(leaves, ({ value }) => value),
    leafWeights: Float64Array.from(leaves, ({ weight }) => weight),
    leafCounts: Float64Array.from(leaves, ({ count }) => count),
  }
}

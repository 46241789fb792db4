import type { TreeEnsemble } from './tree-ensemble.ts'

/**
 * The edges of some trees, parents before children: what Shapley values need to know of a tree besides which way a row
 * goes. The share of an edge is the part of the training rows that stays below it when only this edge's feature is
 * asked, which is a product over the edges of that feature from the root.
 */
export interface TreeEdges {
  /** Shape (trees + 1,): the edges of the i-th tree, those of one tree being counted from 0 in all columns below. */
  readonly starts: Int32Array
  /** The node that the edge leaves, over all trees, and whether it leaves it to the left. */
  readonly nodes: Int32Array
  readonly isLeft: Uint8Array
  /** The edge above, or -1 below the root. */
  readonly parents: Int32Array
  /** The nearest edge above that asks the same feature, or -1. */
  readonly previous: Int32Array
  /** In (0, 1]. */
  readonly shares: Float64Array
  /** The leaf, over all trees, in which the edge ends, or -1. */
  readonly leaves: Int32Array
  /** Per tree: the most different features on one way to a leaf. */
  readonly featuresOnPath: Int32Array
  /** Per tree: the mean of the leaves over the training rows. */
  readonly expectations: Float64Array
}

/** A share of nothing would make what follows infinite; a leaf that no training row reached gets this. */
const LEAST_SHARE = 1e-12

/** @remarks O(nodes * depth) once. */
export function edgesOf(ensemble: TreeEnsemble, from: number, to: number): TreeEdges {
  let edgeCount = 0
  const starts = new Int32Array(to - from + 1)
  for (let tree = from; tree < to; tree++) {
    edgeCount += 2 * (ensemble.nodeStarts[tree + 1]! - ensemble.nodeStarts[tree]!)
    starts[tree - from + 1] = edgeCount
  }
  const edges = {
    starts,
    nodes: new Int32Array(edgeCount),
    isLeft: new Uint8Array(edgeCount),
    parents: new Int32Array(edgeCount),
    previous: new Int32Array(edgeCount),
    shares: new Float64Array(edgeCount),
    leaves: new Int32Array(edgeCount),
    featuresOnPath: new Int32Array(to - from),
    expectations: new Float64Array(to - from),
  }
  for (let index = 0; index < to - from; index++) fillTree(ensemble, from + index, edges, index)
  return edges
}

interface OpenChild {
  readonly node: number
  readonly isLeft: boolean
  readonly parent: number
  /** Of the training rows, the part that comes here. */
  readonly reach: number
  readonly featuresAbove: number
}

function fillTree(ensemble: TreeEnsemble, tree: number, edges: TreeEdges, index: number): void {
  const [first, firstLeaf] = [ensemble.nodeStarts[tree]!, ensemble.leafStarts[tree]!]
  const start = edges.starts[index]!
  if (edges.starts[index + 1] === start) {
    edges.expectations[index] = ensemble.leafValues[firstLeaf]!
    return
  }
  const shareOf = trainingShares(ensemble, tree)
  const open: OpenChild[] = childrenOf(first, -1, 1, 0)
  for (let next = 0, child = open.pop(); child; child = open.pop(), next++) {
    const { node, isLeft, parent, featuresAbove } = child
    const edge = start + next
    const target = isLeft ? ensemble.leftChildren[node]! : ensemble.rightChildren[node]!
    const share = shareOf(node, target)
    const previous = nearestOfFeature(ensemble, edges, start, parent, ensemble.splitFeatures[node]!)
    edges.nodes[edge] = node
    edges.isLeft[edge] = isLeft ? 1 : 0
    edges.parents[edge] = parent
    edges.previous[edge] = previous
    edges.shares[edge] = previous < 0 ? share : Math.max(LEAST_SHARE, share * edges.shares[start + previous]!)
    edges.leaves[edge] = target < 0 ? firstLeaf + ~target : -1
    const reach = child.reach * share
    const features = featuresAbove + (previous < 0 ? 1 : 0)
    if (target >= 0) open.push(...childrenOf(first + target, next, reach, features))
    else {
      edges.expectations[index]! += reach * ensemble.leafValues[firstLeaf + ~target]!
      edges.featuresOnPath[index] = Math.max(edges.featuresOnPath[index]!, features)
    }
  }
}

function childrenOf(node: number, parent: number, reach: number, featuresAbove: number): OpenChild[] {
  const below = { node, parent, reach, featuresAbove }
  return [
    { ...below, isLeft: false },
    { ...below, isLeft: true },
  ]
}

function nearestOfFeature(
  { splitFeatures }: TreeEnsemble,
  { nodes, parents }: TreeEdges,
  start: number,
  from: number,
  feature: number,
): number {
  let edge = from
  while (edge >= 0 && splitFeatures[nodes[start + edge]!] !== feature) edge = parents[start + edge]!
  return edge
}

/** Which part of a node's training rows goes to a child: by rows, else by weight, else half, as far as the tree knows. */
function trainingShares(ensemble: TreeEnsemble, tree: number): (node: number, child: number) => number {
  const [first, firstLeaf] = [ensemble.nodeStarts[tree]!, ensemble.leafStarts[tree]!]
  const byCount = ensemble.nodeCounts[first]! > 0
  const ofNodes = byCount ? ensemble.nodeCounts : ensemble.nodeWeights
  const ofLeaves = byCount ? ensemble.leafCounts : ensemble.leafWeights
  return (node, child) => {
    const all = ofNodes[node]!
    const part = child < 0 ? ofLeaves[firstLeaf + ~child]! : ofNodes[first + child]!
    return all > 0 && part >= 0 ? Math.min(1, Math.max(LEAST_SHARE, part / all)) : 0.5
  }
}

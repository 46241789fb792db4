import type { QuadratureRule } from './gauss-legendre.ts'
import type { TreeEdges } from './tree-edges.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { goesLeft } from './tree-walk.ts'

/**
 * Adds the interactions of one tree above the diagonal and below it: for features i and j of a leaf's way, half the
 * integral of v (o_i - z_i) (o_j - z_j) times the product over the other features, named as in `TreeExplainer`.
 *
 * @param tree - counted among those of the edges
 * @param row - shape (featureCount,)
 * @param square - shape ((featureCount + 1) * (featureCount + 1),)
 * @remarks O(leaves * depth^2 * points).
 */
export function addInteractions(
  ensemble: TreeEnsemble,
  edges: TreeEdges,
  tree: number,
  rule: QuadratureRule,
  row: Float64Array,
  square: Float64Array,
): void {
  const from = edges.starts[tree]!
  const isOn = followedEdges(ensemble, edges, tree, row)
  for (let edge = 0; edge < isOn.length; edge++) {
    const leaf = edges.leaves[from + edge]!
    if (leaf < 0) continue
    const ways = waysTo(ensemble, edges, from, edge, isOn, rule)
    addPairs(ways, rule, ensemble.leafValues[leaf]!, square, ensemble.featureCount + 1)
  }
}

/** Whether the row follows each edge of a tree and all above it that ask its feature. */
function followedEdges(ensemble: TreeEnsemble, edges: TreeEdges, tree: number, row: Float64Array): Uint8Array {
  const from = edges.starts[tree]!
  const isOn = new Uint8Array(edges.starts[tree + 1]! - from)
  for (let edge = 0; edge < isOn.length; edge++) {
    const node = edges.nodes[from + edge]!
    const previous = edges.previous[from + edge]!
    const follows = goesLeft(ensemble, node, row[ensemble.splitFeatures[node]!]!) === (edges.isLeft[from + edge] === 1)
    isOn[edge] = follows && (previous < 0 || isOn[previous] === 1) ? 1 : 0
  }
  return isOn
}

/** A feature on the way to a leaf: its factor and o - z over that, at every point. */
interface Way {
  readonly feature: number
  readonly factors: Float64Array
  readonly slopes: Float64Array
}

function waysTo(
  { splitFeatures }: TreeEnsemble,
  edges: TreeEdges,
  from: number,
  leafEdge: number,
  isOn: Uint8Array,
  { points }: QuadratureRule,
): Way[] {
  const ways: Way[] = []
  for (let edge = leafEdge; edge >= 0; edge = edges.parents[from + edge]!) {
    const feature = splitFeatures[edges.nodes[from + edge]!]!
    // The lowest edge of a feature stands for all of them.
    if (ways.some((way) => way.feature === feature)) continue
    const [on, share] = [isOn[edge]!, edges.shares[from + edge]!]
    const factors = points.map((t) => on * t + (1 - t) * share)
    ways.push({ feature, factors, slopes: factors.map((factor) => (on - share) / factor) })
  }
  return ways
}

function addPairs(ways: readonly Way[], rule: QuadratureRule, value: number, square: Float64Array, side: number): void {
  const products = rule.weights.map((weight, k) => ways.reduce((product, { factors }) => product * factors[k]!, weight))
  for (const [position, first] of ways.entries()) {
    for (const second of ways.slice(0, position)) {
      let integral = 0
      for (let k = 0; k < products.length; k++) integral += products[k]! * first.slopes[k]! * second.slopes[k]!
      const half = (value * integral) / 2
      square[first.feature * side + second.feature]! += half
      square[second.feature * side + first.feature]! += half
    }
  }
}

import type { QuadratureRule } from './gauss-legendre.ts'
import type { TreeEdges } from './tree-edges.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'

/** What the pass down left at the edges of a tree: see `TreeExplainer`. */
export interface EdgeProducts {
  readonly isOn: Uint8Array
  readonly products: Float64Array
}

/**
 * Adds the interactions of one tree above the diagonal and below it: for features i and j of a leaf's way, half the
 * integral of v (o_i - z_i) (o_j - z_j) times the product over the other features.
 *
 * @param out - a square of `side` rows from `start`
 * @remarks O(leaves * depth^2 * points).
 */
export function addInteractions(
  { splitFeatures, leafValues }: TreeEnsemble,
  edges: TreeEdges,
  tree: number,
  rule: QuadratureRule,
  { isOn, products }: EdgeProducts,
  out: Float64Array,
  start: number,
  side: number,
): void {
  const from = edges.starts[tree]!
  const width = rule.points.length
  const features: number[] = []
  const slopes: Float64Array[] = []
  for (let edge = 0; from + edge < edges.starts[tree + 1]!; edge++) {
    const leaf = edges.leaves[from + edge]!
    if (leaf < 0) continue
    features.length = 0
    for (let above = edge; above >= 0; above = edges.parents[from + above]!) {
      const feature = splitFeatures[edges.nodes[from + above]!]!
      if (features.includes(feature)) continue
      slopes[features.length] ??= new Float64Array(width)
      writeSlopes(rule, isOn[above]!, edges.shares[from + above]!, slopes[features.length]!)
      features.push(feature)
    }
    for (let first = 0; first < features.length; first++) {
      for (let second = 0; second < first; second++) {
        let integral = 0
        for (let k = 0; k < width; k++) {
          integral += rule.weights[k]! * products[edge * width + k]! * slopes[first]![k]! * slopes[second]![k]!
        }
        const half = (leafValues[leaf]! * integral) / 2
        out[start + features[first]! * side + features[second]!]! += half
        out[start + features[second]! * side + features[first]!]! += half
      }
    }
  }
}

function writeSlopes({ points }: QuadratureRule, on: number, share: number, out: Float64Array): void {
  for (let k = 0; k < points.length; k++) out[k] = (on - share) / (on * points[k]! + (1 - points[k]!) * share)
}

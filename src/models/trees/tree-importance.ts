import type { TreeEnsemble } from './tree-ensemble.ts'

/**
 * How often each feature splits, as LightGBM counts: splits without a gain do not count.
 *
 * @returns shape (featureCount,)
 * @remarks O(nodes).
 */
export function splitCounts(ensemble: TreeEnsemble): Float64Array {
  return sumOverSplits(ensemble, () => 1)
}

/**
 * What each feature's splits gained together, in the units of the objective.
 *
 * @returns shape (featureCount,)
 * @remarks O(nodes).
 */
export function totalGains(ensemble: TreeEnsemble): Float64Array {
  return sumOverSplits(ensemble, (gain) => gain)
}

function sumOverSplits(
  { featureCount, splitFeatures, splitGains }: TreeEnsemble,
  of: (gain: number) => number,
): Float64Array {
  const sums = new Float64Array(featureCount)
  for (let node = 0; node < splitFeatures.length; node++) {
    const gain = splitGains[node]!
    if (gain > 0) sums[splitFeatures[node]!]! += of(gain)
  }
  return sums
}

import { SluiceError } from '../foundation/index.ts'
import { type BootstrapOptions, type Interval, percentileInterval } from './bootstrap.ts'
import { requireClusterNumbers, requireSameLength } from './checked-inputs.ts'

/** Options of a bootstrap of means. */
export interface BootstrapMeanOptions extends BootstrapOptions {
  /**
   * Shape (n,): the cluster of every value, from 0, such as the user of a query. Absent: every value is a cluster of
   * its own.
   */
  readonly clusters?: Int32Array | undefined
}

/**
 * Mean of values with its interval by the cluster bootstrap. Values that are NaN (not defined for that user) are left
 * out.
 *
 * @param values - shape (n,), such as the NDCG of every user
 * @throws SluiceError `INVALID_ARGUMENT` when no value is defined; `SHAPE_MISMATCH`, `INVALID_ARGUMENT` for clusters
 * @remarks O(n + samples * clusters): a resample adds sums of clusters and never sees a row.
 */
export function bootstrapMean(values: Float64Array, options: BootstrapMeanOptions): Interval {
  const { sums, counts } = sumsByCluster(values, options.clusters)
  const estimate = total(sums) / total(counts)
  const single = counts.every((count) => count === 1)
  return percentileInterval(estimate, sums.length, options, (random) => {
    let sum = 0
    let count = single ? sums.length : 0
    for (let draw = 0; draw < sums.length; draw++) {
      const cluster = random.integer(sums.length)
      sum += sums[cluster]!
      if (!single) count += counts[cluster]!
    }
    return sum / count
  })
}

/**
 * Mean of `candidate - champion` over the same users, with its interval: the systems are compared on each user, so what
 * users have in common cancels out. The interval excludes 0 where the difference is more than chance. Users for whom
 * either is NaN are left out.
 *
 * @param candidate - shape (n,)
 * @param champion - shape (n,), the same users in the same order
 * @throws SluiceError `SHAPE_MISMATCH` when the lengths differ, and as {@link bootstrapMean}
 */
export function bootstrapMeanDifference(
  candidate: Float64Array,
  champion: Float64Array,
  options: BootstrapMeanOptions,
): Interval {
  requireSameLength('paired difference', candidate, champion)
  return bootstrapMean(
    candidate.map((value, row) => value - champion[row]!),
    options,
  )
}

/** Sum and count of the defined values of every cluster that has one. */
function sumsByCluster(
  values: Float64Array,
  clusters: Int32Array | undefined,
): Record<'sums' | 'counts', Float64Array> {
  if (clusters !== undefined) requireClusterNumbers('bootstrap', values, clusters)
  const clusterCount = clusters === undefined ? values.length : 1 + clusters.reduce((a, b) => Math.max(a, b), -1)
  const sums = new Float64Array(clusterCount)
  const counts = new Float64Array(clusterCount)
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row]!)) continue
    const cluster = clusters === undefined ? row : clusters[row]!
    sums[cluster]! += values[row]!
    counts[cluster]!++
  }
  const defined = {
    sums: sums.filter((_, cluster) => counts[cluster]! > 0),
    counts: counts.filter((count) => count > 0),
  }
  if (defined.sums.length > 0) return defined
  throw new SluiceError(
    'INVALID_ARGUMENT',
    'bootstrap of a mean: expected at least one value that is defined, got none',
  )
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

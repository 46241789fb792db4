import { selectRank } from '../../foundation/index.ts'

/**
 * The `share` quantile of values, interpolated linearly between neighbours, as LightGBM and NumPy do.
 *
 * @param values - at least one; reordered
 * @param share - from 0 to 1
 * @remarks O(n) on average: neighbours are selected, nothing is sorted.
 */
export function percentile(values: Float64Array, share: number): number {
  const place = (values.length - 1) * share
  const below = Math.floor(place)
  const lower = selectRank(values, values.length, below)
  if (below === place) return lower
  // What stands behind the selected place is not smaller; its smallest is the upper neighbour.
  let upper = Number.POSITIVE_INFINITY
  for (let index = below + 1; index < values.length; index++) upper = Math.min(upper, values[index]!)
  return lower + (upper - lower) * (place - below)
}

/**
 * The value that minimises the quantile loss by weight: the first whose weight, with that of all smaller ones, exceeds
 * `share` of the total. Where two values share the minimum, it is the middle between them.
 *
 * LightGBM interpolates here with the weight of the value after, and may leave the interval; this does not.
 *
 * @remarks O(n log n).
 */
export function weightedPercentile(values: Float64Array, weights: Float64Array, share: number): number {
  const order = Uint32Array.from(values, (_, index) => index).sort((a, b) => values[a]! - values[b]! || a - b)
  let total = 0
  for (const index of order) total += weights[index]!
  const target = total * share
  let sum = 0
  for (let place = 0; place < order.length; place++) {
    const value = values[order[place]!]!
    sum += weights[order[place]!]!
    if (sum > target) return value
    if (sum === target && sum > 0) return (value + nextWeighty(values, weights, order, place)) / 2
  }
  return values[order[order.length - 1]!]!
}

/** The next value that weighs something, or the one at `place` when there is none. */
function nextWeighty(values: Float64Array, weights: Float64Array, order: Uint32Array, place: number): number {
  for (let next = place + 1; next < order.length; next++) {
    if (weights[order[next]!]! > 0) return values[order[next]!]!
  }
  return values[order[place]!]!
}

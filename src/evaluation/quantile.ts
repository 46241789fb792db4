/**
 * Quantile of sorted values by linear interpolation between neighbours.
 *
 * @param sorted - shape (n,), ascending
 * @param share - in [0, 1]
 * @returns NaN when there is no value
 * @see Hyndman & Fan 1996, The American Statistician 50(4), type 7.
 */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low + (place - below) * (high - low)
}

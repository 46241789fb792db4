import { requireCutoff } from './checked-inputs.ts'

/**
 * How many of the first `k` places hold a relevant item (label above 0).
 *
 * @param rankedLabels - labels in rank order, best place first
 */
export function hitsAt(rankedLabels: Float64Array, k: number): number {
  requireCutoff('hits at k', k)
  const end = Math.min(k, rankedLabels.length)
  let hits = 0
  for (let place = 0; place < end; place++) if (rankedLabels[place]! > 0) hits++
  return hits
}

/**
 * Share of the first `k` places that hold a relevant item. A list shorter than `k` is divided by `k` all the same, as
 * TREC and Spark do: places left empty are misses.
 *
 * @param rankedLabels - labels in rank order; above 0 is relevant
 * @param k - whole, at least 1 (Infinity: the length of the list)
 * @returns in [0, 1]; 0 for an empty list
 * @throws SluiceError `INVALID_ARGUMENT` when `k` is no cutoff
 */
export function precisionAt(rankedLabels: Float64Array, k: number): number {
  const places = k === Number.POSITIVE_INFINITY ? Math.max(1, rankedLabels.length) : k
  return hitsAt(rankedLabels, k) / places
}

/**
 * Share of all relevant items that stand in the first `k` places.
 *
 * @param relevantCount - relevant items in all, ranked or not
 * @returns in [0, 1]; NaN (not defined) when nothing is relevant
 * @throws SluiceError `INVALID_ARGUMENT` when `k` is no cutoff
 */
export function recallAt(rankedLabels: Float64Array, relevantCount: number, k: number): number {
  const hits = hitsAt(rankedLabels, k)
  return relevantCount > 0 ? hits / relevantCount : Number.NaN
}

/**
 * 1 when a relevant item stands in the first `k` places, else 0; its mean over users is the hit rate.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when `k` is no cutoff
 */
export function hitAt(rankedLabels: Float64Array, k: number): number {
  return hitsAt(rankedLabels, k) > 0 ? 1 : 0
}

/**
 * One over the place of the first relevant item; its mean over queries is the MRR.
 *
 * @returns in [0, 1]; 0 when no relevant item stands in the first `k` places
 * @throws SluiceError `INVALID_ARGUMENT` when `k` is no cutoff
 */
export function reciprocalRankAt(rankedLabels: Float64Array, k = Number.POSITIVE_INFINITY): number {
  requireCutoff('reciprocal rank', k)
  const place = rankedLabels.findIndex((label) => label > 0)
  return place >= 0 && place < k ? 1 / (place + 1) : 0
}

/**
 * Mean of the precisions at the places of the relevant items; its mean over queries is MAP.
 *
 * @param relevantCount - relevant items in all; those that are not in the list count as precision 0 (TREC). The other
 * convention of the field, MAP@k that divides by at most k, is had by passing `Math.min(k, relevantCount)`.
 * @returns in [0, 1]; NaN (not defined) when nothing is relevant
 * @throws SluiceError `INVALID_ARGUMENT` when `k` is no cutoff
 * @see Buckley & Voorhees 2000, SIGIR.
 */
export function averagePrecisionAt(
  rankedLabels: Float64Array,
  relevantCount: number,
  k = Number.POSITIVE_INFINITY,
): number {
  requireCutoff('average precision', k)
  const end = Math.min(k, rankedLabels.length)
  let hits = 0
  let sum = 0
  for (let place = 0; place < end; place++) {
    if (rankedLabels[place]! > 0) sum += ++hits / (place + 1)
  }
  return relevantCount > 0 ? sum / relevantCount : Number.NaN
}

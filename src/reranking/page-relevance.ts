import type { RankedCandidates } from './ranked-candidates.ts'

/**
 * Scores on the scale of the page: min-max over the `limit` best organic candidates, so that 1 is the best one and 0
 * the last that a page in scored order would show; what scores below is negative. `lambda` therefore means the same
 * whatever the unit of the scores and however long the tail of candidates.
 *
 * When the `limit` best are tied the whole list is the scale; when all are tied every relevance is 0.
 *
 * @returns shape (n,), falling with the rank, finite; 0 for candidates that stand in slots, whose places are not for relevance
 * @remarks O(n) time and memory.
 */
export function pageRelevance({ count, scores, kinds }: RankedCandidates, limit: number): Float64Array {
  const relevance = new Float64Array(count)
  let organic = 0
  let best = 0
  let lastShown = 0
  let last = 0
  for (let rank = 0; rank < count; rank++) {
    if (kinds[rank] !== 0) continue
    last = scores[rank]!
    if (organic === 0) best = last
    if (organic < limit) lastShown = last
    organic++
  }
  const worst = lastShown < best ? lastShown : last
  if (worst === best) return relevance
  // Quarters keep the difference of the largest doubles finite.
  const span = best / 4 - worst / 4
  for (let rank = 0; rank < count; rank++) {
    if (kinds[rank] !== 0) continue
    relevance[rank] = Math.max((scores[rank]! / 4 - worst / 4) / span, -Number.MAX_VALUE)
  }
  return relevance
}

import { CANDIDATE_KIND, type PageCandidates, type RerankOptions } from '../reranking/index.ts'
import type { LiveSystem } from './live-system.ts'

/**
 * Candidates as page rules take them.
 *
 * @param exploredFrom - the row from which on they stand for items to explore; absent: none does
 */
export function pageCandidates(
  live: LiveSystem,
  { items, scores }: { readonly items: Int32Array; readonly scores: Float64Array },
  exploredFrom = items.length,
): PageCandidates {
  const kinds = new Uint8Array(items.length)
  for (let row = 0; row < items.length; row++) {
    if (live.isSponsored(items[row]!)) kinds[row] = CANDIDATE_KIND.sponsored
  }
  kinds.fill(CANDIDATE_KIND.exploration, exploredFrom)
  return { items, scores, kinds }
}

/** What page rules read beside the candidates. */
export function pageOptions(live: LiveSystem, { limit, at }: { limit: number; at: number }): RerankOptions {
  const { read, valueNumber } = live.pageAttributes
  return { limit, at, attributes: read, valueNumber }
}

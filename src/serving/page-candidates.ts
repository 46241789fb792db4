import { CANDIDATE_KIND, type PageCandidates, type RerankOptions } from '../reranking/index.ts'
import type { LiveSystem } from './live-system.ts'

/**
 * Candidates as page rules take them.
 *
 * @param exploredRow - the row that stands for an item to explore; none when undefined
 */
export function pageCandidates(
  live: LiveSystem,
  { items, scores }: { readonly items: Int32Array; readonly scores: Float64Array },
  exploredRow?: number,
): PageCandidates {
  const kinds = new Uint8Array(items.length)
  for (let row = 0; row < items.length; row++) {
    if (live.isSponsored(items[row]!)) kinds[row] = CANDIDATE_KIND.sponsored
  }
  if (exploredRow !== undefined) kinds[exploredRow] = CANDIDATE_KIND.exploration
  return { items, scores, kinds }
}

/** What page rules read beside the candidates. */
export function pageOptions(live: LiveSystem, { limit, at }: { limit: number; at: number }): RerankOptions {
  const { read, valueNumber } = live.pageAttributes
  return { limit, at, attributes: read, valueNumber }
}

import type { ScoredItems } from '../models/index.ts'
import { keepFirst } from './best-first.ts'
import type { VectorIndex } from './vectors/vector-index.ts'

/**
 * The `limit` items of an index with the largest inner products above 0 that may be shown, best first; ties go to the
 * smaller number.
 *
 * @remarks More are searched for than wanted and refused afterwards, because a filter that is asked about every item costs
 * more than that; when nearly all are refused, it is.
 */
export function searchAcceptable(
  index: VectorIndex,
  query: Float32Array,
  limit: number,
  accept: (item: number) => boolean,
): ScoredItems {
  for (let asked = limit + (limit >> 2) + 50; asked < index.size / 8; asked *= 4) {
    const found = index.search(query, asked)
    const isWhole = !(found.scores[found.scores.length - 1]! > 0)
    const kept = keepFirst(found, limit, accept)
    if (kept.items.length === limit || isWhole) return kept
  }
  return keepFirst(index.searchExact(query, Math.max(1, limit), accept), limit, () => true)
}

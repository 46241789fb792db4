import type { ScoredItems } from '../models/index.ts'

/**
 * The `limit` best items that may be shown, best first, of those with a score above 0. Items are judged best first and
 * only until there are enough, so that what was judged hangs on the order alone, and not on how it was found.
 *
 * @param best - the so many best items, best first; fewer when there are no more with a score above 0
 */
export function judgeBestFirst(
  limit: number,
  accept: (item: number) => boolean,
  best: (count: number) => ScoredItems,
): ScoredItems {
  for (let asked = 2 * limit + 50; ; asked *= 4) {
    const found = best(asked)
    const kept = keepFirst(found, limit, accept)
    if (kept.items.length >= limit || found.items.length < asked) return kept
  }
}

/** The first `limit` that are acceptable and have a score above 0, of items that stand best first. */
export function keepFirst(
  { items, scores }: ScoredItems,
  limit: number,
  accept: (item: number) => boolean,
): ScoredItems {
  const kept = { items: new Int32Array(limit), scores: new Float64Array(limit) }
  let count = 0
  for (let rank = 0; rank < items.length && count < limit && scores[rank]! > 0; rank++) {
    if (!accept(items[rank]!)) continue
    kept.items[count] = items[rank]!
    kept.scores[count++] = scores[rank]!
  }
  return count === limit ? kept : { items: kept.items.slice(0, count), scores: kept.scores.slice(0, count) }
}

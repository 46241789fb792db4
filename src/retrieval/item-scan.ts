import type { ScoredItems } from '../models/index.ts'
import { judgeBestFirst } from './best-first.ts'
import { BestItems } from './best-items.ts'
import type { RetrievalRequest } from './environment.ts'

/**
 * The best acceptable items of the whole catalogue, best first, of those with a score above 0; `NaN` is not above 0,
 * ties go to the item that was named first.
 *
 * @param scores - by item number; an item beyond its end has no score. An array and not a function, because a function
 * that returns a number a call makes garbage of every one of them
 * @param among - a list that is known to begin with the `count` best items, best first; absent, or undefined for a count,
 * all are looked at
 * @remarks O(itemCount), or O(limit) with a list. Few more items are judged than are found.
 */
export function scanItems(
  request: RetrievalRequest,
  limit: number,
  scores: Float64Array | Float32Array,
  among?: (count: number) => Int32Array | undefined,
): ScoredItems {
  const itemCount = Math.min(request.itemCount, scores.length)
  return judgeBestFirst(
    Math.min(limit, itemCount),
    (item) => request.accept(item),
    (count) => {
      const listed = among?.(count)
      return listed ? firstListed(listed, itemCount, scores, count) : bestOfAll(itemCount, scores, count)
    },
  )
}

/**
 * Scores often rise with the item's number, so the catalogue is gone through in passes that are each a sample of all of
 * it: then few items enter the list on the way.
 */
function bestOfAll(itemCount: number, scores: Float64Array | Float32Array, count: number): ScoredItems {
  const best = new BestItems(Math.min(count, itemCount))
  const passes = Math.ceil(Math.sqrt(itemCount))
  for (let first = 0; first < passes; first++) {
    for (let item = first; item < itemCount; item += passes) {
      const value = scores[item]!
      if (value > 0 && best.hasPlaceFor(item, value)) best.add(item, value)
    }
  }
  return best.take()
}

function firstListed(
  listed: Int32Array,
  itemCount: number,
  scores: Float64Array | Float32Array,
  count: number,
): ScoredItems {
  const room = Math.min(count, listed.length)
  const first = { items: new Int32Array(room), scores: new Float64Array(room) }
  let found = 0
  for (let at = 0; at < listed.length && found < room; at++) {
    const item = listed[at]!
    if (item >= itemCount || !(scores[item]! > 0)) continue
    first.items[found] = item
    first.scores[found++] = scores[item]!
  }
  return found === room ? first : { items: first.items.slice(0, found), scores: first.scores.slice(0, found) }
}

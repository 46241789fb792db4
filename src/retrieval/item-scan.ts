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
 * @param among - a list that is known to hold the `count` best items; absent, or undefined for a count, all are looked at
 * @remarks O(itemCount), or O(what is listed). Few more items are judged than are found.
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
      return listed ? bestListed(listed, itemCount, scores, count) : bestOfAll(itemCount, scores, count)
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

function bestListed(
  listed: Int32Array,
  itemCount: number,
  scores: Float64Array | Float32Array,
  count: number,
): ScoredItems {
  const best = new BestItems(Math.min(count, listed.length))
  for (let at = 0; at < listed.length; at++) {
    const item = listed[at]!
    const value = scores[item]!
    if (item < itemCount && value > 0 && best.hasPlaceFor(item, value)) best.add(item, value)
  }
  return best.take()
}

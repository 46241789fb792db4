import type { ScoredItems } from '../models/index.ts'
import { BestItems } from './best-items.ts'
import type { RetrievalRequest } from './environment.ts'

/**
 * The best acceptable items of the whole catalogue, best first, of those with a score above 0; `NaN` is not above 0,
 * ties go to the item that was named first.
 *
 * @param scores - by item number; an item beyond its end has no score. An array and not a function, because a function
 * that returns a number a call makes garbage of every one of them
 * @remarks O(itemCount), plus a judgement and O(log limit) for each item that enters the list on the way: scores often
 * rise with the item's number, so the catalogue is gone through in passes that are each a sample of all of it, and at
 * worst about 2 sqrt(itemCount) + limit * (1 + ln(itemCount) / 2) items enter.
 */
export function scanItems(request: RetrievalRequest, limit: number, scores: Float64Array | Float32Array): ScoredItems {
  const itemCount = Math.min(request.itemCount, scores.length)
  const best = new BestItems(Math.min(limit, itemCount))
  let floor = Number.MIN_VALUE
  const passes = Math.ceil(Math.sqrt(itemCount))
  for (let first = 0; first < passes; first++) {
    for (let item = first; item < itemCount; item += passes) {
      const value = scores[item]!
      if (!(value >= floor) || !best.hasPlaceFor(item, value) || !request.accept(item)) continue
      best.add(item, value)
      floor = Math.max(Number.MIN_VALUE, best.floor)
    }
  }
  return best.take()
}

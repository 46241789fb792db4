import { type ScoredItems, topItems } from '../models/index.ts'
import type { RetrievalRequest } from './environment.ts'

/**
 * Scores often rise or fall with the item's number. Taken in so many passes over the catalogue, each a sample of it, the
 * list is good after the first, and only about limit * ln(LANES) more items have to be judged.
 */
const LANES = 64

/** Rates every item for a request and keeps the best; its arrays are kept from one request to the next. */
export class ItemScan {
  #items: Int32Array = new Int32Array(0)
  #scores: Float64Array = new Float64Array(0)

  /**
   * The best acceptable items, best first, of those with a score above 0; `NaN` is not above 0, ties go to the item
   * that was named first.
   *
   * @remarks O(itemCount), plus a judgement and O(log limit) for each item that enters the list on the way.
   */
  best(request: RetrievalRequest, limit: number, score: (item: number) => number): ScoredItems {
    this.#reserve(request.itemCount)
    const items = this.#items
    const scores = this.#scores
    let count = 0
    for (let lane = 0; lane < LANES; lane++) {
      for (let item = lane; item < request.itemCount; item += LANES) {
        const value = score(item)
        if (!(value > 0)) continue
        scores[item] = value
        items[count++] = item
      }
    }
    return topItems(items.subarray(0, count), scores, limit, (item) => request.accept(item))
  }

  #reserve(itemCount: number): void {
    if (itemCount <= this.#items.length) return
    const capacity = Math.max(1024, itemCount, this.#items.length * 2)
    this.#items = new Int32Array(capacity)
    this.#scores = new Float64Array(capacity)
  }
}

import { growInt32 } from '../growable.ts'

/** So many of the largest are always listed; twice as many before the list is cut. */
const LEAST = 2_048

/**
 * The items of the largest weights, while weights only rise: every item whose weight is at least a floor, best first, of
 * equal weights the smaller item. A write moves its item up, and now and then the list is cut to its better half. What
 * is asked of it hangs on the weights alone, and not on when the list was begun or cut.
 */
export class Leaders {
  #items: Int32Array = new Int32Array(0)
  #count = 0
  /** Every item with a weight of at least this is listed, and no other. */
  #floor = Number.MIN_VALUE
  #cutAbove = 2 * LEAST

  /** @param weights - by item */
  constructor(weights: Float64Array) {
    const positive = weights.filter((weight) => weight > 0)
    if (positive.length > LEAST) this.#floor = positive.sort()[positive.length - LEAST]!
    const listed: number[] = []
    for (let item = 0; item < weights.length; item++) if (weights[item]! >= this.#floor) listed.push(item)
    this.#items = Int32Array.from(listed).sort((a, b) => weights[b]! - weights[a]! || a - b)
    this.#count = listed.length
    this.#cutAbove = Math.max(2 * LEAST, 2 * this.#count)
  }

  /**
   * Takes in that the weight of an item rose.
   *
   * @remarks O(log n), and the items that it passes are moved by one.
   */
  raise(item: number, before: number, weights: Float64Array): void {
    const weight = weights[item]!
    if (weight < this.#floor) return
    const from = before >= this.#floor ? this.#placeOf(item, before, weights) : this.#count++
    this.#items = growInt32(this.#items, this.#count)
    const to = this.#placeOf(item, weight, weights, from)
    this.#items.copyWithin(to + 1, to, from)
    this.#items[to] = item
    if (this.#count > this.#cutAbove) this.#cut(weights)
  }

  /** A list of the `count` best or more, best first, or of all there are; undefined when it would have to be longer. A view. */
  list(count: number): Int32Array | undefined {
    const isAll = this.#floor === Number.MIN_VALUE
    return isAll || count <= this.#count ? this.#items.subarray(0, this.#count) : undefined
  }

  bytes(): number {
    return this.#items.byteLength
  }

  /** How many of the first `among` items stand before one of a weight; the item itself does not, whatever its weight is now. */
  #placeOf(item: number, weight: number, weights: Float64Array, among = this.#count): number {
    let [low, high] = [0, among]
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#items[middle]!
      const otherWeight = weights[other]!
      if (other !== item && (otherWeight > weight || (otherWeight === weight && other < item))) low = middle + 1
      else high = middle
    }
    return low
  }

  #cut(weights: Float64Array): void {
    this.#floor = weights[this.#items[LEAST - 1]!]!
    // Equal weights stay together, however many there are.
    let kept = LEAST
    while (kept < this.#count && weights[this.#items[kept]!] === this.#floor) kept++
    this.#count = kept
    this.#cutAbove = Math.max(2 * LEAST, 2 * kept)
  }
}

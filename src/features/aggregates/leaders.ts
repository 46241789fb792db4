import { growInt32 } from '../growable.ts'

/** So many of the largest are always listed; twice as many before the list is cut. */
const LEAST = 2_048

/**
 * The items of the largest weights, while weights only rise: every item whose weight is at least a floor, in no order. A
 * write costs a comparison, and now and then the list is cut to its better half. What is asked of it hangs on the
 * weights alone, and not on when the list was begun or cut.
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
    for (let item = 0; item < weights.length; item++) if (weights[item]! >= this.#floor) this.#add(item)
    this.#cutAbove = Math.max(2 * LEAST, 2 * this.#count)
  }

  /** Takes in that the weight of an item rose. */
  raise(item: number, before: number, weights: Float64Array): void {
    if (before >= this.#floor || weights[item]! < this.#floor) return
    this.#add(item)
    if (this.#count > this.#cutAbove) this.#cut(weights)
  }

  /** A list that holds the `count` largest, or all there are; undefined when it would have to be longer. A view. */
  list(count: number): Int32Array | undefined {
    const isAll = this.#floor === Number.MIN_VALUE
    return isAll || count <= this.#count ? this.#items.subarray(0, this.#count) : undefined
  }

  bytes(): number {
    return this.#items.byteLength
  }

  #add(item: number): void {
    this.#items = growInt32(this.#items, this.#count + 1)
    this.#items[this.#count++] = item
  }

  #cut(weights: Float64Array): void {
    const listed = this.#items.slice(0, this.#count)
    this.#floor = Float64Array.from(listed, (item) => weights[item]!).sort()[this.#count - LEAST]!
    this.#count = 0
    for (const item of listed) if (weights[item]! >= this.#floor) this.#add(item)
    // Equal weights stay together, however many there are.
    this.#cutAbove = Math.max(2 * LEAST, 2 * this.#count)
  }
}

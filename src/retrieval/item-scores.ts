/** Scores of all items that a source fills anew for every request; one array for all of them, no garbage. */
export class ItemScores {
  #scores: Float64Array = new Float64Array(0)

  /** The array for so many items, with what was in it before; valid until the next call. */
  of(itemCount: number): Float64Array {
    if (itemCount > this.#scores.length) this.#scores = new Float64Array(Math.max(1024, 2 * itemCount))
    return this.#scores.subarray(0, itemCount)
  }
}

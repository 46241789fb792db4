/** Neighbouring boundaries differ by this factor, so a quantile is off by at most 1 %. */
const GROWTH = 1.02

/**
 * Counts of positive numbers in buckets that grow by 2 %: quantiles of any number of values to 1 % in fixed memory.
 * Smaller values than `least` count as `least`, larger ones than `most` as `most`; `NaN` is not counted.
 *
 * @see Masson, Rim & Lee 2019, DDSketch, VLDB 12(12); here with a fixed range.
 */
export class RelativeHistogram {
  readonly #least: number
  readonly #counts: Float64Array
  #count = 0

  constructor({ least, most }: { least: number; most: number }) {
    this.#least = least
    this.#counts = new Float64Array(Math.ceil(Math.log(most / least) / Math.log(GROWTH)) + 1)
  }

  get count(): number {
    return this.#count
  }

  /** O(1). */
  add(value: number): void {
    if (Number.isNaN(value)) return
    const bucket = value <= this.#least ? 0 : Math.ceil(Math.log(value / this.#least) / Math.log(GROWTH))
    this.#counts[Math.min(bucket, this.#counts.length - 1)]! += 1
    this.#count++
  }

  /**
   * The value that a share of all values does not exceed; undefined when there are none.
   *
   * @param share - in [0, 1]
   */
  quantile(share: number): number | undefined {
    if (this.#count === 0) return undefined
    const rank = Math.max(1, Math.ceil(share * this.#count))
    let seen = 0
    let bucket = 0
    while (bucket < this.#counts.length - 1) {
      seen += this.#counts[bucket]!
      if (seen >= rank) break
      bucket++
    }
    return bucket === 0 ? this.#least : (this.#least * GROWTH ** bucket * 2) / (1 + GROWTH)
  }
}

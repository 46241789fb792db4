import { growFloat64 } from '../growable.ts'

/** What a search goes on from next: the code with the latest time, of one time the smallest code. A binary heap. */
export class LinkFrontier {
  #times: Float64Array = new Float64Array(256)
  #codes: Float64Array = new Float64Array(256)
  #size = 0
  /** The time of the code that {@link pop} gave last. */
  time = 0

  clear(): void {
    this.#size = 0
  }

  /** O(log n). */
  push(time: number, code: number): void {
    this.#times = growFloat64(this.#times, this.#size + 1)
    this.#codes = growFloat64(this.#codes, this.#size + 1)
    const [times, codes] = [this.#times, this.#codes]
    let child = this.#size++
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!isBefore(time, code, times[parent]!, codes[parent]!)) break
      times[child] = times[parent]!
      codes[child] = codes[parent]!
      child = parent
    }
    times[child] = time
    codes[child] = code
  }

  /** Takes the first code out; -1 when nothing is left. O(log n). */
  pop(): number {
    if (this.#size === 0) return -1
    const code = this.#codes[0]!
    this.time = this.#times[0]!
    this.#size--
    this.#sink(this.#times[this.#size]!, this.#codes[this.#size]!)
    return code
  }

  /** Puts what was last where it belongs, from the root down. */
  #sink(time: number, code: number): void {
    const [times, codes, size] = [this.#times, this.#codes, this.#size]
    let parent = 0
    for (let child = 1; child < size; child = 2 * parent + 1) {
      const right = child + 1
      if (right < size && isBefore(times[right]!, codes[right]!, times[child]!, codes[child]!)) child = right
      if (!isBefore(times[child]!, codes[child]!, time, code)) break
      times[parent] = times[child]!
      codes[parent] = codes[child]!
      parent = child
    }
    times[parent] = time
    codes[parent] = code
  }
}

function isBefore(time: number, code: number, otherTime: number, otherCode: number): boolean {
  return time > otherTime || (time === otherTime && code < otherCode)
}

const SMALLEST = 256
/** 2^32 divided by the golden ratio: spreads neighbouring codes. */
const SPREAD = 0x9e3779b1

/**
 * What a search has reached, by code: when the weakest edge on the best way there was used, and whether it is settled.
 * A hash table that is emptied at no cost, by a new generation, and grows with what one search reaches.
 */
export class ReachTable {
  #codes = new Float64Array(SMALLEST)
  #times = new Float64Array(SMALLEST)
  #generations = new Int32Array(SMALLEST)
  #settled = new Uint8Array(SMALLEST)
  #generation = 1
  #size = 0

  clear(): void {
    this.#generation = (this.#generation + 1) | 0
    this.#size = 0
  }

  /** Whether a way through an edge of this time is better than all before; remembers it then. */
  improve(code: number, time: number): boolean {
    const slot = this.#slotOf(code)
    if (this.#generations[slot] === this.#generation) {
      if (this.#settled[slot] === 1 || this.#times[slot]! >= time) return false
      this.#times[slot] = time
      return true
    }
    this.#codes[slot] = code
    this.#times[slot] = time
    this.#generations[slot] = this.#generation
    this.#settled[slot] = 0
    this.#size++
    if (this.#size * 2 > this.#codes.length) this.#grow()
    return true
  }

  /** Settles a code that was reached; says whether it was not settled before. */
  settle(code: number): boolean {
    const slot = this.#slotOf(code)
    if (this.#settled[slot] === 1) return false
    this.#settled[slot] = 1
    return true
  }

  /** The slot of a code, or the free one where it belongs. */
  #slotOf(code: number): number {
    const mask = this.#codes.length - 1
    const high = Math.floor(code / 4294967296)
    let slot = (Math.imul(code | 0, SPREAD) ^ high) >>> 8
    for (;;) {
      slot &= mask
      if (this.#generations[slot] !== this.#generation || this.#codes[slot] === code) return slot
      slot++
    }
  }

  #grow(): void {
    const [codes, times, generations, settled] = [this.#codes, this.#times, this.#generations, this.#settled]
    const length = codes.length * 2
    this.#codes = new Float64Array(length)
    this.#times = new Float64Array(length)
    this.#generations = new Int32Array(length)
    this.#settled = new Uint8Array(length)
    for (let from = 0; from < codes.length; from++) {
      if (generations[from] !== this.#generation) continue
      const slot = this.#slotOf(codes[from]!)
      this.#codes[slot] = codes[from]!
      this.#times[slot] = times[from]!
      this.#generations[slot] = this.#generation
      this.#settled[slot] = settled[from]!
    }
  }
}

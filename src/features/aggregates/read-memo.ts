import { growFloat64, growInt32 } from '../growable.ts'

/**
 * Values that were read for one key at one moment, by a small number such as a category: all candidates of a request
 * share the subject, so most of what they ask was asked before. It forgets when the key, the moment or the state
 * behind it changes, and is no part of the state.
 */
export class ReadMemo {
  #key = -1
  #at = Number.NaN
  #writes = -1
  #generation = 0
  #values: Float64Array = new Float64Array(64)
  #generations: Int32Array = new Int32Array(64)

  /** Makes the memo that of a key and a moment, given how often the state was written so far. */
  open(key: number, at: number, writes: number): void {
    if (this.#key === key && this.#at === at && this.#writes === writes) return
    this.#key = key
    this.#at = at
    this.#writes = writes
    this.#generation = (this.#generation + 1) | 0
  }

  has(number: number): boolean {
    return this.#generations[number] === this.#generation
  }

  get(number: number): number {
    return this.#values[number]!
  }

  /** Remembers a value and returns it. */
  set(number: number, value: number): number {
    this.#values = growFloat64(this.#values, number + 1)
    this.#generations = growInt32(this.#generations, number + 1)
    this.#values[number] = value
    this.#generations[number] = this.#generation
    return value
  }
}

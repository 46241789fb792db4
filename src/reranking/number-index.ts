/** Numbers the whole numbers it is shown from 0, in the order they are met. Open addressing; no object a number. */
export class NumberIndex {
  #keys: Float64Array
  #numbers: Int32Array
  #size = 0

  /** @param expected - how many different numbers to make room for; it grows when there are more */
  constructor(expected: number) {
    const slots = 2 ** Math.ceil(Math.log2(2 * expected + 2))
    this.#keys = new Float64Array(slots)
    this.#numbers = new Int32Array(slots).fill(-1)
  }

  get size(): number {
    return this.#size
  }

  /** The number of a key, a new one when it was not met before. */
  intern(key: number): number {
    const at = this.#slotOf(key)
    const known = this.#numbers[at]!
    if (known >= 0) return known
    this.#keys[at] = key
    this.#numbers[at] = this.#size
    if (2 * ++this.#size > this.#numbers.length) this.#grow()
    return this.#size - 1
  }

  /** The number of a key, -1 when it was not met. */
  find(key: number): number {
    return this.#numbers[this.#slotOf(key)]!
  }

  #slotOf(key: number): number {
    const mask = this.#numbers.length - 1
    const mixed = Math.imul(key | 0, 0x9e3779b1)
    let at = (mixed ^ (mixed >>> 15)) & mask
    while (this.#numbers[at]! >= 0 && this.#keys[at] !== key) at = (at + 1) & mask
    return at
  }

  #grow(): void {
    const [keys, numbers] = [this.#keys, this.#numbers]
    this.#keys = new Float64Array(2 * keys.length)
    this.#numbers = new Int32Array(2 * keys.length).fill(-1)
    for (let index = 0; index < keys.length; index++) {
      if (numbers[index]! < 0) continue
      const at = this.#slotOf(keys[index]!)
      this.#keys[at] = keys[index]!
      this.#numbers[at] = numbers[index]!
    }
  }
}

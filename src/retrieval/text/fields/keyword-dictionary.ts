/** The values of a keyword field, each with a number; the segments of an index share it. It only grows. */
export class KeywordDictionary {
  /** By number; 0 stands for no value. */
  readonly #values: string[] = ['']
  readonly #numbers = new Map<string, number>()
  #keys = new Float64Array(64)

  /** How many numbers there are, with the 0. */
  get size(): number {
    return this.#values.length
  }

  /** All values in the order in which they came. */
  get values(): readonly string[] {
    return this.#values.slice(1)
  }

  valueOf(number: number): string {
    return this.#values[number]!
  }

  numberOf(value: string): number | undefined {
    return this.#numbers.get(value)
  }

  /** The number of a value, a new one if it is new. */
  add(value: string): number {
    const known = this.#numbers.get(value)
    if (known !== undefined) return known
    const number = this.#values.length
    this.#values.push(value)
    this.#numbers.set(value, number)
    if (number === this.#keys.length) this.#keys = doubled(this.#keys)
    this.#keys[number] = leadingKey(value)
    return number
  }

  /** By number: where one is below another, so is its value; where they are equal, {@link compare} decides. */
  get leadingKeys(): Float64Array {
    return this.#keys
  }

  /** The order of two values by their UTF-16 units: below 0 when the first comes first. */
  compare(first: number, second: number): number {
    const [one, other] = [this.#values[first]!, this.#values[second]!]
    return one < other ? -1 : one > other ? 1 : 0
  }
}

/** The first three UTF-16 units as one number below 2^48. */
function leadingKey(value: string): number {
  const unit = (at: number): number => (at < value.length ? value.charCodeAt(at) : 0)
  return (unit(0) * 65_536 + unit(1)) * 65_536 + unit(2)
}

function doubled(keys: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * keys.length)
  larger.set(keys)
  return larger
}

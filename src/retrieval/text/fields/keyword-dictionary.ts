import { leadingKey } from '../leading-key.ts'
import { ShardedMap } from '../sharded-map.ts'

/** More values than these are not put in order, which would take too long at once. */
const MOST_ORDERED = 32_768

/** The values of a keyword field, each with a number; the segments of an index share it. It only grows. */
export class KeywordDictionary {
  /** By number; 0 stands for no value. */
  readonly #values: string[] = ['']
  readonly #numbers = new ShardedMap<number>()
  #leading = new Float64Array(64)
  /** Numbers in the order of their values, as far as that was asked for. */
  #ordered = new Uint32Array()
  #ranks = new Float64Array(1)

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
    if (number === this.#leading.length) this.#leading = doubled(this.#leading)
    this.#leading[number] = leadingKey(value)
    return number
  }

  /** Whether {@link orderKeys} are different for different values. */
  get isOrdered(): boolean {
    return this.size <= MOST_ORDERED
  }

  /**
   * By number: where one is below another, so is its value; where they are equal, {@link compare} decides.
   *
   * @remarks O(values), and O(new values * log) after values were added; up to some 30,000 of them.
   */
  orderKeys(): Float64Array {
    if (!this.isOrdered) return this.#leading
    if (this.#ranks.length < this.size) this.#order()
    return this.#ranks
  }

  /** The order of two values by their UTF-16 units: below 0 when the first comes first. */
  compare(first: number, second: number): number {
    if (first === second) return 0
    return this.#values[first]! < this.#values[second]! ? -1 : 1
  }

  /** Puts the new values in order, and merges them into those that are. */
  #order(): void {
    const known = this.#ordered
    const fresh = Uint32Array.from({ length: this.size - 1 - known.length }, (_, place) => known.length + 1 + place)
    fresh.sort((one, other) => this.compare(one, other))
    const ordered = new Uint32Array(this.size - 1)
    let [old, young] = [0, 0]
    for (let place = 0; place < ordered.length; place++) {
      const isOld = young === fresh.length || (old < known.length && this.compare(known[old]!, fresh[young]!) < 0)
      ordered[place] = isOld ? known[old++]! : fresh[young++]!
    }
    this.#ordered = ordered
    this.#ranks = new Float64Array(this.size)
    for (let place = 0; place < ordered.length; place++) this.#ranks[ordered[place]!] = place
  }
}

function doubled(keys: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * keys.length)
  larger.set(keys)
  return larger
}

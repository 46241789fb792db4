import type { Sequence } from '../aggregates/sequence.ts'
import { growInt32 } from '../growable.ts'

/** Items that fit the bits of a number. */
const BITS = 32

type Categories = (item: number) => ArrayLike<number>

/**
 * How many of a key's last items have a category in common with a candidate. All candidates of a request share the key,
 * so which of its items have which category is found once, as the bits of a number a category.
 */
export class MetCategories {
  readonly #sequence: Sequence
  readonly #categoriesOf: Categories
  readonly #revision: () => number
  #key = -1
  #writes = -1
  #described = -1
  /** By category: the items that have it, as of the generation that stands beside. */
  #items: Int32Array = new Int32Array(64)
  #generations: Int32Array = new Int32Array(64)
  #generation = 0

  /** @param revision - rises whenever the categories of an item may have changed */
  constructor(sequence: Sequence, categoriesOf: Categories, revision: () => number) {
    this.#sequence = sequence
    this.#categoriesOf = categoriesOf
    this.#revision = revision
  }

  /** The number of the key's items that have at least one of the wanted categories, which stand `from` on and before `to`. */
  shared(key: number, wanted: ArrayLike<number>, from = 0, to = wanted.length): number {
    const size = this.#sequence.size(key)
    if (size > BITS) return this.#sharedOfMany(key, size, Array.from(wanted).slice(from, to))
    this.#open(key, size)
    let bits = 0
    for (let index = from; index < to; index++) {
      const category = wanted[index]!
      if (this.#generations[category] === this.#generation) bits |= this.#items[category]!
    }
    return countBits(bits)
  }

  #open(key: number, size: number): void {
    const { writes } = this.#sequence
    const described = this.#revision()
    if (this.#key === key && this.#writes === writes && this.#described === described) return
    this.#key = key
    this.#writes = writes
    this.#described = described
    this.#generation = (this.#generation + 1) | 0
    for (let index = 0; index < size; index++) {
      const categories = this.#categoriesOf(this.#sequence.item(key, index))
      for (let each = 0; each < categories.length; each++) this.#add(categories[each]!, 1 << index)
    }
  }

  #add(category: number, bit: number): void {
    this.#items = growInt32(this.#items, category + 1)
    this.#generations = growInt32(this.#generations, category + 1)
    const known = this.#generations[category] === this.#generation ? this.#items[category]! : 0
    this.#items[category] = known | bit
    this.#generations[category] = this.#generation
  }

  #sharedOfMany(key: number, size: number, wanted: ArrayLike<number>): number {
    let shared = 0
    for (let index = 0; index < size; index++) {
      if (haveCommon(this.#categoriesOf(this.#sequence.item(key, index)), wanted)) shared++
    }
    return shared
  }
}

function haveCommon(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  for (let a = 0; a < left.length; a++) {
    for (let b = 0; b < right.length; b++) if (left[a] === right[b]) return true
  }
  return false
}

/** The number of bits that are set, Hacker's Delight 5-1. */
function countBits(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555)
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333)
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

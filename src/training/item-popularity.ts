/** How many people met each item (by item number; later items nobody), and how many met anything. */
export interface KnownItems {
  readonly counts: Uint32Array
  readonly people: number
}

/**
 * How many people met each item so far, and the items in that order. Somebody who meets an item twice counts once.
 *
 * A meeting costs O(1): the item changes places with the first of those that were met as often, so the order is always
 * there to be read. Among equally popular items the order is the log's doing, the same at every replay.
 */
export class ItemPopularity {
  readonly #met = new Set<number>()
  readonly #people = new Set<number>()
  readonly #counts: number[] = []
  /** Items, most popular first, and the place of each. */
  readonly #order: number[] = []
  readonly #places: number[] = []
  /** By count: the first place in the order of an item that was met so often, and how many such items there are. */
  readonly #firstPlaces: number[] = []
  readonly #sizes: number[] = []

  /** Somebody met an item. */
  add(subject: number, item: number): void {
    const pair = pairKey(subject, item)
    if (this.#met.has(pair)) return
    this.#met.add(pair)
    this.#people.add(subject)
    while (this.#counts.length <= item) this.#append()
    this.#raise(item)
  }

  /** How many people met the item. */
  knownBy(item: number): number {
    return this.#counts[item] ?? 0
  }

  /** A copy of what is known now. */
  known(): KnownItems {
    return { counts: Uint32Array.from(this.#counts), people: this.#people.size }
  }

  /** The most popular items that are accepted, best first; only items that somebody met. */
  top(limit: number, accept: (item: number) => boolean): Int32Array {
    const found: number[] = []
    for (const item of this.#order) {
      if (found.length >= limit || this.#counts[item] === 0) break
      if (accept(item)) found.push(item)
    }
    return Int32Array.from(found)
  }

  #append(): void {
    const item = this.#counts.length
    if ((this.#sizes[0] ?? 0) === 0) this.#firstPlaces[0] = item
    this.#sizes[0] = (this.#sizes[0] ?? 0) + 1
    this.#counts.push(0)
    this.#order.push(item)
    this.#places.push(item)
  }

  #raise(item: number): void {
    const count = this.#counts[item]!
    const first = this.#firstPlaces[count]!
    this.#swap(this.#places[item]!, first)
    this.#counts[item] = count + 1
    this.#firstPlaces[count] = first + 1
    this.#sizes[count]! -= 1
    if ((this.#sizes[count + 1] ?? 0) === 0) this.#firstPlaces[count + 1] = first
    this.#sizes[count + 1] = (this.#sizes[count + 1] ?? 0) + 1
  }

  #swap(a: number, b: number): void {
    const [left, right] = [this.#order[a]!, this.#order[b]!]
    this.#order[a] = right
    this.#order[b] = left
    this.#places[right] = a
    this.#places[left] = b
  }
}

/** One number for a subject and an item; exact up to 2^26 items and 2^27 subjects. */
export function pairKey(subject: number, item: number): number {
  return subject * 67_108_864 + item
}

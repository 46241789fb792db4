import { type KeywordPart, sharedDictionary } from './keyword-counts.ts'
import { rangeWithin } from './matches.ts'
import { selectBest } from './select-best.ts'

/** Keys by place, of which a smaller one comes first; where they are equal, the next ones decide. */
export type LeadingKeys = readonly Float64Array[]

/**
 * The groups whose first documents come first.
 *
 * @param documents - ascending
 * @param keys - of these; equal ones keep the order of documents
 * @returns by number of a value, in the order of the groups: the first document of each
 * @remarks O(documents + values of the dictionary).
 */
export function firstOfGroups(
  parts: readonly KeywordPart[],
  documents: Int32Array,
  keys: LeadingKeys,
  most: number,
): Map<number, number> {
  const groups = new Leaders(sharedDictionary(parts)?.size ?? 1, documents.length, keys)
  for (const { first: offset, documents: count, values } of parts) {
    groups.take(values.list.views().first, documents, offset, rangeWithin(documents, offset, count))
  }
  return new Map(Array.from(groups.best(most), ([number, place]) => [number, documents[place]!]))
}

class Leaders {
  readonly #keys: Float64Array
  readonly #others: readonly Float64Array[]
  /** By number of a value: the place of the first document, -1 without one, and its key. */
  readonly #places: Int32Array
  readonly #leading: Float64Array

  constructor(size: number, documents: number, [first = new Float64Array(documents), ...others]: LeadingKeys) {
    this.#keys = first
    this.#others = others
    this.#places = new Int32Array(size).fill(-1)
    this.#leading = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
  }

  take(
    numbers: Uint32Array,
    documents: Int32Array,
    offset: number,
    { from, to }: { readonly from: number; readonly to: number },
  ): void {
    const [keys, places, leading] = [this.#keys, this.#places, this.#leading]
    for (let place = from; place < to; place++) {
      const key = keys[place]!
      const number = numbers[documents[place]! - offset]!
      if (key > leading[number]!) continue
      const leader = places[number]!
      if (key === leading[number] && leader >= 0 && !this.#comesBefore(place, leader)) continue
      leading[number] = key
      places[number] = place
    }
  }

  *best(most: number): Generator<[number: number, place: number]> {
    const places = this.#places
    const used = Uint32Array.from(places.keys()).filter((number) => places[number]! >= 0)
    const keys = Float64Array.from(used, (number) => this.#leading[number]!)
    const tie = (one: number, other: number): number =>
      this.#comesBefore(places[used[one]!]!, places[used[other]!]!) ? -1 : 1
    for (const at of selectBest(keys, most, tie)) yield [used[at]!, places[used[at]!]!]
  }

  /** Of two places with the same first key. */
  #comesBefore(one: number, other: number): boolean {
    for (const keys of this.#others) if (keys[one] !== keys[other]) return keys[one]! < keys[other]!
    return one < other
  }
}

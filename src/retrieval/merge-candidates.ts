import type { SourceResult } from './candidate-source.ts'

/** Candidates without doubles. */
export interface MergedCandidates {
  readonly items: Int32Array
  /** Bit `s` is set when source `s` brought the item; the bit after the last source is the catalogue. */
  readonly sources: Uint32Array
  /** The item because of which it was found, as the first source says that has a reason; -1 for none. */
  readonly because: Int32Array
}

export interface MergeOptions {
  /** How many places each source was promised, above 0. */
  readonly quotas: readonly number[]
  readonly limit: number
  /** Fill up to so many candidates, never above the limit. */
  readonly atLeast: number
  readonly itemCount: number
  /** Whether an item may be shown; `asker` is the bit of the source, or of the catalogue. */
  accepts(item: number, asker: number): boolean
}

/**
 * Takes from the sources in turn, each item once, so that one of twice the quota has twice the places; then, if too
 * few were found, backwards through the catalogue, so that what was named last comes first. What may not be shown is
 * left out, whatever a source says.
 *
 * @param results - one a source, at most 31, each within its quota
 */
export function mergeCandidates(results: readonly SourceResult[], options: MergeOptions): MergedCandidates {
  const { itemCount } = options
  const wanted = Math.min(options.atLeast, options.limit)
  const brought = results.reduce((sum, result) => sum + result.items.length, 0)
  const limit = Math.min(options.limit, brought + Math.max(0, wanted))
  const places = new PlacesOfItems(limit)
  const items = new Int32Array(limit)
  const sources = new Uint32Array(limit)
  const reasons = new Int32Array(limit)
  let count = 0
  const add = (item: number, bit: number, because: number): void => {
    const place = places.find(item)
    if (place >= 0) {
      sources[place]! |= bit
      if (reasons[place] === -1) reasons[place] = because
    } else if (count < limit && options.accepts(item, bit)) {
      places.add(item, count)
      items[count] = item
      sources[count] = bit
      reasons[count++] = because
    }
  }
  inTurn(results, options.quotas, (source, rank) => {
    const { items: found, because } = results[source]!
    add(found[rank]!, 1 << source, because?.[rank] ?? -1)
  })
  for (let item = itemCount - 1; item >= 0 && count < wanted; item--) {
    if (places.find(item) < 0) add(item, 1 << results.length, -1)
  }
  return { items: items.slice(0, count), sources: sources.slice(0, count), because: reasons.slice(0, count) }
}

/** Where each item stands: an open-addressing table, half full at most, because it is asked for every rank of every source. */
class PlacesOfItems {
  /** By slot, one more than the place; 0 for a free slot. */
  readonly #places: Int32Array
  readonly #items: Int32Array

  /** @param most - how many items are added at most */
  constructor(most: number) {
    const slots = 2 ** Math.ceil(Math.log2(2 * most + 2))
    this.#places = new Int32Array(slots)
    this.#items = new Int32Array(slots)
  }

  /** The place of an item, -1 for one that was not added. */
  find(item: number): number {
    return this.#places[this.#slotOf(item)]! - 1
  }

  /** Takes in an item that {@link find} does not know. */
  add(item: number, place: number): void {
    const slot = this.#slotOf(item)
    this.#places[slot] = place + 1
    this.#items[slot] = item
  }

  #slotOf(item: number): number {
    const mask = this.#places.length - 1
    const mixed = Math.imul(item, 0x9e3779b1)
    let slot = (mixed ^ (mixed >>> 15)) & mask
    while (this.#places[slot] !== 0 && this.#items[slot] !== item) slot = (slot + 1) & mask
    return slot
  }
}

/** Calls for every rank of every source by (rank + 1) / quota, sources of an equal turn in their order. */
function inTurn(
  results: readonly SourceResult[],
  quotas: readonly number[],
  take: (source: number, rank: number) => void,
): void {
  const ranks = new Int32Array(results.length)
  for (;;) {
    let next = -1
    let earliest = Number.POSITIVE_INFINITY
    for (let source = 0; source < results.length; source++) {
      const turn = (ranks[source]! + 1) / quotas[source]!
      if (ranks[source]! >= results[source]!.items.length || turn >= earliest) continue
      next = source
      earliest = turn
    }
    if (next < 0) return
    take(next, ranks[next]!++)
  }
}

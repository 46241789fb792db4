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
  const { limit, itemCount } = options
  const places = new Map<number, number>()
  const items: number[] = []
  const sources: number[] = []
  const reasons: number[] = []
  const add = (item: number, bit: number, because: number): void => {
    const place = places.get(item)
    if (place !== undefined) {
      sources[place]! |= bit
      if (reasons[place] === -1) reasons[place] = because
    } else if (items.length < limit && options.accepts(item, bit)) {
      places.set(item, items.length)
      items.push(item)
      sources.push(bit)
      reasons.push(because)
    }
  }
  inTurn(results, options.quotas, (source, rank) => {
    const { items: found, because } = results[source]!
    add(found[rank]!, 1 << source, because?.[rank] ?? -1)
  })
  const wanted = Math.min(options.atLeast, limit)
  for (let item = itemCount - 1; item >= 0 && items.length < wanted; item--) {
    if (!places.has(item)) add(item, 1 << results.length, -1)
  }
  return { items: Int32Array.from(items), sources: Uint32Array.from(sources), because: Int32Array.from(reasons) }
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

import { ScratchInts } from '../item-run.ts'
import { LENGTH, type Rings } from './rings.ts'
import { searchRings } from './search-rings.ts'
import type { WindowBegins } from './window-begins.ts'

/** The same window of many series. */
export interface ManyWindows {
  readonly places: Int32Array
  /** How many of the places are meant. */
  readonly count: number
  readonly after: number
  /** Infinity where nothing lies behind the window: then its end is not looked for. */
  readonly until: number
  readonly guesses?: WindowBegins | undefined
}

/** What they hold is lost at the next cut. */
const [lengths, ends, begins] = [new ScratchInts(), new ScratchInts(), new ScratchInts()]

/**
 * For each of many rings, how many of its entries are at or before the window's end, and its begin; none of a ring that
 * is not among the first `kept`. Entries at or before `keepAfter` are gone.
 */
export function cutMany(
  rings: Rings,
  kept: number,
  { places, count, after, until, guesses }: ManyWindows,
  keepAfter: number,
): readonly [Int32Array, Int32Array] {
  const { table, words } = rings
  const size = lengths.of(count)
  for (let each = 0; each < count; each++) {
    const place = places[each]!
    size[each] = place < 0 || place >= kept ? 0 : table[place * words + LENGTH]!
  }
  const isWhole = until === Number.POSITIVE_INFINITY
  const end = isWhole ? size : ends.of(count)
  const begin = begins.of(count)
  if (!isWhole) searchRings(rings, places, count, until, size, end)
  searchRings(rings, places, count, after > keepAfter ? after : keepAfter, end, begin, guesses)
  return [end, begin]
}

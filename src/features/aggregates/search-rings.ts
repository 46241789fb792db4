import { ScratchInts } from '../item-run.ts'
import type { WindowBegins } from './window-begins.ts'

/** Rings of entries that rise in time, as {@link TimedSeries} keeps them. */
export interface Rings {
  /** Four numbers a ring: where it begins among the entries, its oldest entry, how many it holds, and has room for. */
  readonly table: Int32Array
  readonly entries: Float64Array
  /** Numbers an entry takes; the first is its time. */
  readonly width: number
}

const COLUMNS = 4
const starts = new ScratchInts()
const heads = new ScratchInts()
const masks = new ScratchInts()
const lefts = new ScratchInts()
const open = new ScratchInts()

/**
 * How many of the first `most[i]` entries of ring `places[i]` are at or before `time`, into `found[i]`.
 *
 * The rings are searched side by side, one halving of all of them after the other: each look waits for memory, and the
 * looks of one halving wait together. A search at a time takes three times as long when the rings are not near.
 *
 * @param places - rings of which `most` is above 0; others are not looked at
 * @param guesses - of what is found; where one holds, the ring is not searched
 */
export function searchRings(
  rings: Rings,
  places: Int32Array,
  count: number,
  time: number,
  most: Int32Array,
  found: Int32Array,
  guesses?: WindowBegins | undefined,
): void {
  const { table, entries, width } = rings
  const start = starts.of(count)
  const head = heads.of(count)
  const mask = masks.of(count)
  const left = lefts.of(count)
  const unsettled = open.of(count)
  let settling = 0
  for (let each = 0; each < count; each++) {
    const size = most[each]!
    found[each] = 0
    if (size === 0) continue
    const base = places[each]! * COLUMNS
    start[each] = table[base]!
    head[each] = table[base + 1]!
    mask[each] = table[base + 3]! - 1
    if (guesses !== undefined) {
      const guess = Math.min(guesses.reach(places[each]!)[places[each]!]!, size)
      const isPast = guess === 0 || entries[start[each]! + ((head[each]! + guess - 1) & mask[each]!) * width]! <= time
      if (isPast && (guess === size || entries[start[each]! + ((head[each]! + guess) & mask[each]!) * width]! > time)) {
        found[each] = guess
        continue
      }
    }
    // Most requests ask near the newest end.
    const isAfterAll = entries[start[each]! + ((head[each]! + size - 1) & mask[each]!) * width]! <= time
    found[each] = isAfterAll ? size : 0
    left[each] = size - 1
    unsettled[settling] = each
    settling += Number(!isAfterAll && size > 1)
  }
  while (settling > 0) {
    let remaining = 0
    for (let index = 0; index < settling; index++) {
      const each = unsettled[index]!
      const half = (left[each]! + 1) >>> 1
      const low = found[each]!
      const at = start[each]! + ((head[each]! + low + half - 1) & mask[each]!) * width
      found[each] = low + half * Number(entries[at]! <= time)
      left[each] = left[each]! - half
      unsettled[remaining] = each
      remaining += Number(left[each]! > 0)
    }
    settling = remaining
  }
  if (guesses === undefined) return
  for (let each = 0; each < count; each++) if (most[each]! > 0) guesses.note(places[each]!, found[each]!)
}

import { ScratchInts } from '../item-run.ts'
import type { Rings } from './rings.ts'
import type { WindowBegins } from './window-begins.ts'

const starts = new ScratchInts()
const heads = new ScratchInts()
const masks = new ScratchInts()
const lefts = new ScratchInts()
const open = new ScratchInts()
const guessed = new ScratchInts()

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
  const { table, words, entries, width } = rings
  const start = starts.of(count)
  const head = heads.of(count)
  const mask = masks.of(count)
  const left = lefts.of(count)
  const unsettled = open.of(count)
  const guess = guessed.of(count)
  for (let each = 0; each < count; each++) {
    found[each] = 0
    if (most[each] === 0) continue
    const place = places[each]!
    const base = place * words
    start[each] = table[base]!
    head[each] = table[base + 1]!
    mask[each] = table[base + 3]! - 1
    if (guesses !== undefined) guess[each] = Math.min(guesses.reach(place)[place]!, most[each]!)
  }
  // A loop of its own, so that what it waits for is asked of many rings at a time.
  let settling = 0
  for (let each = 0; each < count; each++) {
    const size = most[each]!
    if (size === 0) continue
    if (guesses !== undefined) {
      const begin = guess[each]!
      const isPast = begin === 0 || entries[start[each]! + ((head[each]! + begin - 1) & mask[each]!) * width]! <= time
      if (isPast && (begin === size || entries[start[each]! + ((head[each]! + begin) & mask[each]!) * width]! > time)) {
        found[each] = begin
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

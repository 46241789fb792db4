import { SluiceError } from '../foundation/index.ts'

/**
 * Share of the catalogue that stands in at least one list.
 *
 * @param recommended - items of all lists one after another, from 0; negative numbers are places left empty
 * @param itemCount - items in the catalogue, at least 1
 * @returns in [0, 1]
 * @throws SluiceError `INVALID_ARGUMENT` at an item beyond the catalogue or an empty catalogue
 * @remarks O(recommended + itemCount).
 * @see Ge, Delgado-Battenfeld & Jannach 2010, RecSys.
 */
export function catalogueCoverage(recommended: Int32Array, itemCount: number): number {
  if (!(itemCount >= 1)) {
    throw new SluiceError('INVALID_ARGUMENT', `coverage: expected a catalogue of at least one item, got ${itemCount}`)
  }
  requireItems('coverage', recommended, itemCount)
  const met = new Uint8Array(itemCount)
  let count = 0
  for (const item of recommended) {
    if (item < 0 || met[item] === 1) continue
    met[item] = 1
    count++
  }
  return count / itemCount
}

/** @throws SluiceError `INVALID_ARGUMENT` when an item is not below `itemCount` */
export function requireItems(what: string, items: Int32Array, itemCount: number): void {
  const beyond = items.find((item) => item >= itemCount)
  if (beyond === undefined) return
  throw new SluiceError('INVALID_ARGUMENT', `${what}: expected items below ${itemCount}, got ${beyond}`)
}

import { requireItems } from './catalogue-coverage.ts'
import { requireShare } from './checked-inputs.ts'
import { orderByScore } from './order-by-score.ts'

/**
 * Share of the recommended places that go to the long tail: the items outside the head, which is the fewest most
 * popular items that together hold `headShare` of all interactions.
 *
 * @param recommended - items, from 0; negative numbers are places left empty
 * @param interactions - shape (items,): how often each item was met
 * @param headShare - between 0 and 1; 0.8 when absent. Items equally popular with the last of the head fill it in the
 * order of their numbers
 * @returns in [0, 1]; NaN when nothing is recommended
 * @throws SluiceError `INVALID_ARGUMENT` at an item beyond `interactions` or a share that is not between 0 and 1
 * @remarks O(recommended + items log items).
 * @see Abdollahpouri, Burke & Mobasher 2019, FLAIRS.
 */
export function longTailShare(recommended: Int32Array, interactions: Uint32Array, headShare = 0.8): number {
  requireShare('head share', headShare)
  requireItems('long tail', recommended, interactions.length)
  const inHead = headItems(interactions, headShare)
  const shown = recommended.filter((item) => item >= 0)
  return shown.filter((item) => inHead[item] === 0).length / shown.length
}

function headItems(interactions: Uint32Array, headShare: number): Uint8Array {
  const wanted = headShare * interactions.reduce((sum, count) => sum + count, 0)
  const inHead = new Uint8Array(interactions.length)
  let held = 0
  for (const item of orderByScore(Float64Array.from(interactions))) {
    if (held >= wanted) break
    inHead[item] = 1
    held += interactions[item]!
  }
  return inHead
}

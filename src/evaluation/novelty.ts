import { requireItems } from './catalogue-coverage.ts'

/**
 * Mean self-information of the recommended items in bits: how few people know what is shown. An item known to half the
 * people counts 1, to one in 1,024 counts 10; one that nobody knows counts as if one person did.
 *
 * @param recommended - items, from 0; negative numbers are places left empty
 * @param knownBy - shape (items,): how many people met each item before
 * @param userCount - people in all, at least the largest of `knownBy`
 * @returns at least 0; NaN when nothing is recommended
 * @throws SluiceError `INVALID_ARGUMENT` at an item beyond `knownBy`
 * @remarks O(recommended).
 * @see Zhou et al. 2010, PNAS 107(10); Castells, Hurley & Vargas 2015, Recommender Systems Handbook.
 */
export function novelty(recommended: Int32Array, knownBy: Uint32Array, userCount: number): number {
  requireItems('novelty', recommended, knownBy.length)
  let bits = 0
  let count = 0
  for (const item of recommended) {
    if (item < 0) continue
    bits += Math.log2(userCount / Math.max(1, knownBy[item]!))
    count++
  }
  return bits / count
}

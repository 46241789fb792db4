/** More is given back at once. */
const MOST_KEPT = 8_388_608

let kept = new Float64Array()

/**
 * Room for so many numbers, of no use any more once somebody else asks for it; what is in it is what was left there. Large
 * arrays that are made for every query cost more than what is done with them: their pages are zeroed, and they hasten the
 * collection of garbage.
 */
export function scratchNumbers(length: number): Float64Array {
  if (length > MOST_KEPT) return new Float64Array(length)
  if (kept.length < length) kept = new Float64Array(Math.min(MOST_KEPT, Math.ceil(1.25 * length)))
  return kept.subarray(0, length)
}

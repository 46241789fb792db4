/**
 * Mean distance of the pairs of items in one list; its mean over users is the diversity of a system.
 *
 * @param ranked - items of one list, in any order
 * @param distance - of two items, symmetric, such as 1 - cosine similarity
 * @returns in the range of `distance`; NaN (not defined) for fewer than two items
 * @remarks O(n²) distances.
 * @see Ziegler et al. 2005, WWW.
 */
export function intraListDiversity(ranked: Int32Array, distance: (first: number, second: number) => number): number {
  let sum = 0
  for (let first = 0; first < ranked.length; first++) {
    for (let second = first + 1; second < ranked.length; second++) sum += distance(ranked[first]!, ranked[second]!)
  }
  return sum / ((ranked.length * (ranked.length - 1)) / 2)
}

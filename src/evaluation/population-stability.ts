import { SluiceError } from '../foundation/index.ts'

/** What is added to every bin, so that an empty one has a share too (Krichevsky and Trofimov's half). */
const HALF = 0.5

/**
 * The population stability index: how far two distributions over the same bins are apart, as the sum of (p - q) ln(p / q)
 * over bins. 0 when they are the same; by custom below 0.1 is little and above 0.25 much. Symmetric.
 *
 * @param expected - shape (bins,), counts of at least 0
 * @param got - shape (bins,), counts of at least 0
 * @throws SluiceError `SHAPE_MISMATCH` when the lengths differ
 * @remarks O(bins). Half a count is added to every bin; of n counts chance makes some (bins - 1) / n.
 * @see Jeffreys 1946, Proceedings of the Royal Society A 186, for the divergence.
 */
export function populationStability(expected: ArrayLike<number>, got: ArrayLike<number>): number {
  const bins = expected.length
  if (got.length !== bins) {
    throw new SluiceError('SHAPE_MISMATCH', `bins: expected ${bins} counts, got ${got.length}; count the same bins`)
  }
  let [all, allGot] = [0, 0]
  for (let bin = 0; bin < bins; bin++) {
    all += expected[bin]! + HALF
    allGot += got[bin]! + HALF
  }
  let sum = 0
  for (let bin = 0; bin < bins; bin++) {
    const p = (got[bin]! + HALF) / allGot
    const q = (expected[bin]! + HALF) / all
    sum += (p - q) * Math.log(p / q)
  }
  return sum
}

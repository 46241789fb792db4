import type { Random } from '../foundation/index.ts'

/** An index drawn in proportion to its weight; weights are at least 0 and not all 0. O(n). */
export function weightedIndex(random: Random, weights: ArrayLike<number>): number {
  let total = 0
  for (let index = 0; index < weights.length; index++) total += weights[index]!
  let rest = random.uniform() * total
  for (let index = 0; index < weights.length; index++) {
    rest -= weights[index]!
    if (rest < 0) return index
  }
  return weights.length - 1
}

/** `count` different indices, each drawn in proportion to its weight among those left. */
export function distinctWeightedIndices(random: Random, weights: ArrayLike<number>, count: number): number[] {
  const left = Float64Array.from(weights)
  const drawn: number[] = []
  while (drawn.length < Math.min(count, weights.length)) {
    const index = weightedIndex(random, left)
    left[index] = 0
    drawn.push(index)
  }
  return drawn
}

/** A Poisson count with a mean of at most about 20, by the product of uniforms. @see Knuth, TAOCP 2, 3.4.1. */
export function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count++
  return count
}

/** One element of a list that is not empty, uniformly. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(list.length)] as T
}

/**
 * Moments spread over a period, one drawn in each of `count` equal slots, so that every day has its part.
 *
 * @returns shape (count,), ascending, milliseconds
 */
export function spreadMoments(random: Random, count: number, fromMs: number, lengthMs: number): Float64Array {
  return Float64Array.from({ length: count }, (_, slot) =>
    Math.floor(fromMs + ((slot + random.uniform()) / count) * lengthMs),
  )
}

import { hashInteger, hashString } from './hash.ts'
import { sfc32 } from './sfc32.ts'

/** Seeded randomness. The same seed gives the same sequence on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number
  /** Uniform whole number in [0, bound); `bound` from 1 to 2^32. */
  integer(bound: number): number
  /** Standard normal, by the polar method of Marsaglia. */
  normal(): number
  /** Exponential with mean 1. */
  exponential(): number
  /** Gamma with the given shape (above 0) and scale 1. */
  gamma(shape: number): number
  /** Shuffles in place (Fisher-Yates) and returns its argument. */
  shuffle<List extends { length: number; [index: number]: unknown }>(list: List): List
}

/**
 * A generator from a seed and any number of keys, so that a stream can hang on a row, a user or a day and not on the
 * order in which work was done: `randomFrom(seed, 'negatives', offset)`.
 */
export function randomFrom(seed: number, ...keys: readonly (string | number)[]): Random {
  let a = hashInteger(seed, 0x9e3779b9)
  let b = hashInteger(seed, 0x85ebca6b)
  for (const key of keys) {
    a = typeof key === 'number' ? hashInteger(key, a) : hashString(key, a)
    b = hashInteger(a, b)
  }
  const next = sfc32(a, b, 0x2545f491, 1)
  for (let warmUp = 0; warmUp < 12; warmUp++) next()

  let spare = Number.NaN
  const random: Random = {
    uniform: () => next() / 4294967296,
    integer: (bound) => Math.floor((next() / 4294967296) * bound),
    normal() {
      if (!Number.isNaN(spare)) {
        const value = spare
        spare = Number.NaN
        return value
      }
      for (;;) {
        const x = 2 * random.uniform() - 1
        const y = 2 * random.uniform() - 1
        const radius = x * x + y * y
        if (radius >= 1 || radius === 0) continue
        const factor = Math.sqrt((-2 * Math.log(radius)) / radius)
        spare = y * factor
        return x * factor
      }
    },
    exponential: () => -Math.log(1 - random.uniform()),
    // Marsaglia and Tsang 2000; below shape 1 the usual boost by a power of a uniform.
    gamma(shape) {
      if (shape < 1) return random.gamma(shape + 1) * (1 - random.uniform()) ** (1 / shape)
      const d0 = shape - 1 / 3
      const c0 = 1 / Math.sqrt(9 * d0)
      for (;;) {
        const x = random.normal()
        const v = (1 + c0 * x) ** 3
        if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d0 - d0 * v + d0 * Math.log(v)) return d0 * v
      }
    },
    shuffle(list) {
      for (let index = list.length - 1; index > 0; index--) {
        const other = random.integer(index + 1)
        const held = list[index]
        list[index] = list[other]
        list[other] = held
      }
      return list
    },
  }
  return random
}

import { assert, type Random } from '../../foundation/index.ts'

/** What is believed of a rate: Beta(successes, failures), both above 0 and not whole numbers necessarily. */
export interface RateBelief {
  readonly successes: number
  readonly failures: number
}

/** Cells of the integration, equally wide in the angle. */
const CELLS = 1024
/** Logarithms of sin^2 and cos^2 at the middles of the cells. */
const LOG_RATE = new Float64Array(CELLS)
const LOG_REST = new Float64Array(CELLS)
for (let cell = 0; cell < CELLS; cell++) {
  const angle = ((cell + 0.5) / CELLS) * (Math.PI / 2)
  LOG_RATE[cell] = 2 * Math.log(Math.sin(angle))
  LOG_REST[cell] = 2 * Math.log(Math.cos(angle))
}

/**
 * Thompson sampling: draws a rate from every belief and chooses the largest, of equal ones the first.
 *
 * @returns an index; -1 when there are no beliefs
 * @see Thompson 1933; Chapelle & Li 2011, An empirical evaluation of Thompson sampling.
 * @remarks O(n).
 */
export function thompsonChoice(beliefs: readonly RateBelief[], random: Random): number {
  let best = -1
  let largest = Number.NEGATIVE_INFINITY
  for (let index = 0; index < beliefs.length; index++) {
    const hits = random.gamma(beliefs[index]!.successes)
    const rate = hits / (hits + random.gamma(beliefs[index]!.failures))
    if (rate <= largest) continue
    largest = rate
    best = index
  }
  return best
}

/**
 * The probability of each belief to be the one that {@link thompsonChoice} chooses: the integral of its density times
 * the distribution functions of all others, over 1024 cells of the angle whose squared sine is the rate, in which all
 * beliefs of equal strength are about equally wide. Nothing is drawn: the same beliefs give the same bytes.
 *
 * @returns shape (n,), in [0, 1], summing to 1; within 1e-4 of the truth for beliefs of at most a thousand trials
 * @remarks O(1024 n), some 20 us a belief.
 */
export function thompsonPropensities(beliefs: readonly RateBelief[]): Float64Array {
  const masses = beliefs.map(cellMasses)
  const below = new Float64Array(beliefs.length)
  const after = new Float64Array(beliefs.length + 1)
  const chosen = new Float64Array(beliefs.length)
  for (let cell = 0; cell < CELLS; cell++) {
    // The part of each belief below the middle of the cell; then products over all later and over all earlier ones.
    after[beliefs.length] = 1
    for (let index = beliefs.length - 1; index >= 0; index--) {
      after[index] = after[index + 1]! * (below[index]! + masses[index]![cell]! / 2)
    }
    let before = 1
    for (let index = 0; index < beliefs.length; index++) {
      const mass = masses[index]![cell]!
      chosen[index] = chosen[index]! + mass * before * after[index + 1]!
      before *= below[index]! + mass / 2
      below[index] = below[index]! + mass
    }
  }
  return scaledToOne(chosen)
}

/** How much of a belief lies in each cell, summing to 1. */
function cellMasses({ successes, failures }: RateBelief): Float64Array {
  assert(successes > 0 && failures > 0, 'a belief has some weight on both sides')
  const logs = new Float64Array(CELLS)
  let largest = Number.NEGATIVE_INFINITY
  for (let cell = 0; cell < CELLS; cell++) {
    const log = (successes - 0.5) * LOG_RATE[cell]! + (failures - 0.5) * LOG_REST[cell]!
    logs[cell] = log
    if (log > largest) largest = log
  }
  for (let cell = 0; cell < CELLS; cell++) logs[cell] = Math.exp(logs[cell]! - largest)
  return scaledToOne(logs)
}

/** Divides in place by the sum. */
function scaledToOne(values: Float64Array): Float64Array {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index]!
  for (let index = 0; index < values.length; index++) values[index] = values[index]! / sum
  return values
}

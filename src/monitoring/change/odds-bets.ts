/**
 * Factors of odds that a change is bet on, from a third of what is usual to forty times it. A change between two of them
 * is found nearly as fast as if it stood here.
 */
export const ODDS_RATIOS: readonly number[] = [0.3, 0.6, 1.5, 2.3, 5, 12, 40]

/** A share above it cannot be bet to rise. */
const MOST = 0.999

/** What a bet is multiplied by when the signal fires, and when it does not. */
export interface BetFactors {
  readonly fired: number
  readonly silent: number
}

/** A bet that is not made. */
const NO_BET: BetFactors = { fired: 1, silent: 1 }

/**
 * The bet that the odds of a signal are `ratio` times those of a bound: the quotient of the two likelihoods. As long as the
 * true share is on the usual side of the bound, the mean of the factor is at most 1, whatever the share is, so nobody grows
 * rich by the bet while nothing changes.
 *
 * @param bound - the largest usual share for a ratio above 1, the smallest for one below, in [0, 1]; where there is nothing
 *   beyond the bound the bet is not made
 * @param clump - how many firings come of one cause, at least 1: they count as one. The mean of a power in (0, 1] of a
 *   factor is at most 1 when that of the factor is.
 */
export function oddsBet(bound: number, ratio: number, clump: number): BetFactors {
  if (!(bound > 0) || bound > MOST) return NO_BET
  const odds = (ratio * bound) / (1 - bound)
  const alternative = odds / (1 + odds)
  return { fired: (alternative / bound) ** (1 / clump), silent: ((1 - alternative) / (1 - bound)) ** (1 / clump) }
}

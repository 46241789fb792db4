import type { ReviewAlert, ReviewCase } from './review-case.ts'

/** How much of the weight of an alert the next smaller one of its case has. */
const NEXT_SHARE = 0.8

/**
 * What a case is expected to lose: probability x amount of its alerts, of which the largest counts whole and each next
 * smaller one 0.8 times as much as the one before. So it is at most five times the largest: many small alerts do not
 * hide a large one elsewhere.
 *
 * @param unscored - the probability of alerts that no model scored, in [0, 1]
 */
export function expectedLoss(alerts: readonly ReviewAlert[], unscored: number): number {
  const losses = Float64Array.from(alerts, ({ probability = unscored, amount }) => probability * amount)
  losses.sort()
  let sum = 0
  let weight = 1
  for (let at = losses.length - 1; at >= 0; at--, weight *= NEXT_SHARE) sum += weight * losses[at]!
  return Math.min(sum, Number.MAX_VALUE)
}

/**
 * How urgent a case is: `(1 + loss) x 2^(age / doublingMs)`. One that waits `doublingMs` longer counts twice as much, so
 * that nothing waits for ever.
 *
 * @param now - milliseconds since 1970
 */
export function casePriority({ loss, openedAt }: ReviewCase, now: number, doublingMs: number): number {
  return (1 + loss) * 2 ** ((now - openedAt) / doublingMs)
}

/**
 * The place of a case among others, the most urgent the least. It is the logarithm of the priority without what is the
 * same for all cases at a time, so it does not change while they wait, and a heap keeps their order.
 */
export function caseOrder({ loss, openedAt }: ReviewCase, doublingMs: number): number {
  return openedAt / doublingMs - Math.log2(1 + loss)
}

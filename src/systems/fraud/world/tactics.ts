import { HOUR_MS, MINUTE_MS, type Random } from '../../../foundation/index.ts'
import { inCents } from './payment.ts'
import { popular } from './people.ts'
import type { Places } from './places.ts'

/** Above it payments are looked at more closely, as everybody knows after a while. */
const USUAL_LIMIT = 200

/** How frauds are committed: all kinds of them change on one day. */
export interface Tactics {
  /** What is taken of a card that usually pays `usual`. */
  large(random: Random, usual: number): number
  /** Milliseconds to the next payment of a burst. */
  gap(random: Random): number
  /** How many small payments try a number that was stolen. */
  tests(random: Random): number
  /** Where a number is used without the card. */
  merchant(random: Random, places: Places): number
  /** Over how long a ring takes what it can. */
  readonly bustOutMs: number
}

/** Fast and greedy: minutes apart, four to nine times the usual amount. */
export const EARLY_TACTICS: Tactics = {
  large: (random, usual) => inCents(usual * (4 + 5 * random.uniform())),
  gap: (random) => (5 + 40 * random.exponential()) * MINUTE_MS,
  tests: (random) => 5 + random.integer(14),
  merchant: (random, places) => popular(random, places.online),
  bustOutMs: 36 * HOUR_MS,
}

/** Patient: hours apart, amounts just under the usual limit, few tests, mostly at merchants who have just opened. */
export const LATE_TACTICS: Tactics = {
  large: (random, usual) => inCents(Math.min(USUAL_LIMIT * (0.85 + 0.145 * random.uniform()), usual * 12)),
  gap: (random) => (3 + 9 * random.exponential()) * HOUR_MS,
  tests: (random) => 1 + random.integer(3),
  merchant: (random, places) => popular(random, random.uniform() < 0.7 ? places.newMerchants : places.online),
  bustOutMs: 7 * 24 * HOUR_MS,
}

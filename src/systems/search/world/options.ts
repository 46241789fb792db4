import { SluiceError } from '../../../foundation/index.ts'

/** What may be chosen about a world; everything but the seed has a default, which is the demonstration's. */
export interface SearchWorldOptions {
  readonly seed: number
  /** Products, of which 85 % are there at the start and the others are listed day by day; 5,000. */
  readonly products?: number
  /** People, all there at the start; 2,000. */
  readonly users?: number
  /** How many days have searches; 21. */
  readonly days?: number
  /** Midnight UTC of the first day; Monday, 1 September 2025. */
  readonly startMs?: number
  /** The mean over people, who differ widely; 0.4. A session is one search and what it takes to mend it. */
  readonly sessionsPerUserPerDay?: number
  /** Products on the pages of the legacy search; 10. */
  readonly pageSize?: number
  /** The probability that a word of five letters is mistyped by somebody of middling care; 0.05. */
  readonly typingErrors?: number
  /** A position is looked at with the probability position ^ -bias; 0.8. */
  readonly positionBias?: number
  /** The share of what is looked at that is clicked for no reason; 0.02. */
  readonly clickNoise?: number
  /** The share of sessions of people who are not signed in; 0.15. */
  readonly anonymousShare?: number
}

/** The options of a world with every default filled in. */
export type ResolvedSearchOptions = Required<SearchWorldOptions>

/**
 * Fills in the defaults.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when a number is out of its range
 */
export function resolveSearchOptions(options: SearchWorldOptions): ResolvedSearchOptions {
  const resolved: ResolvedSearchOptions = {
    products: 5_000,
    users: 2_000,
    days: 21,
    startMs: Date.UTC(2025, 8, 1),
    sessionsPerUserPerDay: 0.4,
    pageSize: 10,
    typingErrors: 0.05,
    positionBias: 0.8,
    clickNoise: 0.02,
    anonymousShare: 0.15,
    ...options,
  }
  for (const name of ['products', 'users', 'days', 'pageSize'] as const) requireCount(name, resolved[name])
  for (const name of ['typingErrors', 'clickNoise', 'anonymousShare'] as const) requireShare(name, resolved[name])
  for (const name of ['sessionsPerUserPerDay', 'positionBias'] as const) {
    if (!(resolved[name] >= 0 && resolved[name] <= 20)) throw invalid(name, 'a number from 0 to 20', resolved[name])
  }
  return resolved
}

function requireCount(name: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value > 0)) throw invalid(name, 'a whole number above 0', value)
}

function requireShare(name: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw invalid(name, 'a share from 0 to below 1', value)
}

function invalid(name: string, expected: string, got: unknown): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `search world: ${name}: expected ${expected}, got ${got}`)
}

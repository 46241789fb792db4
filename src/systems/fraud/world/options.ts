import { SluiceError } from '../../../foundation/index.ts'

/** What may be chosen about a world; everything but the seed has a default. */
export interface FraudWorldOptions {
  readonly seed: number
  /** Cards of honest people, of whom nine in ten are there at the start; those of rings come besides. 2,000. */
  readonly cards?: number
  /** How many days have payments; 60. */
  readonly days?: number
  /** Midnight UTC of the first day; Monday, 1 September 2025. */
  readonly startMs?: number
  /** Shops and online merchants at the start; one for every 4 cards, at least 40. */
  readonly terminals?: number
  /** The mean over cards, which differ widely; 0.8. */
  readonly paymentsPerCardPerDay?: number
  /** Terminals that copy cards for some weeks; 1 % of them, at least 1. */
  readonly compromisedTerminals?: number
  /** Probability that a card is stolen on a day; 0.0003. */
  readonly stolenPerCardPerDay?: number
  /** Probability that a card's number falls into the wrong hands on a day; 0.0002. */
  readonly leakedPerCardPerDay?: number
  /** Rings of accounts; one for every 500 cards, at least 1. */
  readonly rings?: number
  /** Accounts of the smallest and the largest ring; 5 and 50. */
  readonly ringSizes?: readonly [number, number]
  /** The share of frauds that are ever reported; 0.9. */
  readonly reportedShare?: number
  /** The median of the days until a report, of a lognormal within 1 to 30 days; 5. */
  readonly reportMedianDays?: number
  /** The share of honest payments that a reviewer looks at and reports as no fraud; 0.0005. */
  readonly reviewedShare?: number
  /** The day, from 0, on which the adversary changes tactics; at two thirds of the days. `days` or more: never. */
  readonly changeOnDay?: number
}

/** The options of a world with every default filled in. */
export type ResolvedFraudOptions = Required<FraudWorldOptions>

/**
 * Fills in the defaults.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when a number is out of its range
 */
export function resolveFraudOptions(options: FraudWorldOptions): ResolvedFraudOptions {
  const { cards = 2_000, days = 60 } = options
  const terminals = options.terminals ?? Math.max(40, Math.round(cards / 4))
  const resolved: ResolvedFraudOptions = {
    startMs: Date.UTC(2025, 8, 1),
    paymentsPerCardPerDay: 0.8,
    compromisedTerminals: Math.max(1, Math.round(terminals / 100)),
    stolenPerCardPerDay: 0.0003,
    leakedPerCardPerDay: 0.0002,
    rings: Math.max(1, Math.round(cards / 500)),
    ringSizes: [5, 50],
    reportedShare: 0.9,
    reportMedianDays: 5,
    reviewedShare: 0.0005,
    changeOnDay: Math.floor((days * 2) / 3),
    ...options,
    cards,
    days,
    terminals,
  }
  requireRanges(resolved)
  return resolved
}

type Range = readonly [isWhole: boolean, least: number, most: number]

const RANGES: Readonly<Record<Exclude<keyof ResolvedFraudOptions, 'ringSizes' | 'seed'>, Range>> = {
  cards: [true, 20, 1_000_000],
  days: [true, 1, 3_660],
  startMs: [true, 100_000_000_000, Number.MAX_SAFE_INTEGER],
  terminals: [true, 20, 1_000_000],
  paymentsPerCardPerDay: [false, 0.001, 10],
  compromisedTerminals: [true, 0, 100_000],
  stolenPerCardPerDay: [false, 0, 1],
  leakedPerCardPerDay: [false, 0, 1],
  rings: [true, 0, 100_000],
  reportedShare: [false, 0, 1],
  reportMedianDays: [false, 1, 30],
  reviewedShare: [false, 0, 1],
  changeOnDay: [true, 0, Number.MAX_SAFE_INTEGER],
}

function requireRanges(options: ResolvedFraudOptions): void {
  for (const [name, [isWhole, least, most]] of Object.entries(RANGES)) {
    const value = Number(options[name as keyof typeof RANGES])
    if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) continue
    throw invalid(name, `a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}`, value)
  }
  const [smallest, largest] = options.ringSizes
  const areWhole = Number.isInteger(smallest) && Number.isInteger(largest)
  if (!areWhole || smallest < 2 || largest < smallest || largest > 1_000) {
    throw invalid('ringSizes', 'two whole numbers from 2 to 1000 in ascending order', options.ringSizes)
  }
}

function invalid(name: string, expected: string, got: unknown): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `fraud world: ${name}: expected ${expected}, got ${got}`)
}

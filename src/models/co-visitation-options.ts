import { SluiceError } from '../foundation/index.ts'

/** How two items' common visitors become a similarity; C is their weighted co-occurrence, a and b each item's own. */
export type CoVisitationSimilarity = 'cosine' | 'jaccard' | 'lift' | 'count'

export interface CoVisitationOptions {
  /** `cosine` C / sqrt(a b), `jaccard` C / (a + b - C), `lift` C / (a b), `count` C. */
  readonly similarity: CoVisitationSimilarity
  /** Neighbours kept an item. */
  readonly neighbours: number
  /** Pulls similarities that rest on few common visitors to 0: times C / (C + shrinkage). */
  readonly shrinkage: number
  /** A user with n items counts n ^ -userExponent, so that those who meet everything do not decide. */
  readonly userExponent: number
  /** `forward` counts a pair only from the earlier item to the later one. */
  readonly order: 'any' | 'forward'
  /** A pair counts half for each so many places between the two in a user's history; absent: distance is no matter. */
  readonly distanceHalfLife?: number | undefined
  /** When scoring, an item counts half for each so many places that it lies before the newest; absent: all the same. */
  readonly historyHalfLife?: number | undefined
  /** Only the newest so many items of a user are paired: bounds the cost of robots. */
  readonly maxHistory: number
}

const DEFAULTS: CoVisitationOptions = {
  similarity: 'cosine',
  neighbours: 200,
  shrinkage: 0,
  userExponent: 0,
  order: 'any',
  maxHistory: 2000,
}

/**
 * Fills in the defaults.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at an option out of its range
 */
export function coVisitationOptions(given: Partial<CoVisitationOptions>): CoVisitationOptions {
  const options = { ...DEFAULTS, ...given }
  requireAtLeast('neighbours', options.neighbours, 1)
  requireAtLeast('shrinkage', options.shrinkage, 0)
  requireAtLeast('userExponent', options.userExponent, 0)
  requireAtLeast('maxHistory', options.maxHistory, 1)
  requireAtLeast('distanceHalfLife', options.distanceHalfLife ?? 1, Number.MIN_VALUE)
  requireAtLeast('historyHalfLife', options.historyHalfLife ?? 1, Number.MIN_VALUE)
  return options
}

function requireAtLeast(name: string, value: number, least: number): void {
  if (value >= least && value < Number.POSITIVE_INFINITY) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `co-visitation ${name}: expected a number of at least ${least}, got ${value}; correct the option`,
  )
}

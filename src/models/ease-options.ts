import { SluiceError } from '../foundation/index.ts'

export interface EaseOptions {
  /** Added to the diagonal of the Gram matrix: larger trusts common visitors less. Some hundreds are usual. */
  readonly l2: number
  /**
   * The share of its own history that a user is thought to lose while the model learns to restore it: adds
   * dropout / (1 - dropout) times each item's own count to the diagonal (Steck 2020). In [0, 1).
   */
  readonly dropout: number
  /**
   * A user with n items counts n ^ -userExponent in learning, scaled so that the mean over users is 1: above 0 keeps
   * those who meet everything from deciding.
   */
  readonly userExponent: number
  /** Scores are multiplied by an item's count ^ -popularityExponent: above 0 lifts what few have met. */
  readonly popularityExponent: number
  /** Only the items with the largest counts are learnt, the others score 0; absent: all of them. */
  readonly maxItems?: number | undefined
  /** `items` inverts a matrix of items by items, `users` one of users by users; `auto` takes the smaller. */
  readonly side: 'auto' | 'items' | 'users'
}

const DEFAULTS: EaseOptions = { l2: 300, dropout: 0, userExponent: 0, popularityExponent: 0, side: 'auto' }

/**
 * Fills in the defaults.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at an option out of its range
 */
export function easeOptions(given: Partial<EaseOptions>): EaseOptions {
  const options = { ...DEFAULTS, ...given }
  requireRange('l2', options.l2, options.l2 > 0 && options.l2 < Number.POSITIVE_INFINITY, 'above 0')
  requireRange('dropout', options.dropout, options.dropout >= 0 && options.dropout < 1, 'from 0 to below 1')
  requireRange('userExponent', options.userExponent, Number.isFinite(options.userExponent), 'that is finite')
  requireRange(
    'popularityExponent',
    options.popularityExponent,
    Number.isFinite(options.popularityExponent),
    'that is finite',
  )
  requireRange('maxItems', options.maxItems ?? 1, (options.maxItems ?? 1) >= 1, 'of at least 1')
  return options
}

function requireRange(name: string, value: number, holds: boolean, range: string): void {
  if (holds) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `ease ${name}: expected a number ${range}, got ${value}; correct the option`,
  )
}

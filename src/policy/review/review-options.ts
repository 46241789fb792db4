import { HOUR_MS, MINUTE_MS } from '../../foundation/index.ts'
import { requireNumber } from '../require-field.ts'

/** How a review queue is run. All of it stands in the application, so that the same records give the same queue. */
export interface ReviewOptions {
  /** By it decided cases are drawn for a second look. */
  readonly seed: number
  /** How long after the first alert of a case others join it; 24 hours when it is not said. */
  readonly windowMs?: number
  /** How long a reviewer has a case without a word; 15 minutes when it is not said. */
  readonly leaseMs?: number
  /** The age at which a case counts twice as much as a new one; 4 hours when it is not said. */
  readonly doublingMs?: number
  /** The share of decided cases that a second reviewer looks at, 0 to 1; 0.05 when it is not said. */
  readonly checkShare?: number
  /** The probability of alerts that no model scored, 0 to 1; 0.5 when it is not said. */
  readonly unscored?: number
  /** How many cases are undecided at most; 100,000 when it is not said. Above it the least urgent is dropped. */
  readonly cases?: number
  /** How many cases wait for a second look at most; 10,000 when it is not said. Above it none is drawn. */
  readonly checks?: number
  /** How many alerts a case has at most; 200 when it is not said. Above it another case is opened. */
  readonly alerts?: number
  /** How many reviewers there are at most; 1,000 when it is not said. */
  readonly reviewers?: number
  /** Of how many second looks the two verdicts are kept; the newest 10,000 when it is not said. */
  readonly pairs?: number
}

/** Fills in what is not said. @throws SluiceError `OUT_OF_RANGE` */
export function requireReviewOptions(options: ReviewOptions): Required<ReviewOptions> {
  const whole: Required<ReviewOptions> = {
    seed: options.seed,
    windowMs: options.windowMs ?? 24 * HOUR_MS,
    leaseMs: options.leaseMs ?? 15 * MINUTE_MS,
    doublingMs: options.doublingMs ?? 4 * HOUR_MS,
    checkShare: options.checkShare ?? 0.05,
    unscored: options.unscored ?? 0.5,
    cases: options.cases ?? 100_000,
    checks: options.checks ?? 10_000,
    alerts: options.alerts ?? 200,
    reviewers: options.reviewers ?? 1_000,
    pairs: options.pairs ?? 10_000,
  }
  for (const name of ['windowMs', 'leaseMs', 'doublingMs'] as const) {
    requireNumber(`review, ${name}`, whole[name], 1, Number.MAX_SAFE_INTEGER)
  }
  for (const name of ['checkShare', 'unscored'] as const) requireNumber(`review, ${name}`, whole[name], 0, 1)
  for (const name of ['cases', 'alerts', 'reviewers', 'pairs'] as const) {
    requireNumber(`review, ${name}`, whole[name], 1, 10_000_000)
  }
  requireNumber('review, checks', whole.checks, 0, 10_000_000)
  return whole
}

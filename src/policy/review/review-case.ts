import type { Action } from '../action.ts'

/** What a reviewer finds. */
export type Verdict = 'fraud' | 'legitimate' | 'unsure'

export const VERDICTS: readonly Verdict[] = ['fraud', 'legitimate', 'unsure']

/**
 * What a case waits for: the first look; somebody who knows more, after an `unsure` or a disagreement; or a second look
 * for the sake of quality.
 */
export type ReviewStage = 'open' | 'escalated' | 'check'

/** A decision that a person is to look at. */
export interface ReviewAlert {
  readonly decision: string
  /** The event that was decided about. */
  readonly event: string
  /** Of fraud, in [0, 1]; undefined when no model could score. */
  readonly probability: number | undefined
  /** At least 0. */
  readonly amount: number
  readonly action: Action
  readonly reasons: readonly string[]
  /** When it was decided, in milliseconds since 1970. */
  readonly at: number
}

/** What a reviewer said of a case. */
export interface ReviewOpinion {
  readonly reviewer: string
  readonly verdict: Verdict
  readonly note: string
  readonly at: number
  /** Where single alerts were judged otherwise, or noted upon. */
  readonly alerts: readonly AlertVerdict[]
}

/** What a reviewer said of one alert of a case. */
export interface AlertVerdict {
  readonly decision: string
  readonly verdict: Verdict
  readonly note: string
}

/** That nobody else works on a case. */
export interface ReviewLease {
  readonly reviewer: string
  readonly since: number
  /** From then on it holds no more. */
  readonly until: number
}

/** Alerts about one subject, to be looked at together. */
export interface ReviewCase {
  /** The decision of its first alert, so that it stays the same when records of others are erased from the log. */
  readonly id: string
  /** From 1, in the order in which cases were opened. */
  readonly place: number
  /** The key of what they are about, such as a card. */
  readonly subject: string
  readonly openedAt: number
  readonly stage: ReviewStage
  /** In the order in which they came. */
  readonly alerts: readonly ReviewAlert[]
  readonly opinions: readonly ReviewOpinion[]
  readonly lease: ReviewLease | undefined
  /** What is lost if nobody looks: see `expectedLoss`. */
  readonly loss: number
}

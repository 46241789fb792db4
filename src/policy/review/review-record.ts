import { SluiceError } from '../../foundation/index.ts'
import { ACTIONS } from '../action.ts'
import { requireName, requireNote, requireNumber, requireTime, requireWord } from '../require-field.ts'
import { type AlertVerdict, type ReviewAlert, VERDICTS, type Verdict } from './review-case.ts'

interface ByReviewer {
  readonly reviewer: string
  readonly at: number
}

/** What changes the review queue, in the order of the log. */
export type ReviewRecord =
  /** A decision is to be looked at. */
  | (ReviewAlert & { readonly kind: 'alert'; readonly subject: string })
  /** A reviewer takes a case, which `ReviewQueue.next` named. */
  | (ByReviewer & { readonly kind: 'claim'; readonly case: string })
  /** The reviewer still works on the case. */
  | (ByReviewer & { readonly kind: 'heartbeat'; readonly case: string })
  /** The reviewer gives the case back. */
  | (ByReviewer & { readonly kind: 'release'; readonly case: string })
  | (ByReviewer & {
      readonly kind: 'verdict'
      readonly case: string
      readonly verdict: Verdict
      readonly note?: string | undefined
      /** How many alerts of the case the reviewer was shown; those that joined later become a case of their own. */
      readonly seen: number
      /** Where single alerts are judged otherwise than the case. */
      readonly alerts?: readonly AlertVerdict[] | undefined
    })

const KINDS = ['alert', 'claim', 'heartbeat', 'release', 'verdict']
const MOST_REASONS = 100

/** Refuses a record that says nothing sensible. @throws SluiceError `INVALID_ARGUMENT`, `OUT_OF_RANGE` */
export function requireReviewRecord(record: ReviewRecord): void {
  requireWord('review, kind', record.kind, KINDS)
  requireTime('review, at', record.at)
  if (record.kind === 'alert') {
    requireName('alert, subject', record.subject)
    requireAlert(record)
    return
  }
  requireName('review, reviewer', record.reviewer)
  requireName('review, case', record.case)
  if (record.kind === 'verdict') {
    requireVerdict('verdict', record.verdict, record.note ?? '')
    for (const { verdict, note } of record.alerts ?? []) requireVerdict('verdict of an alert', verdict, note)
  }
}

function requireAlert({ decision, event, probability, amount, action, reasons }: ReviewAlert): void {
  requireName('alert, decision', decision)
  requireName('alert, event', event)
  requireWord('alert, action', action, ACTIONS)
  if (probability !== undefined) requireNumber('alert, probability', probability, 0, 1)
  requireNumber('alert, amount', amount, 0, Number.MAX_VALUE)
  if (!Array.isArray(reasons) || reasons.length > MOST_REASONS) {
    throw new SluiceError('INVALID_ARGUMENT', `alert, reasons: expected a list of at most ${MOST_REASONS}, got other`)
  }
  for (const reason of reasons) requireNote('alert, reason', reason)
}

function requireVerdict(what: string, verdict: Verdict, note: string): void {
  requireWord(what, verdict, VERDICTS)
  requireNote(`${what}, note`, note)
}

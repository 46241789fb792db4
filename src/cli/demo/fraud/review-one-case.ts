import { askServer } from '../ask-server.ts'
import { isFraud, type ScoredPayment } from './score-payments.ts'

const REVIEWER = 'ann'

interface Claimed {
  readonly id: string
  readonly subject: string
  readonly loss: number
  readonly alerts: readonly { readonly decision: string; readonly event: string }[]
}

interface Backlog {
  readonly open: number
  readonly oldestAgeMs: number | null
}

/** What happened in the review queue. */
export interface ReviewedCase {
  /** Cases that waited before anybody looked. */
  readonly waiting: number
  /** How long the oldest of them had waited, in milliseconds; null without one. */
  readonly oldestMs: number | null
  /** The most urgent one, looked at; null when none waited. */
  readonly decided: {
    readonly case: string
    readonly card: string
    readonly alerts: number
    readonly expectedLoss: number
    readonly verdict: string
    readonly isDecided: boolean
    /** Events of the label that the verdict put into the log. */
    readonly labels: number
  } | null
}

/** Takes the most urgent case of the queue and decides it, as a reviewer who finds out the truth. */
export async function reviewOneCase(
  address: string,
  system: string,
  scored: readonly ScoredPayment[],
): Promise<ReviewedCase> {
  const path = `/v1/systems/${system}/cases`
  const { backlog } = await askServer<{ backlog: Backlog }>(address, `${path}?limit=0`)
  const { case: claimed } = await askServer<{ case: Claimed | null }>(address, `${path}/claim`, { reviewer: REVIEWER })
  const before = { waiting: backlog.open, oldestMs: backlog.oldestAgeMs }
  if (!claimed) return { ...before, decided: null }
  const frauds = new Set(scored.filter(({ scenario }) => isFraud(scenario)).map(({ payment }) => payment.id))
  const verdictOf = (event: string) => (frauds.has(event) ? 'fraud' : 'legitimate')
  const verdict = claimed.alerts.some(({ event }) => frauds.has(event)) ? 'fraud' : 'legitimate'
  const others = claimed.alerts.filter(({ event }) => verdictOf(event) !== verdict)
  const { isDecided, labels } = await askServer<{ isDecided: boolean; labels: readonly unknown[] }>(
    address,
    `${path}/${claimed.id}/verdict`,
    {
      reviewer: REVIEWER,
      verdict,
      seen: claimed.alerts.length,
      note: 'asked the cardholder',
      alerts: others.map(({ decision, event }) => ({ decision, verdict: verdictOf(event), note: 'knows this one' })),
    },
  )
  const { id, subject, loss, alerts } = claimed
  return {
    ...before,
    decided: {
      ...{ case: id, card: subject, alerts: alerts.length, expectedLoss: loss },
      ...{ verdict, isDecided, labels: labels.length },
    },
  }
}

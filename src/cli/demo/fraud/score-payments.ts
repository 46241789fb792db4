import { canonicalJson } from '../../../foundation/index.ts'
import type { FraudWorldEvent } from '../../../systems/index.ts'
import { withProgress } from '../../output.ts'
import { askServer } from '../ask-server.ts'
import type { MadeAgain } from '../demo-report.ts'
import { type Latency, latencyOf } from '../latency.ts'

/** What the server says of a payment. */
export interface PaymentAnswer {
  readonly decision: string
  readonly probability: number | null
  readonly action: string
  readonly duplicate?: boolean
}

/** A payment with what was answered, and what is true of it. */
export interface ScoredPayment {
  readonly payment: FraudWorldEvent['record']
  readonly scenario: string
  readonly answer: PaymentAnswer
}

/** Payments by what became of them. */
export type ActionCounts = Readonly<Record<string, { readonly payments: number; readonly frauds: number }>>

/** Asks about payments in their order, one after the other; what else happens between them is told as events. */
export async function scorePayments(
  address: string,
  system: string,
  events: readonly FraudWorldEvent[],
): Promise<{ latency: Latency; scored: readonly ScoredPayment[] }> {
  const times: number[] = []
  const scored: ScoredPayment[] = []
  await withProgress('scoring payments', async (update) => {
    for (const [index, { record, scenario }] of events.entries()) {
      update(index, events.length)
      if (scenario === undefined) {
        await askServer(address, '/v1/events', { events: [record] })
        continue
      }
      const started = performance.now()
      const answer = await score(address, system, record)
      times.push(performance.now() - started)
      scored.push({ payment: record, scenario, answer })
    }
  })
  return { latency: latencyOf(times), scored }
}

/** Sends the same payments a second time, as a client does that had no answer: each has one decision for ever. */
export async function sendAgain(address: string, system: string, scored: readonly ScoredPayment[]): Promise<MadeAgain> {
  let different = 0
  await withProgress('asking again', async (update) => {
    for (const [index, { payment, answer }] of scored.entries()) {
      update(index, scored.length)
      const { duplicate, ...second } = await score(address, system, payment)
      if (!duplicate || canonicalJson(second) !== canonicalJson(answer)) different++
    }
  })
  return { decisions: scored.length, different }
}

/** Counts payments and frauds by action. */
export function countActions(scored: readonly ScoredPayment[]): ActionCounts {
  const counts: Record<string, { payments: number; frauds: number }> = {}
  for (const { scenario, answer } of scored) {
    counts[answer.action] ??= { payments: 0, frauds: 0 }
    const counted = counts[answer.action]!
    counted.payments++
    if (isFraud(scenario)) counted.frauds++
  }
  return counts
}

/** Whether what is true of a payment is a fraud. */
export function isFraud(scenario: string): boolean {
  return scenario !== 'none'
}

function score(address: string, system: string, event: ScoredPayment['payment']): Promise<PaymentAnswer> {
  return askServer(address, `/v1/systems/${system}/score`, { event })
}

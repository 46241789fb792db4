import { DAY_MS } from '../../../foundation/index.ts'
import { createFraudWorld, type FraudWorldEvent, findApplication } from '../../../systems/index.ts'
import { type ScoringTrainingResult, trainScoringSystem } from '../../../training/index.ts'
import type { Demo, DemoOptions, ServedDemo } from '../demo.ts'
import { explainPayment } from './explain-payment.ts'
import { fraudText, type MeasuredPayments } from './fraud-text.ts'
import { reviewOneCase } from './review-one-case.ts'
import { countActions, scorePayments, sendAgain } from './score-payments.ts'

/** The system that the demo is about. */
const SYSTEM = 'fraud'
const DAYS = 75
/** Payments that come in one by one while the system serves: those of the world's end, a tenth of all at most. */
const FRESH = 500

/** A card issuer: payments that get an action each, from people and thieves whom the engine does not know. */
export function fraudDemo({ seed, cards, days = DAYS }: DemoOptions): Demo<ScoringTrainingResult, MeasuredPayments> {
  // Thieves do not change their tactics before the days are over: how that is noticed is another story.
  const world = createFraudWorld({ seed, cards, days, changeOnDay: days })
  const { startMs } = world.options
  let arriving: readonly FraudWorldEvent[] = []
  return {
    application: findApplication('fraud'),
    system: SYSTEM,
    size: { cards, days },
    endMs: startMs + days * DAY_MS,
    learn: trainScoringSystem,
    events() {
      const all = [...world.events()]
      const first = firstFresh(all)
      arriving = all.slice(first)
      return all.slice(0, first).map(({ record }) => record)
    },
    async measure({ address }) {
      const { latency, scored } = await scorePayments(address, SYSTEM, arriving)
      return {
        paymentLatency: latency,
        again: await sendAgain(address, SYSTEM, scored),
        fresh: countActions(scored),
        explained: await explainPayment(address, scored),
        review: await reviewOneCase(address, SYSTEM, scored),
      }
    },
    text: fraudText,
    commands,
  }
}

/** Where the payments begin that are not imported. */
function firstFresh(events: readonly FraudWorldEvent[]): number {
  const payments = events.flatMap(({ record }, index) => (record.type === 'payment' ? [index] : []))
  const count = Math.min(FRESH, Math.floor(payments.length / 10))
  return payments[payments.length - count] ?? events.length
}

/** What can be tried with curl: a payment, why, and the queue of reviewers. */
function commands({ engine, address, atMs }: ServedDemo): string {
  const known = (entity: string) => engine.state.attributes.keys(entity).name(0)
  const event = { id: 'mine-1', at: atMs, card: known('card'), terminal: known('terminal'), amount: 950 }
  const post = (path: string, body: object) =>
    `  curl -s ${address}${path} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`
  return [
    'Try:',
    post(`/v1/systems/${SYSTEM}/score`, { event: { ...event, channel: 'online' } }),
    `  curl -s '${address}/v1/decisions/<decision of the answer>?explain=true'`,
    `  curl -s '${address}/v1/systems/${SYSTEM}/cases?limit=5'`,
    post(`/v1/systems/${SYSTEM}/cases/claim`, { reviewer: 'me' }),
  ].join('\n')
}

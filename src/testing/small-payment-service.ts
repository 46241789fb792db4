import {
  type Application,
  defineApp,
  logisticScorer,
  type Scorer,
  type ScoringPolicy,
  type ScoringSystem,
  scoringSystem,
} from '../application/index.ts'
import { defineFeatures } from '../features/index.ts'
import { DAY_MS, HOUR_MS, randomFrom } from '../foundation/index.ts'
import { boolean, category, defineProblem, defineSchema, id, number, ref } from '../problem/index.ts'

/** When the first event of {@link smallPaymentEvents} happens: 1 January 2026, UTC. */
export const SMALL_PAYMENTS_START_MS = Date.UTC(2026, 0, 1)
const FRAUD = { fraud: { oneOf: [true] } } as const
const CHANNELS = ['chip', 'online']

const schema = defineSchema({
  entities: { card: {}, terminal: { kind: category().optional() } },
  events: {
    payment: {
      card: ref('card'),
      terminal: ref('terminal'),
      amount: number({ min: 0, max: 100_000 }),
      channel: category().optional(),
    },
    report: {
      payment: id(),
      card: ref('card'),
      terminal: ref('terminal').optional(),
      fraud: boolean(),
      source: category().optional(),
    },
  },
})

const features = defineFeatures(schema, (f) => ({
  amount: f.field('payment', 'amount'),
  cardCount: f.counts('payment', { by: 'card', windows: ['1h', '1d', '7d'] }),
  usual: f.mean('payment', 'amount', { by: 'card', window: '30d', delay: '1d' }),
  terminalReports: f.count('report', { by: 'terminal', window: '14d', where: FRAUD }),
  terminalCount: f.count('payment', { by: 'terminal', window: '14d' }),
  online: f.fieldOneOf('payment', 'channel', ['online']),
}))

const RULES = `
rule burst when cardCount.1h > 6 then review because "many payments in an hour"
rule small-chip when channel is "chip" and amount < 2 then allow
`

/** What a test may put in the place of a part of {@link smallPaymentService}. */
export type SmallPaymentParts = Partial<Omit<ScoringSystem, 'task' | 'policy'>> & {
  readonly policy?: Partial<ScoringPolicy>
}

/** An application of one scoring system, `fraud`, whose labels come within five days. */
export function smallPaymentService({ policy = {}, ...parts }: SmallPaymentParts = {}): Application {
  const model: Scorer = logisticScorer()
  const fraud = scoringSystem({
    problem: defineProblem({
      task: 'classification',
      objective: 'report',
      success: [{ name: 'money saved', better: 'higher' }],
      guardrails: { p99Ms: 50 },
      scale: { users: 100, items: 20, eventsPerSecond: 10, requestsPerSecond: 10 },
    }),
    event: 'payment',
    subject: 'card',
    amount: 'amount',
    label: { event: 'report', of: 'payment', positive: FRAUD, matureAfter: '5d' },
    model,
    segment: 'channel',
    policy: { rules: RULES, decide: { kind: 'cost', costs: { review: 5 }, reviewsPerDay: 5 }, ...policy },
    ...parts,
  })
  return defineApp({ name: 'small-payments', schema, features, systems: { fraud } })
}

/** An event of {@link smallPaymentEvents}. */
export interface SmallPaymentEvent {
  readonly id: string
  readonly type: 'payment' | 'report'
  readonly at: number
  readonly [field: string]: unknown
}

/**
 * Payments of cards that spend each around an amount of their own. In turn a terminal is compromised for some days: a
 * third of what is paid there is a fraud. A twentieth of the cards is stolen once for two days, and pays online, often
 * and much. A report of a fraud comes half a day to four and a half days later.
 */
export function smallPaymentEvents({
  cards = 60,
  terminals = 12,
  days = 50,
  seed = 1,
}: {
  readonly cards?: number
  readonly terminals?: number
  readonly days?: number
  readonly seed?: number
} = {}): SmallPaymentEvent[] {
  const events: SmallPaymentEvent[] = []
  for (let card = 0; card < cards; card++) {
    const random = randomFrom(seed, 'card', card)
    const usual = 5 + 60 * random.uniform()
    const stolenOn = Math.floor(random.uniform() * days)
    for (let day = 0; day < days; day++) {
      const isStolen = day === stolenOn || day === stolenOn + 1
      const count = Math.floor(random.uniform() * 4) + (isStolen ? 2 : 0)
      for (let turn = 0; turn < count; turn++) {
        const at = SMALL_PAYMENTS_START_MS + day * DAY_MS + Math.floor(random.uniform() * DAY_MS)
        const terminal = random.integer(terminals)
        const isCompromised = Math.floor(day / 4) % terminals === terminal
        const isTaken = isStolen && random.uniform() < 0.6
        const fraud = isTaken || (isCompromised && random.uniform() < 0.33)
        const amount = Math.round(usual * (isTaken ? 4 : 1) * Math.exp(0.5 * random.normal()) * 100) / 100
        const channel = CHANNELS[Number(isTaken || random.uniform() < 0.3)]!
        const payment = `p${card}-${day}-${turn}`
        const about = { card: `c${card}`, terminal: `t${terminal}` }
        events.push({ id: payment, type: 'payment', at, ...about, amount, channel })
        const reportedAt = at + Math.floor((12 + 96 * random.uniform()) * HOUR_MS)
        if (!fraud) continue
        events.push({ id: `r-${payment}`, type: 'report', at: reportedAt, payment, ...about, fraud, source: 'bank' })
      }
    }
  }
  return events.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}

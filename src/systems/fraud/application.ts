import { boostedTrees, defineApp, scoringSystem } from '../../application/index.ts'
import { defineFeatures } from '../../features/index.ts'
import { defineProblem } from '../../problem/index.ts'
import { fraudFeatures } from './features.ts'
import { fraudSchema } from './schema.ts'

/**
 * What is known of a payment beside amounts and counts: how it was paid, with what device and to what address, and who
 * else used those. In logs that do not say it, such as the handbook's, it is not known.
 */
const features = defineFeatures(fraudSchema, (f) => ({
  ...fraudFeatures.features,
  channel: f.fieldOneOf('payment', 'channel', ['chip', 'contactless', 'online']),
  onlineCount: f.counts('payment', { by: 'card', windows: ['1h', '1d'], where: { channel: { oneOf: ['online'] } } }),
  cardAge: f.daysSince('card.openedAt'),
  sameCountry: f.same('card.country', 'terminal.country'),
  sinceDevice: f.sinceLast('payment', { by: ['card', 'device'], skip: 1 }),
  deviceCards: f.distinct('payment', 'card', { by: 'device', window: '7d', bound: 64 }),
  addressCards: f.distinct('payment', 'card', { by: 'address', window: '30d', bound: 64 }),
  ring: f.links('payment', { by: 'card', through: ['device', 'address'], window: '60d', halfLife: '30d' }),
}))

/** In the order in which a reviewer would ask. A payment that no rule speaks of is the model's. */
const RULES = `
rule reported-card when cardReports.7d >= 1 and amountToUsual > 2
  then step-up because "a fraud of this card was reported of late, and this is no usual amount"

rule card-testing when onlineCount.1h >= 5 and amount < 5
  then block because "many small payments online within an hour"

rule velocity when cardCount.1h >= 6
  then review because "six payments or more within an hour"

rule many-places when cardTerminals.1d >= 8
  then review because "paid at eight places or more within a day"

rule unusual-amount when amount > 200 and amountToUsual > 10
  then review because "ten times what the card usually pays"

rule largest-yet when amount > 100 and amountToLargestBefore > 3
  then step-up because "three times the largest amount of the card"

rule new-device when channel is "online" and sinceDevice is missing and amount > 100
  then step-up because "a large payment from a device that the card never used"

rule risky-terminal when terminalReports.7d >= 3 and terminalRisk7d > 0.2 and amount > 50
  then review because "many payments at this terminal were frauds"

rule shared-device when deviceCards >= 6 and amount > 50
  then review because "six cards or more paid from this device within a week"

rule ring when ring.close >= 4 and cardAge < 120 and amount > 100
  then review because "shares devices and addresses with many other cards"

rule regular when amount < 20 and pairCount.30d >= 5 and probability < 0.2
  then allow because "a small payment where the card often pays"
`

/** Card payments: each gets an action within milliseconds, reviewers look at some, what was a fraud is known days later. */
export const fraudApplication = defineApp({
  name: 'fraud',
  schema: fraudSchema,
  features,
  systems: {
    fraud: scoringSystem({
      problem: defineProblem({
        task: 'classification',
        objective: 'report',
        success: [
          { name: 'moneySavedPerDay', better: 'higher', unit: 'EUR' },
          { name: 'fraudsStopped', better: 'higher' },
          { name: 'honestPaymentsRefused', better: 'lower' },
        ],
        guardrails: { p99Ms: 10 },
        scale: { users: 1_000_000, items: 50_000, eventsPerSecond: 1_000, requestsPerSecond: 1_000 },
      }),
      event: 'payment',
      subject: 'card',
      amount: 'amount',
      segment: 'channel',
      label: {
        event: 'report',
        of: 'payment',
        positive: { fraud: { oneOf: [true] } },
        matureAfter: '10d',
        early: { where: { source: { oneOf: ['review'] } } },
      },
      model: boostedTrees(),
      imbalance: { kind: 'undersample', share: 0.3 },
      policy: {
        rules: RULES,
        decide: {
          kind: 'cost',
          costs: { review: 3, reviewStops: 0.95, falseBlock: 10, falseBlockShare: 0.05, stepUp: 0.5, stepUpStops: 0.8 },
          reviewsPerDay: 25,
        },
        review: { lease: '15m', secondLook: 0.05, exploration: 0.01 },
        guard: { mostBlocked: 0.02 },
      },
    }),
  },
})

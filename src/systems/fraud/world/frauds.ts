import { DAY_MS, HOUR_MS, MINUTE_MS, type Random } from '../../../foundation/index.ts'
import { inCents, type PlannedPayment } from './payment.ts'
import { type People, popular } from './people.ts'
import type { Places } from './places.ts'
import type { Tactics } from './tactics.ts'

/** Whose card it is, when it begins and how it is done. */
export interface FraudPlan {
  readonly random: Random
  readonly places: Places
  readonly people: People
  readonly tactics: Tactics
  readonly card: number
  readonly at: number
}

/** A card in other hands: three to ten larger payments in shops, mostly without its code, until it is noticed. */
export function stolenCard(plan: FraudPlan): PlannedPayment[] {
  const { random } = plan
  const count = 3 + random.integer(8)
  const payments: PlannedPayment[] = []
  let { at } = plan
  for (let index = 0; index < count; index++) {
    payments.push(shopPayment(plan, at, 'stolen-card'))
    at += plan.tactics.gap(random)
  }
  return payments
}

/** A copy of a card that was used at a compromised terminal: one to four payments, from a day to two weeks later. */
export function clonedCard(plan: FraudPlan): PlannedPayment[] {
  const { random } = plan
  const count = 1 + random.integer(4)
  const payments: PlannedPayment[] = []
  let at = plan.at + (1 + 13 * random.uniform()) * DAY_MS
  for (let index = 0; index < count; index++) {
    payments.push(shopPayment(plan, at, 'compromised-terminal'))
    at += plan.tactics.gap(random) + 6 * HOUR_MS * random.exponential()
  }
  return payments
}

/** Where a thief works from, with a number of cards one after the other. */
export interface Hideout {
  readonly device: number
  readonly address: number
}

/** A number without its card: small payments that try it, then up to four large ones. */
export function cardNotPresent(plan: FraudPlan, { device, address }: Hideout): PlannedPayment[] {
  const { random, places, tactics } = plan
  const tests = tactics.tests(random)
  const count = tests + 1 + random.integer(4)
  const payments: PlannedPayment[] = []
  let { at } = plan
  for (let index = 0; index < count; index++) {
    const isTest = index < tests
    const amount = isTest ? inCents(0.5 + 2.5 * random.uniform()) : tactics.large(random, usualAmount(plan))
    const terminal = tactics.merchant(random, places)
    payments.push({
      ...{ at: Math.floor(at), card: plan.card, terminal, amount, channel: 'online', device, address },
      scenario: 'card-not-present',
    })
    at += isTest ? (0.5 + 4 * random.exponential()) * MINUTE_MS : tactics.gap(random)
  }
  return payments
}

function shopPayment(plan: FraudPlan, at: number, scenario: 'stolen-card' | 'compromised-terminal'): PlannedPayment {
  const { random, places, people, tactics, card } = plan
  const city = random.uniform() < 0.6 ? people.city[card]! : random.integer(places.cities)
  const terminal = popular(random, places.shops[city]!)
  const amount = tactics.large(random, usualAmount(plan))
  const channel = random.uniform() < 0.7 ? 'contactless' : 'chip'
  return { at: Math.floor(at), card, terminal, amount, channel, device: -1, address: -1, scenario }
}

function usualAmount({ people, card }: FraudPlan): number {
  return Math.exp(people.level[card]!)
}

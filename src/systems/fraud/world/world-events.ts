import type { EventRecord } from '../../../data/index.ts'
import { DAY_MS, type Random, randomFrom } from '../../../foundation/index.ts'
import { poisson } from '../../chance.ts'
import { COUNTRIES } from '../../countries.ts'
import { RecordQueue } from '../../record-queue.ts'
import type { CompromisedTerminal } from './compromised.ts'
import { cardNotPresent, clonedCard, type FraudPlan, stolenCard } from './frauds.ts'
import type { FraudWorldEvent, HiddenFraudWorld } from './hidden-world.ts'
import { honestDay } from './honest-day.ts'
import { addressName, cardName, deviceName, terminalName } from './names.ts'
import type { PlannedPayment } from './payment.ts'
import { TERMINAL_KINDS } from './places.ts'
import { openedInRing, ringPayments } from './rings.ts'
import { EARLY_TACTICS, LATE_TACTICS } from './tactics.ts'

/** How likely a compromised terminal copies a card, a payment. */
const COPIED = 0.3
/** Cards of one thief are 2.5 on average, each used within three days. */
const CARDS_A_THIEF = 4
const MEAN_CARDS_A_THIEF = 2.5
const SPREAD_OF_DELAYS = 0.8
const [SHORTEST_DELAY_DAYS, LONGEST_DELAY_DAYS] = [1, 30]

/** What is to come: a payment that gets its id when it is made, or a record. */
type Coming = PlannedPayment | { readonly at: number; readonly record: EventRecord }

/** The events of a world, day by day; see `FraudWorld.events`. */
export function* worldEvents(world: HiddenFraudWorld): Generator<FraudWorldEvent> {
  const { options, places, people } = world
  const stream = new EventStream(world)
  yield* stream.before(options.startMs)
  for (let day = 0; day < options.days; day++) {
    stream.planDay(day)
    for (const payment of honestDay(options, places, people, day)) {
      yield* stream.before(payment.at)
      yield stream.pay(payment)
    }
    yield* stream.before(options.startMs + (day + 1) * DAY_MS)
  }
}

/** What has been planned and numbered so far. */
class EventStream {
  readonly #world: HiddenFraudWorld
  readonly #coming = new RecordQueue<Coming>()
  readonly #copying: ReadonlyMap<number, CompromisedTerminal>
  #payments = 0
  #device: number
  #address: number

  constructor(world: HiddenFraudWorld) {
    const { people, rings, compromised } = world
    this.#world = world
    this.#copying = new Map(compromised.map((each) => [each.terminal, each]))
    this.#device = people.devices + rings.reduce((sum, { devices }) => sum + devices.length, 0)
    this.#address = people.addresses + rings.reduce((sum, { addresses }) => sum + addresses.length, 0)
    this.#planCatalogue()
  }

  /** Everything that is due before or at a moment, in order. */
  *before(at: number): Generator<FraudWorldEvent> {
    for (let next = this.#coming.popUntil(at); next; next = this.#coming.popUntil(at)) {
      yield 'record' in next ? { record: next.record, scenario: undefined } : this.pay(next)
    }
  }

  /** Makes a payment, and plans what follows from it. */
  pay(payment: PlannedPayment): FraudWorldEvent {
    const number = this.#payments++
    const random = randomFrom(this.#world.options.seed, 'after', number)
    this.#planReport(random, payment, number)
    if (payment.scenario === undefined) this.#planClones(random, payment)
    const { at, card, terminal, amount, channel, device, address, scenario = 'none' } = payment
    const record = {
      ...{ id: `p${number}`, type: 'payment', at, card: cardName(card), terminal: terminalName(terminal) },
      ...{ amount, currency: 'EUR', channel },
      ...(device >= 0 && { device: deviceName(device) }),
      ...(address >= 0 && { address: addressName(address) }),
    }
    return { record, scenario }
  }

  /** Plans the frauds that begin on a day, but for those that follow from payments. */
  planDay(day: number): void {
    const { options, places, people, rings } = this.#world
    const { seed, cards, startMs, stolenPerCardPerDay, leakedPerCardPerDay } = options
    const random = randomFrom(seed, 'thieves', day)
    const at = startMs + day * DAY_MS
    for (let left = poisson(random, cards * stolenPerCardPerDay); left > 0; left--) {
      this.#planFraud(random, random.integer(cards), at + DAY_MS * random.uniform(), stolenCard)
    }
    for (let left = poisson(random, (cards * leakedPerCardPerDay) / MEAN_CARDS_A_THIEF); left > 0; left--) {
      const hideout = { device: this.#device++, address: this.#address++ }
      for (let victims = 1 + random.integer(CARDS_A_THIEF); victims > 0; victims--) {
        const begins = at + 3 * DAY_MS * random.uniform()
        this.#planFraud(random, random.integer(cards), begins, (plan) => cardNotPresent(plan, hideout))
      }
    }
    for (const ring of rings) {
      if (ring.startMs < at || ring.startMs >= at + DAY_MS) continue
      for (const card of ring.cards) this.#planAll(ringPayments(options, places, people, ring, card))
    }
  }

  #planFraud(random: Random, card: number, at: number, fraud: (plan: FraudPlan) => PlannedPayment[]): void {
    const { options, places, people } = this.#world
    if (people.openedAt[card]! > at) return
    const tactics = at < options.startMs + options.changeOnDay * DAY_MS ? EARLY_TACTICS : LATE_TACTICS
    this.#planAll(fraud({ random, places, people, tactics, card, at }))
  }

  #planClones(random: Random, { at, card, terminal }: PlannedPayment): void {
    const copying = this.#copying.get(terminal)
    if (!copying || at < copying.fromMs || at >= copying.untilMs) return
    // Accounts of rings are nobody's to lose.
    if (card >= this.#world.options.cards || random.uniform() >= COPIED) return
    this.#planFraud(random, card, at, clonedCard)
  }

  /** Most frauds are reported, by the bank or the customer; few honest payments, by a reviewer. */
  #planReport(random: Random, { at, card, terminal, scenario }: PlannedPayment, number: number): void {
    const { reportedShare, reportMedianDays, reviewedShare } = this.#world.options
    const isFraud = scenario !== undefined
    if (random.uniform() >= (isFraud ? reportedShare : reviewedShare)) return
    const days = reportMedianDays * Math.exp(SPREAD_OF_DELAYS * random.normal())
    const delay = isFraud ? Math.min(LONGEST_DELAY_DAYS, Math.max(SHORTEST_DELAY_DAYS, days)) : 1 + 2 * random.uniform()
    const source = isFraud ? (random.uniform() < 0.7 ? 'chargeback' : 'customer') : 'review'
    const record = {
      ...{ id: `r${number}`, type: 'report', at: Math.floor(at + delay * DAY_MS), payment: `p${number}` },
      ...{ card: cardName(card), terminal: terminalName(terminal), fraud: isFraud, source },
    }
    this.#coming.push({ at: record.at, record })
  }

  #planAll(payments: readonly PlannedPayment[]): void {
    for (const payment of payments) this.#coming.push(payment)
  }

  /** Cards and terminals as they appear. */
  #planCatalogue(): void {
    const { options, places, people, rings } = this.#world
    const { kindOf, cityOf, newMerchants, countryOf } = places
    const countryIn = (city: number) => COUNTRIES[countryOf[city]!]!.code
    for (let terminal = 0; terminal < kindOf.length; terminal++) {
      const isNew = terminal >= newMerchants[0]!
      const at = options.startMs + (isNew ? options.changeOnDay * DAY_MS : 0)
      const country = cityOf[terminal]! < 0 ? {} : { country: countryIn(cityOf[terminal]!) }
      const name = terminalName(terminal)
      const { name: kind } = TERMINAL_KINDS[kindOf[terminal]!]!
      this.#plan({ id: `terminal:${name}`, type: 'terminal', at, terminal: name, kind, ...country })
    }
    for (let card = 0; card < options.cards; card++) {
      this.#planCard(card, people.openedAt[card]!, countryIn(people.city[card]!))
    }
    for (const ring of rings) {
      for (const card of ring.cards) {
        this.#planCard(card, openedInRing(options, ring, card), countryIn(card % places.cities))
      }
    }
  }

  #planCard(card: number, openedAt: number, country: string): void {
    const name = cardName(card)
    const at = Math.max(openedAt, this.#world.options.startMs)
    this.#plan({ id: `card:${name}`, type: 'card', at, card: name, country, openedAt })
  }

  #plan(record: EventRecord): void {
    this.#coming.push({ at: record.at, record })
  }
}

import { DAY_MS, HOUR_MS, type Random, randomFrom } from '../../../foundation/index.ts'
import { poisson, weightedIndex } from '../../chance.ts'
import { COUNTRIES } from '../../countries.ts'
import type { ResolvedFraudOptions } from './options.ts'
import { inCents, type PlannedPayment } from './payment.ts'
import { FAVOURITES, merchantOf, type People, popular } from './people.ts'
import { type Places, TERMINAL_KINDS } from './places.ts'

/** From Monday on; the mean is 1. */
const WEEK = [0.9, 0.88, 0.92, 0.98, 1.16, 1.28, 0.88]
/** The farther down the list, the seldomer. */
const PREFERENCE = Array.from({ length: FAVOURITES }, (_, index) => 0.75 ** index)
const TRAVEL_SHARE = 0.04
const SPREAD = 0.55
/** 1 January 1970 was a Thursday. */
const EPOCH_WEEKDAY = 3

/** What honest people pay on a day, in the order of time. */
export function honestDay(
  options: ResolvedFraudOptions,
  places: Places,
  people: People,
  day: number,
): PlannedPayment[] {
  const { seed, startMs, cards } = options
  const fromMs = startMs + day * DAY_MS
  const weekly = WEEK[(Math.floor(fromMs / DAY_MS) + EPOCH_WEEKDAY) % 7]!
  const payments: PlannedPayment[] = []
  for (let card = 0; card < cards; card++) {
    const random = randomFrom(seed, 'day', day, card)
    const count = poisson(random, Math.min(15, people.activity[card]! * weekly))
    for (let index = 0; index < count; index++) {
      const payment = honestPayment(random, places, people, card, fromMs)
      if (payment.at >= people.openedAt[card]!) payments.push(payment)
    }
  }
  return payments.sort((a, b) => a.at - b.at || a.card - b.card)
}

/** A payment of a card at its usual hours of a day that begins at `fromMs`, as its holder makes it. */
export function honestPayment(
  random: Random,
  places: Places,
  people: People,
  card: number,
  fromMs: number,
): PlannedPayment {
  const city = people.city[card]!
  const { utcOffsetHours } = COUNTRIES[places.countryOf[city]!]!
  const isOnline = random.uniform() < people.onlineShare[card]!
  const local = people.habitHour[card]! + (isOnline ? 3 : 0) + (isOnline ? 3.5 : 2.5) * random.normal()
  const hour = (local - utcOffsetHours + 96) % 24
  const at = Math.floor(fromMs + hour * HOUR_MS)
  if (isOnline) {
    const terminal = merchantOf(random, places, people, card)
    const device = deviceOf(random, people, card)
    const address = addressOf(random, people, card)
    return {
      at,
      card,
      terminal,
      amount: amountAt(random, places, people, card, terminal),
      channel: 'online',
      device,
      address,
    }
  }
  const terminal = shopOf(random, places, people, card)
  const amount = amountAt(random, places, people, card, terminal)
  const isContactless = random.uniform() < (amount < 50 ? 0.75 : 0.2)
  const device = isContactless && random.uniform() < 0.3 ? people.device[card]! : -1
  return { at, card, terminal, amount, channel: isContactless ? 'contactless' : 'chip', device, address: -1 }
}

function shopOf(random: Random, places: Places, people: People, card: number): number {
  if (random.uniform() < TRAVEL_SHARE) return popular(random, places.shops[random.integer(places.cities)]!)
  return people.favourites[card * FAVOURITES + weightedIndex(random, PREFERENCE)]!
}

/** exp(level of the card + level of what is sold + 0.55 normal). */
export function amountAt(random: Random, places: Places, people: People, card: number, terminal: number): number {
  const { level } = TERMINAL_KINDS[places.kindOf[terminal]!]!
  return inCents(Math.exp(people.level[card]! + level + SPREAD * random.normal()))
}

/** The holder's own device mostly; one of the family's, the office's or the library's at times. */
function deviceOf(random: Random, people: People, card: number): number {
  const draw = random.uniform()
  const family = people.familyDevices[card * 2 + random.integer(2)]!
  if (draw < 0.15 && family >= 0) return family
  if (draw < 0.2 && people.officeDevice[card]! >= 0) return people.officeDevice[card]!
  if (draw >= 0.98) return people.libraries[people.city[card]!]!
  return people.device[card]!
}

/** Home mostly; the office or the parcel shop at times. */
function addressOf(random: Random, people: People, card: number): number {
  const draw = random.uniform()
  if (draw < 0.12 && people.officeAddress[card]! >= 0) return people.officeAddress[card]!
  return draw >= 0.94 ? people.parcelShops[people.city[card]!]! : people.home[card]!
}

import { DAY_MS, type Random, randomFrom } from '../../../foundation/index.ts'
import { poisson } from '../../chance.ts'
import type { ResolvedFraudOptions } from './options.ts'
import { inCents, type PlannedPayment } from './payment.ts'
import { type People, popular } from './people.ts'
import type { Places } from './places.ts'
import { EARLY_TACTICS, LATE_TACTICS } from './tactics.ts'

/** Accounts of a device, and of an address, of a ring. */
const ACCOUNTS_A_DEVICE = 6
const ACCOUNTS_AN_ADDRESS = 8
/** Devices, and addresses, that one account uses, as far as there are so many. */
const OF_AN_ACCOUNT = 2
const PAYMENTS_A_DAY = 0.6
const PAYMENTS_AT_THE_END = [3, 6] as const

/** Accounts that were opened to be used up: they share a few devices and addresses and look honest for some weeks. */
export interface Ring {
  /** The numbers of its cards, which follow those of honest people. */
  readonly cards: readonly number[]
  readonly devices: readonly number[]
  readonly addresses: readonly number[]
  readonly startMs: number
  /** When its frauds begin. */
  readonly bustOutMs: number
}

/** Draws all rings; their devices and addresses are numbered after those of honest people. */
export function createRings(options: ResolvedFraudOptions, people: People): Ring[] {
  const { seed, cards, days, startMs, rings, ringSizes } = options
  const [smallest, largest] = ringSizes
  let [card, device, address] = [cards, people.devices, people.addresses]
  return Array.from({ length: rings }, (_, ring): Ring => {
    const random = randomFrom(seed, 'ring', ring)
    // As many small rings as large ones, by the logarithm of their size.
    const size = Math.min(largest, Math.floor(smallest * ((largest + 1) / smallest) ** random.uniform()))
    const quietDays = Math.min((14 + 14 * random.uniform()) * 1, days * 0.4)
    const startDay = random.uniform() * Math.max(0, days * 0.9 - quietDays)
    const start = Math.floor(startMs + startDay * DAY_MS)
    return {
      cards: Array.from({ length: size }, () => card++),
      devices: Array.from({ length: Math.max(2, Math.round(size / ACCOUNTS_A_DEVICE)) }, () => device++),
      addresses: Array.from({ length: Math.max(2, Math.round(size / ACCOUNTS_AN_ADDRESS)) }, () => address++),
      startMs: start,
      bustOutMs: Math.floor(start + quietDays * DAY_MS),
    }
  })
}

/** When the account of a ring was opened: in the week before it begins. */
export function openedInRing({ seed }: ResolvedFraudOptions, ring: Ring, card: number): number {
  return Math.floor(ring.startMs - 7 * DAY_MS * randomFrom(seed, 'opened', card).uniform())
}

/** Everything that a ring's account will pay, its last payments being frauds. */
export function ringPayments(
  options: ResolvedFraudOptions,
  places: Places,
  people: People,
  ring: Ring,
  card: number,
): PlannedPayment[] {
  const random = randomFrom(options.seed, 'account', card)
  const account: Account = {
    card,
    city: random.integer(places.cities),
    level: 3 + 0.4 * random.normal(),
    devices: someOf(random, ring.devices),
    addresses: someOf(random, ring.addresses),
  }
  const isLate = ring.bustOutMs >= options.startMs + options.changeOnDay * DAY_MS
  const tactics = isLate ? LATE_TACTICS : EARLY_TACTICS
  const payments: PlannedPayment[] = []
  const quietMs = ring.bustOutMs - ring.startMs
  const count = 2 + poisson(random, (PAYMENTS_A_DAY * quietMs) / DAY_MS)
  for (let index = 0; index < count; index++) {
    payments.push(quietPayment(random, places, people, account, ring.startMs + quietMs * random.uniform()))
  }
  const [least, most] = PAYMENTS_AT_THE_END
  for (let left = least + random.integer(most - least + 1); left > 0; left--) {
    const at = Math.floor(ring.bustOutMs + tactics.bustOutMs * random.uniform())
    const amount = tactics.large(random, 1.5 * Math.exp(account.level))
    const place = placeOf(random, people, account)
    const terminal = tactics.merchant(random, places)
    payments.push({ at, card, terminal, amount, channel: 'online', ...place, scenario: 'ring' })
  }
  return payments
}

interface Account {
  readonly card: number
  readonly city: number
  readonly level: number
  readonly devices: readonly number[]
  readonly addresses: readonly number[]
}

function quietPayment(random: Random, places: Places, people: People, account: Account, at: number): PlannedPayment {
  const { card, city, level } = account
  const amount = inCents(Math.exp(level + 0.5 * random.normal()))
  const planned = { at: Math.floor(at), card, amount }
  if (random.uniform() < 0.25) {
    const terminal = popular(random, places.shops[city]!)
    return { ...planned, terminal, channel: 'contactless', device: -1, address: -1 }
  }
  return {
    ...planned,
    terminal: popular(random, places.online),
    channel: 'online',
    ...placeOf(random, people, account),
  }
}

/** One of the account's devices and addresses; now and then the city's parcel shop. */
function placeOf(random: Random, people: People, { city, devices, addresses }: Account) {
  const device = devices[random.integer(devices.length)]!
  const isAtParcelShop = random.uniform() < 0.05
  const address = isAtParcelShop ? people.parcelShops[city]! : addresses[random.integer(addresses.length)]!
  return { device, address }
}

function someOf(random: Random, list: readonly number[]): number[] {
  return random.shuffle([...list]).slice(0, OF_AN_ACCOUNT)
}

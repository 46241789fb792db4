import { DAY_MS, HOUR_MS, type Random, randomFrom } from '../../../foundation/index.ts'
import { weightedIndex } from '../../chance.ts'
import type { ResolvedFraudOptions } from './options.ts'
import type { Places } from './places.ts'

/** Terminals that a card is used at most of the time. */
export const FAVOURITES = 8
const MERCHANTS = 3
/** Of 1 to 5 people. */
const HOUSEHOLD_SIZES = [0.38, 0.28, 0.16, 0.12, 0.06]
const SHARE_AT_START = 0.9
const SHARE_IN_OFFICES = 0.25
const SHARE_IN_DORMITORIES = 0.05
const OLDEST_DAYS = 5 * 365

/**
 * The hidden state of the cards of honest people, a row a card. People share: a household its address and often one or
 * two devices, an office its address and sometimes a device, a dormitory its address.
 */
export interface People {
  readonly city: Int32Array
  readonly openedAt: Float64Array
  /** Payments a day on average. */
  readonly activity: Float32Array
  /** The logarithm of a typical amount. */
  readonly level: Float32Array
  readonly onlineShare: Float32Array
  /** The local hour around which a card is used. */
  readonly habitHour: Float32Array
  /** Shape (cards x {@link FAVOURITES}), terminals by preference. */
  readonly favourites: Int32Array
  /** Shape (cards x 3). */
  readonly merchants: Int32Array
  readonly device: Int32Array
  /** Shape (cards x 2); -1 where a household has none. */
  readonly familyDevices: Int32Array
  readonly home: Int32Array
  /** -1 without an office; a device of -1 when it has none. */
  readonly officeAddress: Int32Array
  readonly officeDevice: Int32Array
  /** A computer in a library and a parcel shop for every city, which anybody uses. */
  readonly libraries: Int32Array
  readonly parcelShops: Int32Array
  /** How many devices and addresses there are; others of the world are numbered from there on. */
  readonly devices: number
  readonly addresses: number
}

/** Numbers that have not been given yet. */
interface Unused {
  device: number
  address: number
}

/** Draws all cards of honest people. */
export function createPeople(options: ResolvedFraudOptions, places: Places): People {
  const { cards } = options
  const unused: Unused = { device: cards, address: 0 }
  const people = {
    city: new Int32Array(cards),
    openedAt: new Float64Array(cards),
    activity: new Float32Array(cards),
    level: new Float32Array(cards),
    onlineShare: new Float32Array(cards),
    habitHour: new Float32Array(cards),
    favourites: new Int32Array(cards * FAVOURITES),
    merchants: new Int32Array(cards * MERCHANTS),
    device: Int32Array.from({ length: cards }, (_, card) => card),
    familyDevices: new Int32Array(cards * 2).fill(-1),
    home: new Int32Array(cards),
    officeAddress: new Int32Array(cards).fill(-1),
    officeDevice: new Int32Array(cards).fill(-1),
    libraries: Int32Array.from({ length: places.cities }, () => unused.device++),
    parcelShops: Int32Array.from({ length: places.cities }, () => unused.address++),
  }
  settleHouseholds(options, places, people, unused)
  settleOffices(options, people, unused)
  for (let card = 0; card < cards; card++) drawCard(options, places, people, card)
  return { ...people, devices: unused.device, addresses: unused.address }
}

type Drawn = Omit<People, 'devices' | 'addresses'>

/** Cards that stand side by side live together. */
function settleHouseholds({ seed, cards }: ResolvedFraudOptions, places: Places, people: Drawn, unused: Unused): void {
  for (let first = 0; first < cards; ) {
    const random = randomFrom(seed, 'household', first)
    const city = random.integer(places.cities)
    const isDormitory = random.uniform() < SHARE_IN_DORMITORIES / 30
    const size = isDormitory ? 20 + random.integer(40) : 1 + weightedIndex(random, HOUSEHOLD_SIZES)
    const home = unused.address++
    const devices = isDormitory || size === 1 ? [] : familyDevices(random, unused)
    for (const end = Math.min(cards, first + size); first < end; first++) {
      people.city[first] = city
      people.home[first] = home
      for (const [index, device] of devices.entries()) people.familyDevices[first * 2 + index] = device
    }
  }
}

function familyDevices(random: Random, unused: Unused): number[] {
  const count = weightedIndex(random, [0.4, 0.45, 0.15])
  return Array.from({ length: count }, () => unused.device++)
}

/** People of one city, of different households, who work together. */
function settleOffices({ seed, cards }: ResolvedFraudOptions, people: Drawn, unused: Unused): void {
  const waiting = new Map<number, number[]>()
  const random = randomFrom(seed, 'offices')
  for (let card = 0; card < cards; card++) {
    if (random.uniform() >= SHARE_IN_OFFICES) continue
    const city = people.city[card]!
    const staff = waiting.get(city) ?? []
    waiting.set(city, staff)
    staff.push(card)
    if (staff.length < 6 + random.integer(15)) continue
    const address = unused.address++
    const device = random.uniform() < 0.5 ? unused.device++ : -1
    for (const member of staff) {
      people.officeAddress[member] = address
      people.officeDevice[member] = device
    }
    waiting.set(city, [])
  }
}

function drawCard(options: ResolvedFraudOptions, places: Places, people: Drawn, card: number): void {
  const { seed, startMs, days, paymentsPerCardPerDay } = options
  const random = randomFrom(seed, 'card', card)
  const isThere = random.uniform() < SHARE_AT_START
  const openedDays = isThere ? -OLDEST_DAYS * random.uniform() : days * random.uniform()
  people.openedAt[card] = Math.floor((startMs + openedDays * DAY_MS) / HOUR_MS) * HOUR_MS
  people.activity[card] = paymentsPerCardPerDay * (0.1 + 0.45 * random.gamma(2))
  people.level[card] = 3 + 0.5 * random.normal()
  people.onlineShare[card] = 0.05 + 0.5 * random.uniform() ** 1.5
  people.habitHour[card] = 10 + 9 * random.uniform()
  const shops = places.shops[people.city[card]!]!
  for (let index = 0; index < FAVOURITES; index++) people.favourites[card * FAVOURITES + index] = popular(random, shops)
  for (let index = 0; index < MERCHANTS; index++) {
    people.merchants[card * MERCHANTS + index] = popular(random, places.online)
  }
}

/** One of a list that begins with what is visited the most. */
export function popular(random: Random, list: readonly number[]): number {
  return list[Math.floor(list.length * random.uniform() ** 2)]!
}

/** One of the online merchants that a card is used at, now and then another. */
export function merchantOf(random: Random, places: Places, people: People, card: number): number {
  if (random.uniform() < 0.15) return popular(random, places.online)
  return people.merchants[card * MERCHANTS + random.integer(MERCHANTS)]!
}

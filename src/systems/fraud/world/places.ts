import { randomFrom } from '../../../foundation/index.ts'
import { weightedIndex } from '../../chance.ts'
import { COUNTRIES } from '../../countries.ts'
import type { ResolvedFraudOptions } from './options.ts'

/** What is sold; `level` is the logarithm of what it costs beside the average, `share` its part of the terminals. */
interface TerminalKind {
  readonly name: string
  readonly level: number
  readonly share: number
  readonly isOnline: boolean
}

export const TERMINAL_KINDS: readonly TerminalKind[] = [
  { name: 'grocery', level: 0, share: 0.28, isOnline: false },
  { name: 'restaurant', level: -0.1, share: 0.22, isOnline: false },
  { name: 'fuel', level: 0.4, share: 0.1, isOnline: false },
  { name: 'fashion', level: 0.5, share: 0.12, isOnline: false },
  { name: 'electronics', level: 1.2, share: 0.06, isOnline: false },
  { name: 'travel', level: 1.4, share: 0.04, isOnline: false },
  { name: 'web-shop', level: 0.4, share: 0.1, isOnline: true },
  { name: 'digital', level: -0.6, share: 0.05, isOnline: true },
  { name: 'gift-cards', level: 0.3, share: 0.03, isOnline: true },
]

const CARDS_A_CITY = 500
/** Merchants who open on the day the adversary changes tactics, and take whatever card they are given. */
const NEW_MERCHANTS = 5

/** Towns, each in a country, and the terminals in them; row `n` is terminal number `n`. */
export interface Places {
  readonly cities: number
  /** Index into `COUNTRIES` by city. */
  readonly countryOf: Int32Array
  /** Terminals of each city that are shops, most visited first. */
  readonly shops: readonly (readonly number[])[]
  /** Online merchants, most visited first. */
  readonly online: readonly number[]
  /** Index into {@link TERMINAL_KINDS} by terminal. */
  readonly kindOf: Int32Array
  /** The city by terminal; -1 for online merchants. */
  readonly cityOf: Int32Array
  /** Online merchants who open when the adversary changes tactics; the last terminals. */
  readonly newMerchants: readonly number[]
}

/** Draws cities and terminals. Every city has at least five shops. */
export function createPlaces({ seed, cards, terminals }: ResolvedFraudOptions): Places {
  const cities = Math.max(2, Math.min(Math.round(cards / CARDS_A_CITY), Math.floor(terminals / 10)))
  const countryOf = Int32Array.from({ length: cities }, (_, city) =>
    weightedIndex(
      randomFrom(seed, 'city', city),
      COUNTRIES.map(({ share }) => share),
    ),
  )
  const shops = Array.from({ length: cities }, (): number[] => [])
  const online: number[] = []
  const kindOf = new Int32Array(terminals + NEW_MERCHANTS)
  const cityOf = new Int32Array(terminals + NEW_MERCHANTS).fill(-1)
  const shares = TERMINAL_KINDS.map(({ share }) => share)
  const onlineShares = TERMINAL_KINDS.map(({ share, isOnline }) => (isOnline ? share : 0))
  const shopShares = TERMINAL_KINDS.map(({ share, isOnline }) => (isOnline ? 0 : share))
  for (let terminal = 0; terminal < kindOf.length; terminal++) {
    const random = randomFrom(seed, 'terminal', terminal)
    const isNew = terminal >= terminals
    // The first terminals give every city its shops and the world its merchants, however few there are.
    const isShop = terminal < cities * 5
    const isMerchant = isNew || (!isShop && terminal < cities * 5 + 5)
    kindOf[terminal] = weightedIndex(random, isMerchant ? onlineShares : isShop ? shopShares : shares)
    if (TERMINAL_KINDS[kindOf[terminal]!]!.isOnline) {
      if (!isNew) online.push(terminal)
      continue
    }
    cityOf[terminal] = isShop ? terminal % cities : random.integer(cities)
    shops[cityOf[terminal]!]!.push(terminal)
  }
  const newMerchants = Array.from({ length: NEW_MERCHANTS }, (_, index) => terminals + index)
  return { cities, countryOf, shops, online, kindOf, cityOf, newMerchants }
}

import { type Random, randomFrom } from '../../../foundation/index.ts'
import { weightedIndex } from '../../chance.ts'
import { COUNTRIES } from '../../countries.ts'
import type { Brand } from './brands.ts'
import { PLAIN_COLOURS } from './colours.ts'
import type { ResolvedSearchOptions } from './options.ts'
import { DEPARTMENTS } from './product-types.ts'

const DEVICES = ['phone', 'desktop', 'tablet']
const DEVICE_WEIGHTS = [60, 33, 7]
const PHONE = 0

/** What is true of one person; row `n` is user `u<n>`. */
export interface Person {
  /** Index into `COUNTRIES`. */
  readonly country: number
  readonly device: string
  /** Which of two ways to say a thing comes first to mind. */
  readonly dialect: 0 | 1
  /** Sessions beside the mean; heavy-tailed. */
  readonly activity: number
  readonly habitHour: number
  /** Typing errors beside those of somebody of middling care. */
  readonly haste: number
  /** Natural logarithm of what the person is ready to pay beside the middle of a type. */
  readonly budget: number
  /** Shape (departments,): shares of what is looked for. */
  readonly interests: Float64Array
  /** Shape (brands,) and (plain colours,): liking in log-odds. */
  readonly brands: Float64Array
  readonly colours: Float64Array
}

/** Draws everybody; row `n` depends on the seed and on `n` alone. */
export function createPeople(options: ResolvedSearchOptions, brands: readonly Brand[]): readonly Person[] {
  return Array.from({ length: options.users }, (_, n) => drawPerson(randomFrom(options.seed, 'person', n), brands))
}

function drawPerson(random: Random, brands: readonly Brand[]): Person {
  const country = weightedIndex(random, SHARES)
  const { code } = COUNTRIES[country]!
  const device = weightedIndex(random, DEVICE_WEIGHTS)
  const budget = 0.4 * random.normal()
  return {
    country,
    device: DEVICES[device]!,
    dialect: code === 'US' || (code !== 'GB' && random.uniform() < 0.5) ? 0 : 1,
    // Log-normal with mean 1.
    activity: Math.min(12, Math.exp(random.normal() - 0.5)),
    habitHour: 13 + 5 * random.normal() - COUNTRIES[country]!.utcOffsetHours,
    haste: Math.exp(0.6 * random.normal()) * (device === PHONE ? 1.3 : 0.8),
    budget,
    interests: Float64Array.from(DEPARTMENTS, () => random.gamma(0.6) + 0.02),
    // A few makers are loved, most leave one cold; dear ones by those who can pay.
    brands: Float64Array.from(brands, ({ level }) => {
      const love = random.uniform() < 0.08 ? 1.3 : 0
      return love + 0.25 * random.normal() + 0.4 * budget * level
    }),
    colours: Float64Array.from(PLAIN_COLOURS, () => 0.4 * random.normal()),
  }
}

const SHARES = COUNTRIES.map(({ share }) => share)

import { DAY_MS, HOUR_MS, type Random, randomFrom } from '../../../foundation/index.ts'
import { distinctWeightedIndices, spreadMoments, weightedIndex } from '../../chance.ts'
import { COUNTRIES, type Country } from '../../countries.ts'
import { GENRES } from './genres.ts'
import type { Influx, ResolvedOptions } from './options.ts'
import { drawStyle, STYLE_LENGTH } from './style.ts'

/** What users watch on; televisions are for long videos, phones for short ones. */
export const DEVICES: readonly string[] = ['phone', 'television', 'desktop', 'tablet']
const DEVICE_WEIGHTS = [55, 20, 17, 8]

/** How many days it takes for a taste to become the later one. */
const DRIFT_DAYS = 45

/** The hidden state of all users; row `n` is user `u<n>`, those of an influx come last. */
export interface Users {
  readonly count: number
  readonly countries: readonly Country[]
  /** Index into `countries`. */
  readonly country: Uint8Array
  /** 0 when the user has not told. */
  readonly knownBirthYear: Uint16Array
  readonly device: Uint8Array
  readonly joinedAt: Float64Array
  /** Sessions a day relative to the mean of 1; heavy-tailed. */
  readonly activity: Float32Array
  /** The hour of the day around which the user comes, UTC. */
  readonly habitHour: Float32Array
  /** Shape (count, genres): liking at the start, and the one it drifts to. */
  readonly taste: Float32Array
  readonly laterTaste: Float32Array
  /** Shape (count, `STYLE_LENGTH`). */
  readonly style: Float32Array
}

/** Draws all users; row `n` depends on the seed and on `n` alone, but for the moments of joining. */
export function createUsers(options: ResolvedOptions): Users {
  const { seed, influx } = options
  const joinedAt = joiningMoments(options)
  const count = joinedAt.length
  const countries = influx
    ? [...COUNTRIES, { code: influx.country, language: influx.language, share: 0, utcOffsetHours: 7 }]
    : COUNTRIES
  const users: Users = {
    count,
    countries,
    country: new Uint8Array(count),
    knownBirthYear: new Uint16Array(count),
    device: new Uint8Array(count),
    joinedAt,
    activity: new Float32Array(count),
    habitHour: new Float32Array(count),
    taste: new Float32Array(count * GENRES.length),
    laterTaste: new Float32Array(count * GENRES.length),
    style: new Float32Array(count * STYLE_LENGTH),
  }
  for (let user = 0; user < count; user++) {
    drawUser(users, user, randomFrom(seed, 'user', user), user >= options.users ? influx : undefined)
  }
  return users
}

/** How much a user likes a genre at a moment: the early taste, moving to the later one. */
export function tasteAt(users: Users, user: number, genre: number, daysSinceStart: number): number {
  const cell = user * GENRES.length + genre
  const moved = Math.min(1, Math.max(0, daysSinceStart / DRIFT_DAYS))
  return users.taste[cell]! + moved * (users.laterTaste[cell]! - users.taste[cell]!)
}

function joiningMoments({ seed, users, days, startMs, influx }: ResolvedOptions): Float64Array {
  const joinedAt: number[] = Array<number>(Math.ceil(users * 0.85)).fill(startMs)
  joinedAt.push(...spreadMoments(randomFrom(seed, 'joining'), users - joinedAt.length, startMs, days * DAY_MS))
  if (influx && influx.fromDay < days) {
    const random = randomFrom(seed, 'influx')
    const size = Math.round((users * influx.share) / (1 - influx.share))
    const from = startMs + influx.fromDay * DAY_MS
    const arrivals = Array.from({ length: size }, () => Math.floor(from + random.exponential() * 12 * HOUR_MS))
    joinedAt.push(...arrivals.sort((a, b) => a - b))
  }
  return Float64Array.from(joinedAt)
}

function drawUser(users: Users, user: number, random: Random, influx: Required<Influx> | undefined) {
  const country = weightedIndex(random, influx ? users.countries.map((_, n) => Number(n === COUNTRIES.length)) : SHARES)
  const birthYear = Math.round(influx ? influx.birthYear + 2 * random.normal() : drawBirthYear(random))
  users.country[user] = country
  users.knownBirthYear[user] = random.uniform() < 0.1 ? 0 : birthYear
  users.device[user] = weightedIndex(random, DEVICE_WEIGHTS)
  // Log-normal with mean 1: a tenth of the users make about half of the sessions.
  users.activity[user] = Math.min(12, Math.exp(1.1 * random.normal() - 0.605))
  const localHour = random.uniform() < 0.75 ? 20 + 1.5 * random.normal() : 8 + 1.5 * random.normal()
  users.habitHour[user] = localHour - users.countries[country]!.utcOffsetHours
  drawTaste(users, user, random, birthYear, influx)
  users.style.set(drawStyle(random, 0.2), user * STYLE_LENGTH)
}

const SHARES = COUNTRIES.map(({ share }) => share)

/** Between 1945 and 2012, most around 1990. */
function drawBirthYear(random: Random): number {
  return Math.min(2012, Math.max(1945, 1988 + 13 * random.normal()))
}

/** Two to four genres are liked, chosen by birth year; the rest is met with reserve. Later one of them is another. */
function drawTaste(users: Users, user: number, random: Random, birthYear: number, influx: Influx | undefined) {
  const strong = 2 + random.integer(3)
  const liked = distinctWeightedIndices(random, genreWeights(birthYear, influx?.genres ?? []), strong + 1)
  const [dropped, ...later] = liked
  const start = user * GENRES.length
  for (let genre = 0; genre < GENRES.length; genre++) {
    const reserve = -0.6 + 0.25 * random.normal()
    const liking = 1.1 + 0.5 * random.exponential()
    users.taste[start + genre] = liked.indexOf(genre) >= 0 && genre !== liked[strong] ? liking : reserve
    users.laterTaste[start + genre] = later.includes(genre) && genre !== dropped ? liking : reserve
  }
}

function genreWeights(birthYear: number, favoured: readonly string[]): number[] {
  return GENRES.map(({ name, weight, typicalBirthYear }) => {
    const distance = (birthYear - typicalBirthYear) / 11
    return weight * (0.04 + Math.exp(-0.5 * distance * distance)) * (favoured.includes(name) ? 8 : 1)
  })
}

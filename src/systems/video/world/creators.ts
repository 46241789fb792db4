import { randomFrom } from '../../../foundation/index.ts'
import { distinctWeightedIndices, weightedIndex } from '../../chance.ts'
import { COMMON_LANGUAGE, COUNTRIES } from '../../countries.ts'
import { GENRES } from './genres.ts'
import type { ResolvedOptions } from './options.ts'
import { drawStyle, STYLE_LENGTH } from './style.ts'

/** The hidden state of all creators; row `n` is creator `c<n>`. */
export interface Creators {
  readonly count: number
  /** Index into `COUNTRIES`. */
  readonly country: Uint8Array
  readonly language: readonly string[]
  /** One to three genres each, indices into `GENRES`. */
  readonly genres: readonly (readonly number[])[]
  /** Log-odds that good work adds. */
  readonly quality: Float32Array
  /** Log-odds of a click that promising titles add and that watching does not keep. */
  readonly allure: Float32Array
  /** How much a creator publishes, relative to the others; heavy-tailed. */
  readonly output: Float32Array
  /** Shape (count, `STYLE_LENGTH`). */
  readonly style: Float32Array
}

const GENRE_WEIGHTS = GENRES.map(({ weight }) => weight)
const COUNTRY_SHARES = COUNTRIES.map(({ share }) => share)

/** Draws all creators; row `n` depends on the seed and on `n` alone. */
export function createCreators({ seed, creators: count }: ResolvedOptions): Creators {
  const language: string[] = []
  const genres: number[][] = []
  const creators: Creators = {
    count,
    country: new Uint8Array(count),
    language,
    genres,
    quality: new Float32Array(count),
    allure: new Float32Array(count),
    output: new Float32Array(count),
    style: new Float32Array(count * STYLE_LENGTH),
  }
  for (let creator = 0; creator < count; creator++) {
    const random = randomFrom(seed, 'creator', creator)
    const country = weightedIndex(random, COUNTRY_SHARES)
    creators.country[creator] = country
    language.push(random.uniform() < 0.35 ? COMMON_LANGUAGE : COUNTRIES[country]!.language)
    genres.push(distinctWeightedIndices(random, GENRE_WEIGHTS, 1 + random.integer(3)))
    creators.quality[creator] = 0.3 * random.normal()
    creators.allure[creator] = random.uniform() < 0.1 ? 0.9 : 0
    creators.output[creator] = Math.exp(0.9 * random.normal())
    creators.style.set(drawStyle(random, 0.15), creator * STYLE_LENGTH)
  }
  return creators
}

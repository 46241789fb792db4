import { availableParallelism } from 'node:os'
import { type Random, randomFrom } from '../../foundation/index.ts'
import {
  fitAlsOnWorkers,
  fitCosineEmbeddings,
  fitCoVisitation,
  fitEase,
  fitPopularity,
  fitSpectral,
  type Interactions,
  type ItemModel,
} from '../../models/index.ts'
import type { ChosenOptions, SearchRange, SearchSpace } from './seeded-search.ts'

/** A model in the comparison: the options that validation chooses among, and how it is fitted with some of them. */
export interface RetrievalEntrant {
  readonly name: string
  /** Measured only when it is named: a search takes an hour where the others take minutes. */
  readonly isSlow?: boolean
  space(interactions: Interactions): SearchSpace
  fit(interactions: Interactions, options: ChosenOptions, seed: number): ItemModel | Promise<ItemModel>
}

/** The weighted sum of {@link BLENDED}, each with the options that are best for it alone. */
export const BLEND = 'blend'

/** What a blend is made of: models of three kinds, which err on different items. */
export const BLENDED: readonly string[] = ['ease', 'spectral', 'als']

/** Starting a thread costs more than it brings below so many entries. */
const WORTH_A_THREAD = 50_000
/** A matrix of 8,000 x 8,000 is inverted in half a minute, and that once a trial. */
const MOST_INVERTED = 8_000
const MOST_THREADS = Math.min(2, availableParallelism())

export const RETRIEVAL_ENTRANTS: readonly RetrievalEntrant[] = [
  {
    name: 'ease',
    space: () => ({
      l2: { values: [10, 30, 100, 300, 1000, 3000], start: 100 },
      dropout: { values: [0, 0.3, 0.5, 0.7], start: 0.5 },
      userExponent: { values: [0, 0.5, 1], start: 0.5 },
      popularityExponent: { values: [0, 0.1, 0.2, 0.3], start: 0.2 },
    }),
    fit: (interactions, options) => fitEase(interactions, { ...options, ...easeLimit(interactions) }),
  },
  {
    name: 'spectral',
    space: (interactions) => ({
      factors: spectralFactors(interactions),
      itemExponent: { values: [0.2, 0.25, 0.3, 0.35, 0.4, 0.5], start: 0.35 },
      userExponent: { values: [0.1, 0.2, 0.3, 0.4, 0.5], start: 0.4 },
      popularityExponent: { values: [0, 0.1, 0.2, 0.3], start: 0.1 },
    }),
    fit: (interactions, options) => fitSpectral(interactions, options),
  },
  {
    name: 'als',
    space: () => ({
      // What is best for one hangs on the other: the penalty has to weigh against the confidence.
      l2OverAlpha: { values: [1, 2, 4, 8, 16], start: 4 },
      alpha: { values: [1, 2, 5, 10, 20, 40], start: 20 },
      frequencyExponent: { values: [0.5, 0.75, 1], start: 1 },
      factors: { values: [32, 64, 128, 192], start: 128 },
    }),
    fit: (interactions, { l2OverAlpha, ...options }, seed) => {
      const l2 = Number(l2OverAlpha) * Number(options.alpha)
      const threads = interactions.items.length < WORTH_A_THREAD ? 1 : MOST_THREADS
      return fitAlsOnWorkers(interactions, { ...options, l2, seed }, threads)
    },
  },
  {
    name: 'co-visitation',
    space: () => ({
      neighbours: { values: [20, 50, 100, 200, 500, 1000], start: 200 },
      similarity: { values: ['lift', 'cosine', 'jaccard'], start: 'cosine' },
      userExponent: { values: [0, 0.5, 1], start: 0.5 },
      shrinkage: { values: [0, 5, 20, 100], start: 5 },
    }),
    fit: (interactions, options) => fitCoVisitation(interactions, options),
  },
  {
    name: 'cosine-embeddings',
    isSlow: true,
    space: () => ({
      negativeWeight: { values: [1, 3, 10, 30], start: 3 },
      margin: { values: [0, 0.2, 0.4], start: 0.2 },
      epochs: { values: [4, 8, 16, 32], start: 8 },
      dimensions: { values: [32, 64, 128], start: 64 },
    }),
    fit: (interactions, options, seed) => fitCosineEmbeddings(interactions, { ...options, seed }),
  },
  { name: 'popularity', space: () => ({}), fit: (interactions) => fitPopularity(interactions) },
  {
    name: 'random',
    space: () => ({}),
    fit: (interactions, _options, seed) => new RandomScores(interactions.itemCount, seed),
  },
]

/** EASE inverts a matrix of items or of users, whichever are fewer; where both are many it learns the most met items. */
function easeLimit({ userCount, itemCount }: Interactions): { maxItems?: number } {
  return Math.min(userCount, itemCount) > MOST_INVERTED ? { maxItems: MOST_INVERTED } : {}
}

/** With as many factors as there are items the filter lets everything pass: at most a quarter is worth a trial. */
function spectralFactors({ userCount, itemCount }: Interactions): SearchRange {
  const most = Math.max(4, Math.min(userCount, itemCount) / 4)
  const values = [4, 8, 16, 24, 32, 48, 64, 96, 128, 192].filter((factors) => factors <= most)
  return { values, start: Math.min(64, values.at(-1)!) }
}

/** The names of all models, in the order of the report. */
export const RETRIEVAL_MODELS: readonly string[] = [BLEND, ...RETRIEVAL_ENTRANTS.map(({ name }) => name)]

/** Those that are measured when none is named. */
export const USUAL_MODELS: readonly string[] = RETRIEVAL_MODELS.filter(
  (name) => !RETRIEVAL_ENTRANTS.find((entrant) => entrant.name === name)?.isSlow,
)

/** Scores drawn at random: the floor of every figure. */
class RandomScores implements ItemModel {
  readonly kind = 'random'
  readonly itemCount: number
  readonly #random: Random

  constructor(itemCount: number, seed: number) {
    this.itemCount = itemCount
    this.#random = randomFrom(seed, 'random scores')
  }

  scoreItems(_history: Int32Array, _weights: Float64Array | undefined, out: Float64Array): void {
    for (let item = 0; item < out.length; item++) out[item] = this.#random.uniform()
  }

  save(): Uint8Array {
    return new Uint8Array(0)
  }
}

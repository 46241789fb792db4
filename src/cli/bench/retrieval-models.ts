import { type Random, randomFrom } from '../../foundation/index.ts'
import { fitCoVisitation, fitEase, fitPopularity, type Interactions, type ItemModel } from '../../models/index.ts'
import type { ChosenOptions, SearchSpace } from './coordinate-search.ts'

/** A model in the comparison: the options that validation chooses among, and how it is fitted with some of them. */
export interface RetrievalEntrant {
  readonly name: string
  readonly space: SearchSpace
  fit(interactions: Interactions, options: ChosenOptions, seed: number): ItemModel
}

export const RETRIEVAL_ENTRANTS: readonly RetrievalEntrant[] = [
  {
    name: 'ease',
    space: {
      l2: [300, 30, 100, 1000, 3000],
      dropout: [0, 0.3, 0.5],
      userExponent: [0, 0.5, 1],
      popularityExponent: [0, 0.1, 0.2],
    },
    fit: (interactions, options) => fitEase(interactions, options),
  },
  {
    name: 'co-visitation',
    space: {
      neighbours: [200, 50, 1000],
      similarity: ['cosine', 'jaccard'],
      userExponent: [0, 0.5, 1],
      shrinkage: [0, 5, 20],
    },
    fit: (interactions, options) => fitCoVisitation(interactions, options),
  },
  { name: 'popularity', space: {}, fit: (interactions) => fitPopularity(interactions) },
  { name: 'random', space: {}, fit: (interactions, _options, seed) => new RandomScores(interactions.itemCount, seed) },
]

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

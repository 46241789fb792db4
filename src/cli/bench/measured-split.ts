import { meanOfDefined } from '../../evaluation/index.ts'
import type { Clock } from '../../foundation/index.ts'
import { Blend, type Interactions, type ItemModel } from '../../models/index.ts'
import { rankAllItems } from './rank-all-items.ts'
import type { RetrievalData } from './retrieval-data.ts'
import { type RetrievalMetric, type UserMetrics, userMetrics } from './retrieval-metrics.ts'
import { BLEND, BLENDED, RETRIEVAL_ENTRANTS, type RetrievalEntrant } from './retrieval-models.ts'
import { type ChosenOptions, type SearchResult, seededSearch, type Trial } from './seeded-search.ts'
import { tuneBlend } from './tune-blend.ts'

interface MeasureOptions {
  readonly metrics: readonly RetrievalMetric[]
  /** What options are chosen by. */
  readonly chooser: RetrievalMetric
  readonly trials: number
  readonly seed: number
  readonly clock: Clock
  readonly onProgress?: ((what: string) => void) | undefined
}

interface Tuned {
  readonly search: SearchResult
  /** The best of the search, fitted on the tuning part. */
  readonly model: ItemModel
  /** The same options, fitted on train. */
  readonly final: ItemModel
  readonly seconds: { readonly tune: number; readonly fit: number }
}

/** One split on which models are tuned, fitted and ranked; what a blend needs of its members is done once. */
export class MeasuredSplit {
  readonly #data: RetrievalData
  readonly #options: MeasureOptions
  readonly #tuned = new Map<string, Tuned>()

  constructor(data: RetrievalData, options: MeasureOptions) {
    this.#data = data
    this.#options = options
  }

  /** What a model came to on test, with the log of its trials. Seconds of a blend are those beyond its members'. */
  async measure(name: string): Promise<{
    readonly users: UserMetrics
    readonly options: ChosenOptions
    readonly trials: readonly Trial[]
    readonly seconds: { readonly tune: number; readonly fit: number; readonly rank: number }
  }> {
    const { search, final, seconds } = name === BLEND ? await this.#blend() : await this.#tune(name)
    const { train, test } = this.#data
    const { clock, metrics } = this.#options
    const startMs = clock()
    const ranked = rankAllItems(final, train, test, Math.max(...metrics.map(({ k }) => k)))
    const users = userMetrics(metrics, ranked, test)
    const rank = (clock() - startMs) / 1000
    return { users, options: search.best.options, trials: search.trials, seconds: { ...seconds, rank } }
  }

  async #blend(): Promise<Omit<Tuned, 'model'>> {
    const members = new Map<string, Tuned>()
    for (const name of BLENDED) members.set(name, await this.#tune(name))
    const { clock, chooser } = this.#options
    const startMs = clock()
    const models = new Map(Array.from(members, ([name, { model }]) => [name, model]))
    const search = tuneBlend(models, this.#data, chooser)
    const tune = (clock() - startMs) / 1000
    const chosen = Array.from(members, ([name, { final }]) => ({
      model: final,
      weight: Number(search.best.options[name]),
    }))
    return { search, final: new Blend(chosen.filter(({ weight }) => weight > 0)), seconds: { tune, fit: 0 } }
  }

  async #tune(name: string): Promise<Tuned> {
    const known = this.#tuned.get(name)
    if (known) return known
    const tuned = await this.#search(RETRIEVAL_ENTRANTS.find((entrant) => entrant.name === name)!)
    this.#tuned.set(name, tuned)
    return tuned
  }

  async #search(entrant: RetrievalEntrant): Promise<Tuned> {
    const { clock, trials, seed, onProgress } = this.#options
    const { tuning, train } = this.#data
    const startMs = clock()
    const fit = (interactions: Interactions, chosen: ChosenOptions) => entrant.fit(interactions, chosen, seed)
    // What has no options need not be ranked for them.
    const isFixed = Object.keys(entrant.space(train)).length === 0
    let best: { model: ItemModel; score: number } | undefined
    const attempt = async (chosen: ChosenOptions): Promise<number> => {
      const model = await fit(tuning, chosen)
      const score = isFixed ? Number.NaN : this.#scoreOnValid(model)
      if (!best || score > best.score) best = { model, score }
      onProgress?.(`  ${entrant.name} ${JSON.stringify(chosen)}: ${score.toFixed(5)}`)
      return score
    }
    const search = await seededSearch(entrant.space(train), attempt, { trials, seed })
    const tunedMs = clock()
    const model = best!.model
    const final = tuning === train ? model : await fit(train, search.best.options)
    const seconds = { tune: (tunedMs - startMs) / 1000, fit: (clock() - tunedMs) / 1000 }
    return { search, model, final, seconds }
  }

  #scoreOnValid(model: ItemModel): number {
    const { tuning, valid } = this.#data
    const { chooser } = this.#options
    const ranked = rankAllItems(model, tuning, valid, chooser.k)
    return meanOfDefined(userMetrics([chooser], ranked, valid).get(chooser.name)!)
  }
}

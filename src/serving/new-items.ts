import { type Exploration, explorationSeries } from '../application/index.ts'
import { type FeatureState, RequestFrame } from '../features/index.ts'
import { durationMs } from '../foundation/index.ts'
import type { RateBelief } from '../policy/index.ts'
import { type RetrievalSetting, TimeOrder } from '../retrieval/index.ts'

type Counter = (frame: RequestFrame) => number

/** Occurrences of what is shown and of what succeeds. */
interface Counts {
  readonly shown: Counter
  readonly succeeded: Counter
}

/** The new items of a system over a state, and what is believed of each. */
export class NewItems {
  readonly #exploration: Exploration
  readonly #item: string
  readonly #frame: RequestFrame
  readonly #own: Counts
  /** Of the item's category; absent when the prior knows none. */
  readonly #category: Counts | undefined
  readonly #order: TimeOrder

  constructor(setting: RetrievalSetting, exploration: Exploration, state: FeatureState) {
    const { shown, succeeded, category } = explorationSeries(setting, exploration)
    const open = (specs: { shown: typeof shown; succeeded: typeof succeeded }): Counts => ({
      shown: state.aggregate<'series'>(specs.shown).counter(specs.shown.windowMs),
      succeeded: state.aggregate<'series'>(specs.succeeded).counter(specs.succeeded.windowMs),
    })
    this.#exploration = exploration
    this.#item = setting.item
    this.#frame = new RequestFrame(state.schema)
    this.#own = open({ shown, succeeded })
    this.#category = category && open(category)
    this.#order = new TimeOrder(state.attributes, setting.item, exploration.newItems.by)
  }

  /**
   * The items that are new at a moment and acceptable: the least shown first, of equally shown ones the younger, at most
   * `pool` of them.
   *
   * @remarks O(log catalogue), and a search in the series of each new one.
   */
  leastShown(at: number, accept: (item: number) => boolean): Int32Array {
    const { newItems, pool } = this.#exploration
    const maxAgeMs = durationMs(newItems.maxAge)
    const found: { item: number; shown: number; appearedAt: number }[] = []
    for (let place = this.#order.placesUpTo(at) - 1; place >= 0; place--) {
      const item = this.#order.item(place)
      const appearedAt = this.#order.time(place)
      if (at - appearedAt > maxAgeMs) break
      const shown = this.#count(this.#own.shown, at, item)
      if (shown < newItems.exposures && accept(item)) found.push({ item, shown, appearedAt })
    }
    found.sort((a, b) => a.shown - b.shown || b.appearedAt - a.appearedAt || a.item - b.item)
    return Int32Array.from(found.slice(0, pool), ({ item }) => item)
  }

  /** Beta(prior successes + successes, prior failures + failures) of an item as of a moment. */
  belief(at: number, item: number): RateBelief {
    const { prior } = this.#exploration
    const own = this.#counts(this.#own, at, item)
    let successes = prior.successes + own.successes
    let failures = prior.exposures - prior.successes + own.failures
    if (this.#category) {
      const all = this.#counts(this.#category, at, item)
      // What the others of the category did; the window may be shorter than the item's.
      const others = {
        successes: Math.max(0, all.successes - own.successes),
        failures: Math.max(0, all.failures - own.failures),
      }
      const weight = Math.min(1, prior.atMost / Math.max(1, others.successes + others.failures))
      successes += weight * others.successes
      failures += weight * others.failures
    }
    return { successes, failures }
  }

  /** A success without a counted exposure is a success and no failure. */
  #counts(counts: Counts, at: number, item: number): RateBelief {
    const successes = this.#count(counts.succeeded, at, item)
    return { successes, failures: Math.max(0, this.#count(counts.shown, at, item) - successes) }
  }

  #count(counter: Counter, at: number, item: number): number {
    this.#frame.at = at
    this.#frame.bind(this.#item, item)
    return counter(this.#frame)
  }
}

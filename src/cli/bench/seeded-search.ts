import { randomFrom } from '../../foundation/index.ts'

/** For each option the values to try, in an order in which neighbours are alike, and where the search starts. */
export type SearchSpace = Readonly<Record<string, SearchRange>>

export interface SearchRange {
  readonly values: readonly (number | string)[]
  readonly start: number | string
}

export type ChosenOptions = Record<string, number | string>

export interface Trial {
  readonly options: ChosenOptions
  readonly score: number
}

/** What a search came to; every trial is in it, in the order in which they were made. */
export interface SearchResult {
  readonly best: Trial
  readonly trials: readonly Trial[]
}

/**
 * Climbs from the start: option after option, in an order drawn by the seed, steps to the next value up and down for as
 * long as that is better than the best so far. Ends when a whole round over the options betters nothing, or with the
 * last trial allowed. Nothing is tried twice.
 *
 * @param evaluate - the score of some options on validation data, larger is better
 */
export async function seededSearch(
  space: SearchSpace,
  evaluate: (options: ChosenOptions) => Promise<number>,
  { trials: limit, seed }: { readonly trials: number; readonly seed: number },
): Promise<SearchResult> {
  const climb = new Climb(evaluate, limit)
  await climb.attempt(Object.fromEntries(Object.entries(space).map(([name, { start }]) => [name, start])))
  for (let round = 0; ; round++) {
    const before = climb.best
    for (const name of randomFrom(seed, 'search', round).shuffle(Object.keys(space))) {
      const { values } = space[name]!
      if (!(await climb.walk(name, values, 1))) await climb.walk(name, values, -1)
    }
    if (climb.best === before || climb.isOver) return { best: climb.best, trials: climb.trials }
  }
}

class Climb {
  readonly trials: Trial[] = []
  readonly #evaluate: (options: ChosenOptions) => Promise<number>
  readonly #limit: number
  readonly #tried = new Set<string>()
  #best: Trial | undefined

  constructor(evaluate: (options: ChosenOptions) => Promise<number>, limit: number) {
    this.#evaluate = evaluate
    this.#limit = limit
  }

  get best(): Trial {
    return this.#best!
  }

  get isOver(): boolean {
    return this.trials.length >= this.#limit
  }

  /** Whether the options are new and better than all before. */
  async attempt(options: ChosenOptions): Promise<boolean> {
    const key = JSON.stringify(options)
    if (this.#tried.has(key) || this.isOver) return false
    this.#tried.add(key)
    const trial = { options, score: await this.#evaluate(options) }
    this.trials.push(trial)
    if (this.#best && !(trial.score > this.#best.score)) return false
    this.#best = trial
    return true
  }

  /** Steps one option in one direction while that helps; whether it helped at all. */
  async walk(name: string, values: SearchRange['values'], direction: 1 | -1): Promise<boolean> {
    let helped = false
    for (;;) {
      const value = values[values.indexOf(this.best.options[name]!) + direction]
      if (value === undefined || !(await this.attempt({ ...this.best.options, [name]: value }))) return helped
      helped = true
    }
  }
}

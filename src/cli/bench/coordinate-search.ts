/** For each option the values to try, the first of which is where the search starts. */
export type SearchSpace = Readonly<Record<string, readonly (number | string)[]>>

export type ChosenOptions = Record<string, number | string>

export interface Trial {
  readonly options: ChosenOptions
  readonly score: number
}

/**
 * Tries one option after the other, each with what was best for those before it, and keeps a value only where it is
 * better than all tried earlier. Costs the sum of the numbers of values where a full grid costs their product.
 *
 * @param evaluate - the score of some options on validation data, larger is better
 */
export function coordinateSearch(
  space: SearchSpace,
  evaluate: (options: ChosenOptions) => number,
): { best: Trial; trials: Trial[] } {
  const attempt = (options: ChosenOptions): Trial => ({ options, score: evaluate(options) })
  let best = attempt(Object.fromEntries(Object.entries(space).map(([name, values]) => [name, values[0] ?? 0])))
  const trials = [best]
  for (const [name, values] of Object.entries(space)) {
    for (const value of values.slice(1)) {
      const trial = attempt({ ...best.options, [name]: value })
      trials.push(trial)
      if (trial.score > best.score) best = trial
    }
  }
  return { best, trials }
}

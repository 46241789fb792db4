import { type ChosenOptions, seededSearch } from '../seeded-search.ts'
import { FIGURES, type FraudFigures, figuresOf, meanFigures } from './fraud-figures.ts'
import { SYSTEM_SPACE, scoreWeek } from './fraud-system.ts'
import type { ReplayedPayments } from './replay-payments.ts'

/** A system that was tried on the validation weeks. */
export interface SystemTrial {
  readonly options: ChosenOptions
  /** The sum of the three figures. */
  readonly score: number
  /** Means over the validation weeks. */
  readonly figures: FraudFigures
}

interface ChoiceOptions {
  /** Systems to try. */
  readonly trials: number
  readonly seed: number
  readonly onProgress?: ((what: string) => void) | undefined
}

/**
 * Searches for the system whose figures are best on some weeks, each scored by one fit on what was known before it.
 *
 * @param validated - the first days of the weeks
 */
export async function chooseSystem(
  payments: ReplayedPayments,
  validated: readonly number[],
  { trials: limit, seed, onProgress }: ChoiceOptions,
): Promise<{ best: ChosenOptions; trials: SystemTrial[] }> {
  const figuresOfTrials: FraudFigures[] = []
  const evaluate = (options: ChosenOptions): number => {
    const weeks = validated.map((day) => figuresOf(scoreWeek(payments, day, { options, fits: 1, seed })))
    const figures = meanFigures(weeks)
    figuresOfTrials.push(figures)
    onProgress?.(`trial ${figuresOfTrials.length}: ${FIGURES.map((name) => figures[name].toFixed(4)).join(' ')}`)
    return FIGURES.reduce((sum, name) => sum + figures[name], 0)
  }
  const { best, trials } = await seededSearch(SYSTEM_SPACE, async (options) => evaluate(options), {
    trials: limit,
    seed,
  })
  return { best: best.options, trials: trials.map((trial, index) => ({ ...trial, figures: figuresOfTrials[index]! })) }
}

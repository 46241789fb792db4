import {
  averagePrecision,
  bootstrap,
  dailySubjectPrecision,
  type Interval,
  resampledAveragePrecision,
  resampledDailySubjectPrecision,
  resampledRocAuc,
  rocAuc,
} from '../../../evaluation/index.ts'
import type { PaymentFacts } from './week-split.ts'

/** Cards that are looked at in a day. */
const CARDS_A_DAY = 100

/** The book's three measures of a scored week, or something of each. */
export interface FraudFigures<Value = number> {
  readonly rocAuc: Value
  readonly averagePrecision: Value
  /** Card precision@100: the share of compromised cards among the 100 most suspicious of a day, mean over the days. */
  readonly cardPrecision: Value
}

export const FIGURES = ['rocAuc', 'averagePrecision', 'cardPrecision'] as const

/** A scored week. */
export interface ScoredWeek {
  readonly test: PaymentFacts
  /** Shape (payments,), any scale. */
  readonly scores: Float64Array
}

/** @throws SluiceError `ONE_CLASS_ONLY` for a week without frauds */
export function figuresOf({ test, scores }: ScoredWeek): FraudFigures {
  const { labels, cards, days } = test
  return {
    rocAuc: rocAuc(labels, scores),
    averagePrecision: averagePrecision(labels, scores),
    cardPrecision: dailySubjectPrecision({ labels, scores, subjects: cards, days }, CARDS_A_DAY),
  }
}

/** The largest card precision there can be in a week: of a model that knows. */
export function perfectCardPrecision({ labels, cards, days }: PaymentFacts): number {
  return dailySubjectPrecision({ labels, scores: labels, subjects: cards, days }, CARDS_A_DAY)
}

/** The mean of figures of several weeks. */
export function meanFigures(weeks: readonly FraudFigures[]): FraudFigures {
  const mean = (name: keyof FraudFigures) => weeks.reduce((sum, figures) => sum + figures[name], 0) / weeks.length
  return { rocAuc: mean('rocAuc'), averagePrecision: mean('averagePrecision'), cardPrecision: mean('cardPrecision') }
}

interface IntervalOptions {
  readonly cardCount: number
  readonly seed: number
  readonly samples: number
}

/**
 * The mean of each figure over some weeks with its interval by the bootstrap over cards: a card that is drawn twice is
 * there twice in every week.
 */
export function figureIntervals(
  weeks: readonly ScoredWeek[],
  { cardCount, seed, samples }: IntervalOptions,
): FraudFigures<Interval> {
  const meanOf = (statisticOf: (week: ScoredWeek) => (drawn: Uint32Array) => number): Interval => {
    const statistics = weeks.map(statisticOf)
    const mean = (drawn: Uint32Array) => statistics.reduce((sum, of) => sum + of(drawn), 0) / statistics.length
    return bootstrap(cardCount, mean, { seed, samples })
  }
  return {
    rocAuc: meanOf(({ test, scores }) => resampledRocAuc(test.labels, scores, test.cards)),
    averagePrecision: meanOf(({ test, scores }) => resampledAveragePrecision(test.labels, scores, test.cards)),
    cardPrecision: meanOf(({ test, scores }) =>
      resampledDailySubjectPrecision({ ...test, subjects: test.cards, scores }, CARDS_A_DAY),
    ),
  }
}

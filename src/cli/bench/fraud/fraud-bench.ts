import type { Interval } from '../../../evaluation/index.ts'
import { type Clock, DAY_MS } from '../../../foundation/index.ts'
import { type ChosenOptions, type SearchResult, seededSearch } from '../seeded-search.ts'
import { type CostReport, compareCosts } from './cost-comparison.ts'
import {
  type FraudFigures,
  figureIntervals,
  figuresOf,
  meanFigures,
  perfectCardPrecision,
  type ScoredWeek,
} from './fraud-figures.ts'
import { growthOf, MOST_TRAIN_WEEKS, SYSTEM_SPACE, type SystemOptions, scoreWeek } from './fraud-system.ts'
import { type ImbalanceVariant, imbalanceVariants } from './imbalance.ts'
import { type PublishedRow, publishedTable } from './published-table.ts'
import { type ReplayedPayments, replayPayments } from './replay-payments.ts'
import { splitWeek, WEEK } from './week-split.ts'

/** Weeks on which options are chosen. */
const VALIDATION_WEEKS = 4
/** Fits whose mean score is the system's; the search makes do with one. */
const FITS = 5
/** Resamples of an interval. */
const SAMPLES = 500

export interface FraudBenchOptions {
  /** A folder of the handbook's files. */
  readonly data: string
  readonly seed: number
  /** Test weeks, the newest first, each a week before the next. */
  readonly periods: number
  /** Systems that the search tries. */
  readonly trials: number
  readonly clock: Clock
  readonly onProgress?: ((what: string) => void) | undefined
}

/** A week as a report names it. */
interface WeekFigures {
  /** The first of its seven days. */
  readonly from: string
  readonly figures: FraudFigures
  /** Of a model that knows. */
  readonly perfectCardPrecision: number
}

interface SystemTrial {
  readonly options: ChosenOptions
  /** Mean over the validation weeks of the sum of the three figures. */
  readonly score: number
  readonly figures: FraudFigures
}

/** Of a system: the newest test week, all of them, and what chance may have had in it. */
interface SystemReport {
  readonly options: ChosenOptions
  readonly fits: number
  readonly newest: FraudFigures<Interval>
  readonly mean: FraudFigures<Interval>
  readonly weeks: readonly WeekFigures[]
}

export interface FraudReport {
  readonly protocol: string
  readonly seed: number
  readonly payments: number
  readonly frauds: number
  readonly features: number
  /** The book's models by its protocol, on the newest test week. */
  readonly published: readonly PublishedRow[]
  /** What was chosen on the validation weeks, and the same taught with one week, as the book does. */
  readonly system: SystemReport
  readonly systemOfOneWeek: SystemReport
  /** What the book prints of its best model, tuned, as a mean over four test weeks. */
  readonly tunedByTheBook: { readonly model: string; readonly figures: FraudFigures }
  readonly choice: { readonly validationWeeks: readonly WeekFigures[]; readonly trials: readonly SystemTrial[] }
  readonly costs: CostReport
  readonly imbalance: readonly ImbalanceVariant[]
  readonly seconds: { readonly replay: number; readonly choose: number; readonly measure: number }
}

/**
 * The handbook's benchmark on a folder of its files: its own models by its protocol, then our system, chosen on weeks
 * whose frauds were known before the oldest test week begins; each test week is scored once.
 *
 * @throws SluiceError `FILE_NOT_FOUND`, `NO_TRAINING_DATA` for too few days, `ONE_CLASS_ONLY` for a week without frauds,
 * and as `readHandbookEvents`
 */
export async function runFraudBench(options: FraudBenchOptions): Promise<FraudReport> {
  const { data, seed, periods, trials, clock, onProgress } = options
  const lap = laps(clock)
  onProgress?.(`replaying the payments of ${data}`)
  const payments = await replayPayments(data, daysNeeded(periods))
  const replay = lap()

  const newest = payments.firstDay + payments.days.length - WEEK
  const testDays = Array.from({ length: periods }, (_, period) => newest - period * WEEK)
  // The frauds of the last validation week are known a week after it, when the oldest test week begins.
  const lastValidation = newest - (periods - 1) * WEEK - 2 * WEEK
  const validationDays = Array.from({ length: VALIDATION_WEEKS }, (_, week) => lastValidation - week * WEEK)

  const published = publishedTable(splitWeek(payments, newest, 1), payments.columns, seed)
  const figuresOfTrials: FraudFigures[] = []
  const search: SearchResult = await seededSearch(
    SYSTEM_SPACE,
    async (tried) => {
      const weeks = validationDays.map((day) => figuresOf(scoreWeek(payments, day, { options: tried, fits: 1, seed })))
      const figures = meanFigures(weeks)
      figuresOfTrials.push(figures)
      onProgress?.(
        `trial ${figuresOfTrials.length}: ${Object.values(figures)
          .map((value: number) => value.toFixed(4))
          .join(' ')}`,
      )
      return figures.rocAuc + figures.averagePrecision + figures.cardPrecision
    },
    { trials, seed },
  )
  const choose = lap()

  onProgress?.('scoring the test weeks')
  const system: SystemOptions = { options: search.best.options, fits: FITS, seed }
  const scored = (days: readonly number[], of: SystemOptions) => days.map((day) => scoreWeek(payments, day, of))
  const tested = scored(testDays, system)
  const validated = scored(validationDays, system)
  const ofOneWeek: SystemOptions = { ...system, options: { ...search.best.options, trainWeeks: 1 } }
  const systemOfOneWeek =
    ofOneWeek.options.trainWeeks === search.best.options.trainWeeks ? tested : scored(testDays, ofOneWeek)
  return {
    protocol:
      `the newest ${periods} weeks are tested, with a week of delay before each; options are chosen on ` +
      `${VALIDATION_WEEKS} weeks that were known before all of them; known compromised cards are left out`,
    seed,
    payments: payments.payments,
    frauds: payments.frauds,
    features: payments.columns.length,
    published,
    system: systemReport(system, tested, payments),
    systemOfOneWeek: systemReport(ofOneWeek, systemOfOneWeek, payments),
    tunedByTheBook: {
      model: 'XGBoost',
      figures: { rocAuc: 0.869, averagePrecision: 0.687, cardPrecision: 0.303 },
    },
    choice: {
      validationWeeks: validated.map((week) => weekFigures(week, payments)),
      trials: search.trials.map((trial, index) => ({ ...trial, figures: figuresOfTrials[index]! })),
    },
    costs: compareCosts(validated.toReversed(), tested, { seed, samples: SAMPLES }),
    imbalance: imbalanceVariants(
      splitWeek(payments, lastValidation, 1),
      growthOf(search.best.options, payments.columns),
      seed,
    ),
    seconds: { replay, choose, measure: lap() },
  }
}

/** Test weeks, a week of delay, validation weeks, a week of delay again, and the weeks that are learnt from. */
function daysNeeded(periods: number): number {
  return (periods + 1 + VALIDATION_WEEKS + 1 + MOST_TRAIN_WEEKS) * WEEK
}

function systemReport(
  { options, fits, seed }: SystemOptions,
  weeks: readonly ScoredWeek[],
  payments: ReplayedPayments,
): SystemReport {
  const bootstrapped = { cardCount: payments.cardCount, seed, samples: SAMPLES }
  return {
    options,
    fits,
    newest: figureIntervals(weeks.slice(0, 1), bootstrapped),
    mean: figureIntervals(weeks, bootstrapped),
    weeks: weeks.map((week) => weekFigures(week, payments)),
  }
}

function weekFigures(week: ScoredWeek, { startMs }: ReplayedPayments): WeekFigures {
  return {
    from: new Date(startMs + week.test.days[0]! * DAY_MS).toISOString().slice(0, 10),
    figures: figuresOf(week),
    perfectCardPrecision: perfectCardPrecision(week.test),
  }
}

/** Seconds since the last call. */
function laps(clock: Clock): () => number {
  let lastMs = clock()
  return () => {
    const sinceMs = clock() - lastMs
    lastMs += sinceMs
    return sinceMs / 1000
  }
}

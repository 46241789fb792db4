import type { Interval } from '../../../evaluation/index.ts'
import { type Clock, DAY_MS } from '../../../foundation/index.ts'
import type { ChosenOptions } from '../seeded-search.ts'
import { chooseSystem, type SystemTrial } from './choose-system.ts'
import { type CostReport, compareCosts } from './cost-comparison.ts'
import {
  type FraudFigures,
  figureIntervals,
  figuresOf,
  perfectCardPrecision,
  type ScoredWeek,
} from './fraud-figures.ts'
import { growthOf, MOST_TRAIN_WEEKS, type SystemOptions, scoreWeek } from './fraud-system.ts'
import { type ImbalanceVariant, imbalanceVariants } from './imbalance.ts'
import { type PublishedRow, publishedTable } from './published-table.ts'
import { type ReplayedPayments, replayPayments } from './replay-payments.ts'
import { splitWeek, WEEK } from './week-split.ts'

/** Weeks on which options are chosen. */
const VALIDATION_WEEKS = 4
/** Fits whose mean score is the system's; the search makes do with one. */
const FITS = 5
/** Chapters 5 to 7 of the book, the mean over four test weeks. */
const TUNED_BY_THE_BOOK = {
  model: 'XGBoost',
  figures: { rocAuc: 0.869, averagePrecision: 0.687, cardPrecision: 0.303 },
}
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
  const { data, seed, periods, clock, onProgress } = options
  const lap = laps(clock)
  onProgress?.(`replaying the payments of ${data}`)
  const payments = await replayPayments(data, daysNeeded(periods))
  const replay = lap()
  const calendar = calendarOf(payments, periods)
  const published = publishedTable(splitWeek(payments, calendar.tested[0]!, 1), payments.columns, seed)
  const { best, trials } = await chooseSystem(payments, calendar.validated, options)
  const choose = lap()
  onProgress?.('scoring the test weeks')
  return {
    protocol:
      `the newest ${periods} weeks are tested, with a week of delay before each; options are chosen on ` +
      `${VALIDATION_WEEKS} weeks that were known before all of them; known compromised cards are left out`,
    seed,
    payments: payments.payments,
    frauds: payments.frauds,
    features: payments.columns.length,
    published,
    tunedByTheBook: TUNED_BY_THE_BOOK,
    ...measure(payments, calendar, { options: best, fits: FITS, seed }, trials),
    imbalance: imbalanceVariants(
      splitWeek(payments, calendar.validated[0]!, 1),
      growthOf(best, payments.columns),
      seed,
    ),
    seconds: { replay, choose, measure: lap() },
  }
}

/** The first days of the weeks, newest first. */
interface Calendar {
  readonly tested: readonly number[]
  readonly validated: readonly number[]
}

function calendarOf({ firstDay, days }: ReplayedPayments, periods: number): Calendar {
  const newest = firstDay + days.length - WEEK
  const weeksBack = (from: number, count: number) => Array.from({ length: count }, (_, week) => from - week * WEEK)
  const tested = weeksBack(newest, periods)
  // The frauds of the last validation week are known a week after it, when the oldest test week begins.
  return { tested, validated: weeksBack(tested.at(-1)! - 2 * WEEK, VALIDATION_WEEKS) }
}

/** Scores the test weeks with the system that was chosen, and the validation weeks once more for what is settled there. */
function measure(
  payments: ReplayedPayments,
  { tested, validated }: Calendar,
  system: SystemOptions,
  trials: readonly SystemTrial[],
): Pick<FraudReport, 'system' | 'systemOfOneWeek' | 'choice' | 'costs'> {
  const { options, seed } = system
  const score = (days: readonly number[], by: SystemOptions) => days.map((day) => scoreWeek(payments, day, by))
  const weeks = score(tested, system)
  const earlier = score(validated, system)
  const ofOneWeek = { ...system, options: { ...options, trainWeeks: 1 } }
  const weeksOfOne = options.trainWeeks === 1 ? weeks : score(tested, ofOneWeek)
  return {
    system: systemReport(system, weeks, payments),
    systemOfOneWeek: systemReport(ofOneWeek, weeksOfOne, payments),
    choice: { validationWeeks: earlier.map((week) => weekFigures(week, payments)), trials },
    costs: compareCosts(earlier.toReversed(), weeks, { seed, samples: SAMPLES }),
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

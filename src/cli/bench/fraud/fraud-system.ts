import type { ChosenOptions, SearchSpace } from '../seeded-search.ts'
import { balanceOffset, fitLogisticScorer, fitTreeScorer } from './fit-scorer.ts'
import type { ScoredWeek } from './fraud-figures.ts'
import type { ReplayedPayments } from './replay-payments.ts'
import { type PaymentTable, selectColumns, splitWeek, type WeekSplit } from './week-split.ts'

/** The longest training that a search may choose, in weeks. */
export const MOST_TRAIN_WEEKS = 3

/** What the search may choose among. */
export const SYSTEM_SPACE = {
  trainWeeks: { values: [1, 2, MOST_TRAIN_WEEKS], start: 2 },
  keptShare: { values: [0.1, 0.3, 1], start: 0.3 },
  columns: { values: ['lean', 'all'], start: 'all' },
  leaves: { values: [4, 8, 16, 32], start: 8 },
  iterations: { values: [100, 200, 400], start: 200 },
  learningRate: { values: [0.02, 0.03, 0.05], start: 0.03 },
  minRowsInLeaf: { values: [20, 50, 100, 200], start: 50 },
  l2: { values: [1, 10, 30, 100], start: 10 },
  featureFraction: { values: [0.15, 0.3, 0.6], start: 0.3 },
  fraudWeight: { values: [1, 3], start: 1 },
  monotone: { values: ['none', 'risk'], start: 'none' },
  logisticShare: { values: [0, 0.15, 0.3], start: 0 },
} as const satisfies SearchSpace

/** Columns of which more never makes a payment less suspicious. */
const RISKS = /^(amount|amountTo.*|largestTo.*|meanTo.*|highTo.*|terminalRisk.*)$/
/** Columns that say little of this kind of fraud: when, how often at this terminal, how busy it is. */
const BY_THE_WAY = /^(hour|weekday|pairCount.*|since(Card|Pair)|terminalNow.*|terminalMean.*)$/

/** A system as the search names it: trees over the application's features, and a logistic regression beside them. */
export interface SystemOptions {
  readonly options: ChosenOptions
  /** Fits whose mean score is the system's; each is grown with a seed of its own. */
  readonly fits: number
  readonly seed: number
}

/** Fits the system on what is known before a week, and scores the week. */
export function scoreWeek(payments: ReplayedPayments, testDay: number, system: SystemOptions): ScoredWeek {
  const split = splitWeek(payments, testDay, Number(system.options.trainWeeks))
  // The rows are let go of: several weeks are kept at once.
  const { labels, amounts, cards, days } = split.test
  return { test: { labels, amounts, cards, days }, scores: scoreSplit(split, payments.columns, system) }
}

/** Log-odds of the test rows of a split. */
function scoreSplit(split: WeekSplit, columns: readonly string[], system: SystemOptions): Float64Array {
  const { options, fits, seed } = system
  const chosen = [...columns.keys()].filter((place) => options.columns === 'all' || !BY_THE_WAY.test(columns[place]!))
  const train = selectColumns(split.train, chosen)
  const test = selectColumns(split.test, chosen)
  const growth = growthOf(
    options,
    chosen.map((place) => columns[place]!),
  )
  const { balance } = growth
  const learnt = meanScores(
    Array.from({ length: fits }, (_, fit) => fitTreeScorer(train, { ...growth, seed: seed * 1000 + fit })(test)),
  )
  const trees = learnt.map((score) => score + balanceOffset(balance))
  const share = Number(options.logisticShare)
  return share === 0 ? trees : blend(trees, logisticScores(train, test), share)
}

/** How the trees of a system are grown. */
export function growthOf(options: ChosenOptions, names: readonly string[]) {
  const of = (name: keyof typeof SYSTEM_SPACE) => Number(options[name])
  return {
    leaves: of('leaves'),
    iterations: of('iterations'),
    learningRate: of('learningRate'),
    minRowsInLeaf: of('minRowsInLeaf'),
    l2: of('l2'),
    featureFraction: of('featureFraction'),
    balance: { fraudWeight: of('fraudWeight'), keptShare: of('keptShare') },
    baggingFraction: 0.7,
    baggingEvery: 1,
    ...(options.monotone === 'risk' ? { monotone: names.map((name) => (RISKS.test(name) ? 1 : 0)) } : {}),
  }
}

function logisticScores(train: PaymentTable, test: PaymentTable): Float64Array {
  return fitLogisticScorer(train, { basis: 'piecewise', l2: 10 })(test)
}

function meanScores(scores: readonly Float64Array[]): Float64Array {
  return scores[0]!.map((_, row) => scores.reduce((sum, of) => sum + of[row]!, 0) / scores.length)
}

function blend(first: Float64Array, second: Float64Array, share: number): Float64Array {
  return first.map((score, row) => (1 - share) * score + share * second[row]!)
}

import { bootstrap, type Interval } from '../../../evaluation/index.ts'
import { type CalibrationMethod, type Calibrator, chooseCalibrator } from '../../../models/index.ts'
import {
  type Action,
  type ActionCosts,
  cheapestAction,
  chooseThreshold,
  expectedCosts,
  fitCapacityPrice,
} from '../../../policy/index.ts'
import type { ScoredWeek } from './fraud-figures.ts'
import { WEEK } from './week-split.ts'

/** A review costs this much and stops a fraud, which else loses its amount. */
const COSTS: ActionCosts = { review: 3, reviewStops: 1, fraudLossShare: 1 }
/** Payments that can be reviewed in a day. */
const CAPACITIES = [20, 40, 80] as const
const ACTIONS: readonly Action[] = ['allow', 'review']

/** What a way of choosing reviews did on the held-out weeks; a day's means. */
interface PolicyOutcome {
  readonly costPerDay: number
  readonly reviewsPerDay: number
  readonly fraudsFoundPerDay: number
}

/** Both ways at one capacity. */
interface CapacityComparison {
  readonly reviewsPerDay: number
  readonly threshold: number
  readonly capacityPrice: number
  readonly fixedThreshold: PolicyOutcome
  readonly costPolicy: PolicyOutcome
  /** 1 - cost of the policy / cost of the threshold; resampled by days. */
  readonly saving: Interval
}

export interface CostReport {
  readonly costs: ActionCosts
  readonly calibration: CalibrationMethod
  /** A day's mean when nothing is reviewed. */
  readonly costPerDayWithoutReviews: number
  readonly heldOutDays: number
  readonly capacities: readonly CapacityComparison[]
}

/**
 * Compares two ways of spending a day's reviews: on the payments above the fixed threshold that cost least on earlier
 * weeks within the capacity, and on those that save most by their calibrated probability and amount. Both are settled on
 * the earlier weeks alone, and both review in the order in which payments come, until the day's reviews are spent.
 *
 * @param earlier - weeks whose frauds were known before the first held-out week, oldest first, at least 2; scored by
 * models that did not see them
 */
export function compareCosts(
  earlier: readonly ScoredWeek[],
  heldOut: readonly ScoredWeek[],
  { seed, samples }: { readonly seed: number; readonly samples: number },
): CostReport {
  const { calibrator, method } = calibrate(earlier)
  const known = joined(earlier, calibrator)
  const unseen = joined(heldOut, calibrator)
  const idle = outcomeByDay(unseen, () => false, 0)
  return {
    costs: COSTS,
    calibration: method,
    costPerDayWithoutReviews: mean(idle.cost),
    heldOutDays: idle.cost.length,
    capacities: CAPACITIES.map((reviewsPerDay) => compareAt(known, unseen, reviewsPerDay, { seed, samples })),
  }
}

function compareAt(
  known: ScoredPayments,
  heldOut: ScoredPayments,
  reviewsPerDay: number,
  options: { readonly seed: number; readonly samples: number },
): CapacityComparison {
  const threshold = thresholdWithin(known, reviewsPerDay)
  const capacityPrice = fitCapacityPrice(known, { costs: COSTS, actions: ACTIONS }, reviewsPerDay)
  const policy = { costs: COSTS, capacityPrice, actions: ACTIONS }
  const { scores, probabilities, amounts } = heldOut
  const fixed = outcomeByDay(heldOut, (row) => scores[row]! >= threshold, reviewsPerDay)
  const ours = outcomeByDay(
    heldOut,
    (row) => cheapestAction(probabilities[row]!, amounts[row]!, policy) === 'review',
    reviewsPerDay,
  )
  const saving = (drawn: Uint32Array) => 1 - weighted(ours.cost, drawn) / weighted(fixed.cost, drawn)
  return {
    reviewsPerDay,
    threshold,
    capacityPrice,
    fixedThreshold: meansOf(fixed),
    costPolicy: meansOf(ours),
    saving: bootstrap(fixed.cost.length, saving, options),
  }
}

interface ScoredPayments {
  readonly scores: Float64Array
  readonly probabilities: Float64Array
  readonly labels: Float64Array
  readonly amounts: Float64Array
  readonly dayOfRow: Int32Array
  /** How many days they cover. */
  readonly days: number
}

/** The method that does best on the newest of the weeks, fitted to all of them. */
function calibrate(weeks: readonly ScoredWeek[]): { calibrator: Calibrator; method: CalibrationMethod } {
  const { method } = chooseCalibrator(examplesOf(weeks.slice(0, -1)), examplesOf(weeks.slice(-1)))
  const all = examplesOf(weeks)
  return { method, calibrator: chooseCalibrator(all, all, [method]).calibrator }
}

function examplesOf(weeks: readonly ScoredWeek[]) {
  return {
    scores: concatenated(weeks.map(({ scores }) => scores)),
    labels: concatenated(weeks.map(({ test }) => test.labels)),
  }
}

function joined(weeks: readonly ScoredWeek[], calibrator: Calibrator): ScoredPayments {
  const { scores, labels } = examplesOf(weeks)
  return {
    scores,
    labels,
    probabilities: scores.map((score) => calibrator.probability(score)),
    amounts: concatenated(weeks.map(({ test }) => test.amounts)),
    dayOfRow: Int32Array.from(weeks.flatMap(({ test }) => [...test.days])),
    days: weeks.length * WEEK,
  }
}

/** The threshold of least cost among those that leave no more alerts a day than can be reviewed. */
function thresholdWithin({ scores, labels, amounts, days }: ScoredPayments, perDay: number): number {
  const lowest = chooseThreshold({ scores, labels, days }, { kind: 'capacity', perDay }).threshold
  const rows = [...scores.keys()].filter((row) => scores[row]! >= lowest)
  const pick = (of: Float64Array) => Float64Array.from(rows, (row) => of[row]!)
  // What is below costs the same whichever of these thresholds is taken.
  const sample = { scores: pick(scores), labels: pick(labels), amounts: pick(amounts), days }
  if (sample.labels.every((label) => label === sample.labels[0])) return lowest
  return chooseThreshold(sample, { kind: 'cost', costs: COSTS }).threshold
}

/** Shapes (days,), in the order of the days. */
interface DayOutcomes {
  readonly cost: Float64Array
  readonly reviews: Float64Array
  readonly found: Float64Array
}

/** What is paid and lost each day when payments are reviewed as they come, until the reviews are spent. */
function outcomeByDay(
  { labels, amounts, dayOfRow }: ScoredPayments,
  isWanted: (row: number) => boolean,
  perDay: number,
): DayOutcomes {
  const places = new Map([...new Set(dayOfRow)].sort((a, b) => a - b).map((day, place) => [day, place]))
  const empty = () => new Float64Array(places.size)
  const outcome = { cost: empty(), reviews: empty(), found: empty() }
  for (let row = 0; row < labels.length; row++) {
    const day = places.get(dayOfRow[row]!)!
    const isReviewed = outcome.reviews[day]! < perDay && isWanted(row)
    outcome.cost[day]! += expectedCosts(labels[row]!, amounts[row]!, COSTS)[isReviewed ? 'review' : 'allow']
    if (!isReviewed) continue
    outcome.reviews[day]!++
    outcome.found[day]! += labels[row]!
  }
  return outcome
}

function meansOf({ cost, reviews, found }: DayOutcomes): PolicyOutcome {
  return { costPerDay: mean(cost), reviewsPerDay: mean(reviews), fraudsFoundPerDay: mean(found) }
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function weighted(values: Float64Array, drawn: Uint32Array): number {
  return values.reduce((sum, value, day) => sum + value * drawn[day]!, 0)
}

function concatenated(arrays: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const array of arrays) {
    all.set(array, at)
    at += array.length
  }
  return all
}

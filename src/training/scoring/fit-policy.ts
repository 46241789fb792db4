import type { ScoringSystem } from '../../application/index.ts'
import { bootstrap, type Interval } from '../../evaluation/index.ts'
import {
  type CalibrationExamples,
  type CalibrationMethod,
  type Calibrator,
  chooseCalibrator,
} from '../../models/index.ts'
import {
  ACTIONS,
  chooseThreshold,
  fitCapacityPrice,
  type ModelPolicy,
  type ScoredSample,
  type ThresholdGoal,
} from '../../policy/index.ts'
import type { ScoredEvents } from './scored-events.ts'

/** Where a system names none: those that keep the order of scores and never say that something is sure. */
const SMOOTH: readonly CalibrationMethod[] = ['temperature', 'platt', 'beta']
/** Resamples of an interval: of many rows fewer, since each is chosen from anew. */
const MOST_SAMPLES = 200
const FEWEST_SAMPLES = 20
const ROWS_OF_ALL_SAMPLES = 2_000_000

/** A number of the policy with what it does to the validation events. */
export interface SettledNumber {
  /** With its interval by subject. Null for a threshold that no score reaches. */
  readonly value: Interval | null
  readonly goal?: ThresholdGoal
  readonly reached?: boolean
  readonly precision?: number
  readonly recall?: number
  readonly alertsPerDay?: number
}

/** What validation settled. */
export interface SettledPolicy {
  readonly policy: ModelPolicy
  /** By action; of a cost policy the `capacityPrice`. */
  readonly numbers: Readonly<Record<string, SettledNumber>>
}

/**
 * Chooses a method of calibration on the earlier half of the events by the log loss on the later one, and fits it to all
 * of them. Where a half has events of one class alone, the one that fits all of them best is taken.
 *
 * @param scores - log-odds, corrected for the imbalance
 * @throws SluiceError `ONE_CLASS_ONLY`, `NO_TRAINING_DATA`
 */
export function calibrate(
  { labels }: Pick<ScoredEvents, 'labels'>,
  scores: Float64Array,
  methods: readonly CalibrationMethod[] = SMOOTH,
): { readonly method: CalibrationMethod; readonly calibrator: Calibrator } {
  const half = labels.length >> 1
  const part = (from: number, to: number): CalibrationExamples => {
    return { scores: scores.subarray(from, to), labels: labels.subarray(from, to) }
  }
  const [early, late, all] = [part(0, half), part(half, labels.length), part(0, labels.length)]
  const canChoose = [early, late].every((each) => each.labels.includes(0) && each.labels.includes(1))
  const { method } = canChoose ? chooseCalibrator(early, late, methods) : chooseCalibrator(all, all, methods)
  return { method, calibrator: chooseCalibrator(all, all, [method]).calibrator }
}

/**
 * Settles the numbers of a policy on events that the model did not learn from: a threshold for each goal, or the price
 * of a review that keeps a day within its capacity.
 *
 * @param probabilities - calibrated, shape (count,)
 * @throws SluiceError `ONE_CLASS_ONLY` for a goal that needs both classes
 */
export function settlePolicy(
  { decide }: ScoringSystem['policy'],
  events: ScoredEvents,
  probabilities: Float64Array,
  seed: number,
): SettledPolicy {
  const days = daysOf(events)
  const samples = Math.max(FEWEST_SAMPLES, Math.min(MOST_SAMPLES, Math.floor(ROWS_OF_ALL_SAMPLES / events.count)))
  const interval = (statistic: (sample: Required<ScoredSample>) => number): Interval =>
    bootstrap(events.subjectCount, (drawn) => statistic({ ...drawRows(events, probabilities, drawn), days }), {
      seed,
      samples,
    })
  if (decide.kind === 'cost') {
    const { costs, reviewsPerDay, actions } = decide
    const chosen = { costs, ...(actions ? { actions } : {}) }
    if (reviewsPerDay === undefined) {
      return { policy: { kind: 'cost', policy: { ...chosen, capacityPrice: 0 } }, numbers: {} }
    }
    const value = interval(({ scores, amounts }) =>
      fitCapacityPrice({ probabilities: scores, amounts, days }, chosen, reviewsPerDay),
    )
    const policy = { ...chosen, capacityPrice: value.estimate }
    return { policy: { kind: 'cost', policy }, numbers: { capacityPrice: { value } } }
  }
  const all = { scores: probabilities, labels: events.labels, amounts: events.amounts, days }
  const numbers: Record<string, SettledNumber> = {}
  const thresholds: Record<string, number> = {}
  for (const action of ACTIONS) {
    const goal = action === 'allow' ? undefined : decide.goals[action]
    if (goal === undefined) continue
    const { threshold, reached, precision, recall, alertsPerDay } = chooseThreshold(all, goal)
    const isReachable = Number.isFinite(threshold)
    const value = isReachable ? interval((sample) => finite(thresholdOf(sample, goal))) : null
    numbers[action] = { value, goal, reached, precision, recall, alertsPerDay }
    if (isReachable) thresholds[action] = threshold
  }
  return { policy: { kind: 'thresholds', thresholds }, numbers }
}

/** How many days have events, at least one; an event whose clock is wrong adds no more than its own. */
export function daysOf({ days }: Pick<ScoredEvents, 'days'>): number {
  return Math.max(1, new Set(days).size)
}

/** A resample of one class has no threshold. */
function thresholdOf(sample: ScoredSample, goal: ThresholdGoal): number {
  const hasBoth = sample.labels.includes(1) && sample.labels.includes(0)
  return hasBoth ? chooseThreshold(sample, goal).threshold : Number.NaN
}

function finite(threshold: number): number {
  return Number.isFinite(threshold) ? threshold : Number.NaN
}

/** The rows of subjects as often as each was drawn. */
function drawRows({ subjects, labels, amounts, count }: ScoredEvents, scores: Float64Array, drawn: Uint32Array) {
  const rows: number[] = []
  for (let row = 0; row < count; row++) for (let copy = drawn[subjects[row]!]!; copy > 0; copy--) rows.push(row)
  const pick = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]!)
  return { scores: pick(scores), labels: pick(labels), amounts: pick(amounts) }
}

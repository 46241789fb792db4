import { SluiceError } from '../../foundation/index.ts'
import { type ActionCosts, expectedCosts, requireCosts } from './action-costs.ts'
import { requireSample, type ScoredSample } from './scored-sample.ts'

/** What a threshold is to reach. */
export type ThresholdGoal =
  /** As many frauds as can be found while at least this share of the alerts are frauds. */
  | { readonly kind: 'precision'; readonly atLeast: number }
  /** As few false alerts as can be while at least this share of the frauds is found. */
  | { readonly kind: 'recall'; readonly atLeast: number }
  /** The least cost when what is above is reviewed. */
  | { readonly kind: 'cost'; readonly costs: ActionCosts }
  /** As many alerts as can be looked at in a day. */
  | { readonly kind: 'capacity'; readonly perDay: number }

/** A threshold and what it does to the sample: at or above it is an alert. */
export interface ThresholdChoice {
  /** `Infinity` when no score is to be an alert. */
  readonly threshold: number
  /** `NaN` without alerts. */
  readonly precision: number
  readonly recall: number
  readonly alertsPerDay: number
  /** Cost of an event, where the goal has costs. */
  readonly cost: number | undefined
  /** Whether the goal is reached; else the threshold is the nearest there is. */
  readonly reached: boolean
}

/**
 * The threshold that reaches a goal best on a sample. Equal scores are alerts together or not at all; of thresholds
 * that do equally well, the highest.
 *
 * @throws SluiceError `OUT_OF_RANGE` for a goal out of its range, and as the sample and costs require
 * @remarks O(n log n).
 */
export function chooseThreshold(sample: ScoredSample, goal: ThresholdGoal): ThresholdChoice {
  requireSample(sample)
  requireGoal(goal)
  const steps = stepsOf(sample, goal.kind === 'cost' ? goal.costs : undefined)
  switch (goal.kind) {
    case 'precision': {
      const reached = best(steps, ({ precision }) => precision >= goal.atLeast, higher('recall'))
      return reached ?? { ...best(steps, ({ precision }) => precision >= 0, higher('precision'))!, reached: false }
    }
    case 'recall':
      return best(
        steps,
        ({ recall }) => recall >= goal.atLeast,
        (a, b) => a.alertsPerDay < b.alertsPerDay,
      )!
    case 'cost':
      return best(
        steps,
        () => true,
        (a, b) => a.cost! < b.cost!,
      )!
    case 'capacity':
      return best(steps, ({ alertsPerDay }) => alertsPerDay <= goal.perDay, higher('alertsPerDay'))!
  }
}

function best(
  steps: readonly ThresholdChoice[],
  reaches: (step: ThresholdChoice) => boolean,
  isBetter: (step: ThresholdChoice, than: ThresholdChoice) => boolean,
): ThresholdChoice | undefined {
  let found: ThresholdChoice | undefined
  for (const step of steps) if (reaches(step) && (found === undefined || isBetter(step, found))) found = step
  return found
}

function higher(name: 'recall' | 'precision' | 'alertsPerDay') {
  return (a: ThresholdChoice, b: ThresholdChoice) => a[name] > b[name]
}

/** Every threshold that tells scores apart, from the highest: none is an alert, then those of the best score, ... */
function stepsOf({ scores, labels, amounts, days }: ScoredSample, costs: ActionCosts | undefined): ThresholdChoice[] {
  const order = Float64Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
  const frauds = labels.reduce((sum, label) => sum + label, 0)
  const saved = (at: number) => {
    const [allow, review] = costsOf(labels[at]!, amounts?.[at] ?? 0, costs!)
    return allow - review
  }
  let cost = costs && labels.reduce((sum, label, at) => sum + costsOf(label, amounts?.[at] ?? 0, costs)[0], 0)
  const count = scores.length
  const steps: ThresholdChoice[] = []
  const push = (threshold: number, alerts: number, found: number) =>
    steps.push({
      threshold,
      precision: found / alerts,
      recall: found / frauds,
      alertsPerDay: alerts / days,
      cost: cost === undefined ? undefined : cost / count,
      reached: true,
    })
  push(Number.POSITIVE_INFINITY, 0, 0)
  let found = 0
  for (let rank = 0; rank < count; rank++) {
    const at = order[rank]!
    found += labels[at]!
    if (cost !== undefined) cost -= saved(at)
    const isLastOfEqual = rank + 1 === count || scores[order[rank + 1]!] !== scores[at]
    if (isLastOfEqual) push(scores[at]!, rank + 1, found)
  }
  return steps
}

/** What it costs to allow and to review an event of which it is known whether it is a fraud. */
function costsOf(label: number, amount: number, costs: ActionCosts): [number, number] {
  const expected = expectedCosts(label, amount, costs)
  return [expected.allow, expected.review]
}

function requireGoal(goal: ThresholdGoal): void {
  if (goal.kind === 'cost') {
    requireCosts(goal.costs)
    return
  }
  const value = goal.kind === 'capacity' ? goal.perDay : goal.atLeast
  const most = goal.kind === 'capacity' ? Number.MAX_VALUE : 1
  if (value >= 0 && value <= most) return
  const expected = goal.kind === 'capacity' ? 'at least 0' : 'from 0 to 1'
  throw new SluiceError('OUT_OF_RANGE', `goal ${goal.kind}: expected a number ${expected}, got ${value}`)
}

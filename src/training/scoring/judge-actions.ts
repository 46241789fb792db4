import type { ScoringSystem } from '../../application/index.ts'
import { bootstrapMean, type Interval } from '../../evaluation/index.ts'
import { ACTIONS, type Action, type ActionCosts, expectedCosts } from '../../policy/index.ts'
import { daysOf } from './fit-policy.ts'
import type { ScoredEvents } from './scored-events.ts'

const SAMPLES = 1000

/** Events on which an action was taken. */
export interface ActionCount {
  readonly events: number
  readonly positives: number
  readonly amount: number
  readonly positiveAmount: number
}

/** What rules, model and costs together would have done, and what it would have been worth. */
export interface ActionJudgement {
  readonly actions: Readonly<Record<Action, ActionCount>>
  readonly reviewsPerDay: number
  /** The share of positives among events that were not allowed; null when all were. */
  readonly precision: number | null
  /** The share of positives that were not allowed; null without positives. */
  readonly recall: number | null
  /** Money a day; null for a policy without costs. */
  readonly money: {
    readonly allAllowed: number
    readonly policy: number
    /** What the policy saves a day, with its interval by subject. */
    readonly saved: Interval
  } | null
}

/** Counts and weighs actions on events whose outcome is known; undefined without an event. */
export function judgeActions(
  events: ScoredEvents,
  { decide }: ScoringSystem['policy'],
  seed: number,
): ActionJudgement | undefined {
  if (events.count === 0) return undefined
  const actions = countActions(events)
  const costs = costsOf(decide)
  const days = daysOf(events)
  const all = Object.values(actions)
  const stopped = all.slice(1)
  const sum = (counts: readonly ActionCount[], name: 'events' | 'positives') =>
    counts.reduce((total, count) => total + count[name], 0)
  return {
    actions,
    reviewsPerDay: actions.review.events / days,
    precision: ratio(sum(stopped, 'positives'), sum(stopped, 'events')),
    recall: ratio(sum(stopped, 'positives'), sum(all, 'positives')),
    money: costs ? moneyOf(events, costs, days, seed) : null,
  }
}

function countActions({ count, actions, labels, amounts }: ScoredEvents): Record<Action, ActionCount> {
  const counts = ACTIONS.map(() => ({ events: 0, positives: 0, amount: 0, positiveAmount: 0 }))
  for (let row = 0; row < count; row++) {
    const counted = counts[actions[row]!]!
    counted.events++
    counted.positives += labels[row]!
    counted.amount += amounts[row]!
    counted.positiveAmount += labels[row]! * amounts[row]!
  }
  return Object.fromEntries(ACTIONS.map((action, place) => [action, counts[place]!])) as Record<Action, ActionCount>
}

function moneyOf(
  { count, labels, amounts, actions, subjects }: ScoredEvents,
  costs: ActionCosts,
  days: number,
  seed: number,
): NonNullable<ActionJudgement['money']> {
  let [allAllowed, policy] = [0, 0]
  const saved = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    const cost = expectedCosts(labels[row]!, amounts[row]!, costs)
    const paid = cost[ACTIONS[actions[row]!]!]
    allAllowed += cost.allow
    policy += paid
    saved[row] = cost.allow - paid
  }
  const mean = bootstrapMean(saved, { seed, samples: SAMPLES, clusters: subjects })
  const aDay = (value: number): number => (value * count) / days
  return {
    allAllowed: allAllowed / days,
    policy: policy / days,
    saved: { ...mean, estimate: aDay(mean.estimate), low: aDay(mean.low), high: aDay(mean.high) },
  }
}

/** The costs that a policy names: its own, or those of one of its goals. */
function costsOf(decide: ScoringSystem['policy']['decide']): ActionCosts | undefined {
  if (decide.kind === 'cost') return decide.costs
  for (const goal of Object.values(decide.goals)) if (goal.kind === 'cost') return goal.costs
  return undefined
}

function ratio(part: number, all: number): number | null {
  return all === 0 ? null : part / all
}

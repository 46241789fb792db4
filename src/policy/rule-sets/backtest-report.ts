import type { Action } from '../action.ts'

/** Events counted; of those whose label is known, how many are frauds. Amounts are sums, in the currency of the events. */
export interface EventCount {
  readonly events: number
  readonly labelled: number
  readonly frauds: number
  readonly amount: number
  readonly fraudAmount: number
}

/** What one rule did. */
export interface RuleCount {
  readonly name: string
  readonly action: Action
  /** Events on which it fired. */
  readonly fired: EventCount
  /** Events on which it fired and no other rule did. */
  readonly alone: EventCount
  /** Events on which what it asks about was missing or divided by zero. */
  readonly unknown: number
}

export interface BacktestDay {
  /** Its first millisecond since 1970, in UTC. */
  readonly startsAt: number
  readonly events: number
  readonly actions: Readonly<Record<Action, number>>
  /** By rule, in the order of the set: events on which it fired. */
  readonly fired: readonly number[]
}

/** How decisions would differ from those of another set of rules. */
export interface BacktestDifference {
  /** The hash of the other set. */
  readonly than: string
  readonly newlyBlocked: EventCount
  readonly noLongerBlocked: EventCount
  /** Events by the action of the other set, then by that of this one. */
  readonly changed: Readonly<Record<Action, Readonly<Record<Action, number>>>>
}

/** What rules would have done to the events of a time. */
export interface BacktestReport {
  /** Of the rules that were tried. */
  readonly hash: string
  /** When the first and the last event was, in milliseconds since 1970; both 0 without events. */
  readonly from: number
  readonly until: number
  readonly all: EventCount
  /** Events by what the rules alone ask for. */
  readonly asked: Readonly<Record<Action, number>>
  /** By what is done, with lists and model. */
  readonly actions: Readonly<Record<Action, EventCount>>
  /** In the order of the set. */
  readonly rules: readonly RuleCount[]
  /** In the order of time; days without events are left out. */
  readonly days: readonly BacktestDay[]
  readonly difference: BacktestDifference | undefined
}

/** What of a report is kept with the version of the rules. */
export interface BacktestSummary {
  readonly hash: string
  readonly from: number
  readonly until: number
  readonly events: number
  readonly asked: Readonly<Record<Action, number>>
  readonly newlyBlocked: number
  readonly noLongerBlocked: number
}

export function summaryOf({ hash, from, until, all, asked, difference }: BacktestReport): BacktestSummary {
  const newlyBlocked = difference?.newlyBlocked.events ?? 0
  const noLongerBlocked = difference?.noLongerBlocked.events ?? 0
  return { hash, from, until, events: all.events, asked, newlyBlocked, noLongerBlocked }
}

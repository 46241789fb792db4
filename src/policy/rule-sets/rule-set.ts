import type { Action } from '../action.ts'
import type { BacktestSummary } from './backtest-report.ts'

/** Where a version of the rules is in its life. */
export type RuleSetState = 'draft' | 'backtested' | 'shadow' | 'percentage' | 'live' | 'retired'

/** A version of a system's rules. Its number, rules and hash never change. */
export interface RuleSet {
  /** From 1, in the order of the drafts. */
  readonly version: number
  readonly hash: string
  /** The canonical text. */
  readonly rules: string
  readonly note: string
  readonly by: string
  readonly draftedAt: number
  readonly state: RuleSetState
  /** The share of subjects that it decides about: from 0 to 1 in `percentage`, 1 when live, else 0. */
  readonly share: number
  /** The newest backtest. */
  readonly backtest: BacktestSummary | undefined
  /** Who moved it last, and when. */
  readonly movedBy: string
  readonly movedAt: number
}

interface Move {
  readonly version: number
  readonly by: string
  readonly at: number
}

/** What changes rule sets, in the order of the log. */
export type RuleSetRecord =
  /** A new version; rules and hash as `canonicalRules` gives them. */
  | {
      readonly kind: 'draft'
      readonly rules: string
      readonly hash: string
      readonly note: string
      readonly by: string
      readonly at: number
    }
  | (Move & { readonly kind: 'backtest'; readonly summary: BacktestSummary })
  | (Move & { readonly kind: 'shadow' | 'live' | 'retire' })
  | (Move & { readonly kind: 'percentage'; readonly share: number })
  /** The live version is retired, and the one that was live before it is live again. */
  | { readonly kind: 'rollback'; readonly by: string; readonly at: number }

/** What a backtest must show before rules may decide about anybody. */
export interface RuleSetGuard {
  /** Of the events, the share for which the rules alone may ask for an action at most; an action that is left out may be asked for without limit. */
  readonly shares: Partial<Readonly<Record<Exclude<Action, 'allow'>, number>>>
  /** How many events the backtest saw at least. */
  readonly events: number
}

import { SluiceError } from '../../foundation/index.ts'
import type { Action } from '../action.ts'

/**
 * What actions cost, in the currency of the amounts. Shares are from 0 to 1, amounts of money at least 0.
 */
export interface ActionCosts {
  /** How much of the amount is lost by a fraud that goes through; 1 when it is not said. */
  readonly fraudLossShare?: number
  /** What a review costs. */
  readonly review: number
  /** The share of frauds that a review stops; 1 when it is not said. */
  readonly reviewStops?: number
  /** What it costs to refuse an honest event, whatever its amount; 0 when it is not said. */
  readonly falseBlock?: number
  /** What of an honest event's amount is lost when it is refused, such as the margin; 0.1 when it is not said. */
  readonly falseBlockShare?: number
  /** What asking for more proof costs an honest event; absent when it cannot be asked for. */
  readonly stepUp?: number
  /** The share of frauds that more proof stops; 0.8 when it is not said. */
  readonly stepUpStops?: number
}

const SHARES = ['fraudLossShare', 'reviewStops', 'falseBlockShare', 'stepUpStops'] as const
const MONEY = ['review', 'falseBlock', 'stepUp'] as const

/** Refuses costs out of their ranges. @throws SluiceError `OUT_OF_RANGE` */
export function requireCosts(costs: ActionCosts): void {
  for (const name of SHARES) requireRange(name, costs[name], 1)
  for (const name of MONEY) requireRange(name, costs[name], Number.MAX_VALUE)
  if (costs.review === undefined) throw new SluiceError('OUT_OF_RANGE', 'costs: expected what a review costs, got none')
}

function requireRange(name: string, value: number | undefined, most: number): void {
  if (value === undefined || (value >= 0 && value <= most)) return
  const expected = most === 1 ? 'from 0 to 1' : 'of at least 0'
  throw new SluiceError('OUT_OF_RANGE', `costs, ${name}: expected a number ${expected}, got ${value}`)
}

/**
 * What each action is expected to cost for an event that is a fraud with a probability; `step-up` is `Infinity` where
 * it cannot be asked for.
 *
 * @param probability - in [0, 1]; 0 or 1 where it is known
 * @param amount - at least 0
 */
export function expectedCosts(probability: number, amount: number, costs: ActionCosts): Record<Action, number> {
  const { fraudLossShare = 1, review, reviewStops = 1, falseBlock = 0, falseBlockShare = 0.1 } = costs
  const { stepUp = Number.POSITIVE_INFINITY, stepUpStops = 0.8 } = costs
  const loss = probability * amount * fraudLossShare
  return {
    allow: loss,
    'step-up': loss * (1 - stepUpStops) + stepUp,
    review: loss * (1 - reviewStops) + review,
    block: (1 - probability) * (falseBlock + amount * falseBlockShare),
  }
}

import { SluiceError } from '../../foundation/index.ts'
import { ACTIONS, type Action } from '../action.ts'
import { type ActionCosts, expectedCosts, requireCosts } from './action-costs.ts'

/**
 * Chooses for each event the action that is expected to cost least, so that a large amount is looked at sooner than a
 * small one. Where reviewers are few, a review costs its price besides: what the last review that a day has room for
 * saves.
 */
export interface CostPolicy {
  readonly costs: ActionCosts
  /** Added to the cost of a review; 0 where there is room for all that are worth it. */
  readonly capacityPrice: number
  /** The actions that may be chosen; all when it is not said. */
  readonly actions?: readonly Action[]
}

/**
 * The action of least expected cost; of equal costs the milder one, and a review only when it saves more than its price.
 *
 * @param probability - in [0, 1]
 * @param amount - at least 0
 */
export function cheapestAction(probability: number, amount: number, policy: CostPolicy): Action {
  const { costs, capacityPrice, actions = ACTIONS } = policy
  const expected = expectedCosts(probability, amount, costs)
  const other = cheapestOther(expected, actions)
  return actions.includes('review') && expected[other] - expected.review > capacityPrice ? 'review' : other
}

/** The cheapest action that takes no reviewer's time. */
function cheapestOther(expected: Readonly<Record<Action, number>>, actions: readonly Action[]): Action {
  let best: Action = 'allow'
  for (const action of ACTIONS) {
    if (action !== 'review' && actions.includes(action) && expected[action] < expected[best]) best = action
  }
  return best
}

/** Events that a capacity price is fitted to: what is known of them when they are decided. Shapes (n,). */
export interface ReviewDemand {
  readonly probabilities: Float64Array
  readonly amounts: Float64Array
  /** How many days they cover, above 0. */
  readonly days: number
}

/**
 * The smallest price at which a day has on average no more reviews than there is room for; needs no labels.
 *
 * @param perDay - reviews that a day has room for, at least 0
 * @throws SluiceError `SHAPE_MISMATCH`, `OUT_OF_RANGE`
 * @remarks O(n log n).
 */
export function fitCapacityPrice(
  { probabilities, amounts, days }: ReviewDemand,
  { costs, actions = ACTIONS }: Omit<CostPolicy, 'capacityPrice'>,
  perDay: number,
): number {
  requireCosts(costs)
  if (amounts.length !== probabilities.length) {
    const message = `amounts: expected ${probabilities.length} as probabilities, got ${amounts.length}`
    throw new SluiceError('SHAPE_MISMATCH', message)
  }
  if (!(days > 0) || !(perDay >= 0)) {
    throw new SluiceError('OUT_OF_RANGE', `reviews: expected days above 0 and at least 0 a day, got ${days}, ${perDay}`)
  }
  const gains = new Float64Array(probabilities.length)
  for (let at = 0; at < gains.length; at++) {
    const expected = expectedCosts(probabilities[at]!, amounts[at]!, costs)
    gains[at] = expected[cheapestOther(expected, actions)] - expected.review
  }
  gains.sort()
  // At the price of this gain, an event that gains as much is reviewed no more: only what gains more is.
  const first = gains[gains.length - 1 - Math.floor(perDay * days)]
  return Math.max(0, first ?? 0)
}

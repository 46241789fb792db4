import { isSluiceError } from '../../foundation/index.ts'
import { affineAdvantages, fitAffineBias } from './affine-bias.ts'
import type { ClickBias } from './click-bias.ts'
import { type ClickLog, countClicks } from './click-log.ts'
import { harvestPropensities } from './harvest-propensities.ts'
import { type PairFeatures, regressPropensities } from './regress-propensities.ts'

/** Lines are taken when they are better by so many standard errors. */
const CERTAIN = 2

export interface EstimatedClickBias {
  readonly bias: ClickBias
  /**
   * How much likelier lines make the clicks of a held-out query than propensities do (natural logarithm, mean and
   * standard error over queries); absent where positions are not linked and lines cannot be found.
   */
  readonly affineAdvantage?: { readonly mean: number; readonly standardError: number }
}

/**
 * Position bias by what the log allows: harvested where the same pairs stood at different positions, with lines for trust
 * in the top where these foretell the clicks of held-out queries better beyond chance, and regressed on features where
 * every pair has its one place.
 *
 * @param features - needed only where positions are not linked
 * @throws SluiceError `NO_TRAINING_DATA` where positions are not linked and there are no features, and as
 * {@link countClicks}
 */
export function estimateClickBias(log: ClickLog, features?: PairFeatures): EstimatedClickBias {
  const harvested = linkedBias(log, features)
  if (!harvested) return { bias: regressPropensities(log, features!) }
  const advantages = affineAdvantages(countClicks(log))
  const mean = advantages.reduce((sum, value) => sum + value, 0) / advantages.length
  const squares = advantages.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const standardError = Math.sqrt(squares) / advantages.length
  const isAffine = advantages.length > 1 && mean > CERTAIN * standardError
  return { bias: isAffine ? fitAffineBias(log) : harvested, affineAdvantage: { mean, standardError } }
}

function linkedBias(log: ClickLog, features: PairFeatures | undefined): ClickBias | undefined {
  try {
    return harvestPropensities(log)
  } catch (error) {
    if (features && isSluiceError(error, 'NO_TRAINING_DATA') && log.pairs.length > 0) return undefined
    throw error
  }
}

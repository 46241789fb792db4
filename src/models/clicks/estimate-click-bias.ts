import { affineAdvantages, fitAffineBias } from './affine-bias.ts'
import type { ClickBias } from './click-bias.ts'
import { type ClickLog, countClicks, shownAbove } from './click-log.ts'
import { harvestPropensities, linkedPositions } from './harvest-propensities.ts'
import { type PairFeatures, regressPropensities } from './regress-propensities.ts'

/** Lines are taken when they are better by so many standard errors. */
const CERTAIN = 2
/** The share of what was shown that has to stand at positions linked with the top. */
const MOSTLY = 0.9

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
 * every pair has its one place. Deep positions that nothing links with the top are left out when hardly anybody saw them:
 * the bias then knows fewer positions than the log.
 *
 * @param features - needed only where positions are not linked
 * @throws SluiceError `NO_TRAINING_DATA` where positions are not linked and there are no features, and as
 * {@link countClicks}
 */
export function estimateClickBias(log: ClickLog, features?: PairFeatures): EstimatedClickBias {
  const linked = linkedPart(log)
  if (!linked && features) return { bias: regressPropensities(log, features) }
  const part = linked ?? log
  const harvested = harvestPropensities(part)
  const advantages = affineAdvantages(part)
  const mean = advantages.reduce((sum, value) => sum + value, 0) / advantages.length
  const squares = advantages.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const standardError = Math.sqrt(squares) / advantages.length
  const isAffine = advantages.length > 1 && mean > CERTAIN * standardError
  return { bias: isAffine ? fitAffineBias(part) : harvested, affineAdvantage: { mean, standardError } }
}

/** What was shown at positions that can be compared with the top; undefined when that is not nearly all. */
function linkedPart(log: ClickLog): ClickLog | undefined {
  const counts = countClicks(log)
  const linked = linkedPositions(counts)
  if (linked === counts.positionCount) return log
  const part = shownAbove(log, linked)
  return linked > 1 && part.pairs.length >= MOSTLY * log.pairs.length ? part : undefined
}

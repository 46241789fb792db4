import { placesOfBest } from '../ranking/index.ts'
import type { RankingSystem } from './ranking-system.ts'

/** Sponsored candidates that go on for each slot of a page that they may fill. */
const SPONSORED_FOR_A_SLOT = 10

/**
 * The places of the candidates that go on from the light stage to the ranker, rising: the best by light score, of equal
 * ones the earlier. The ten best sponsored ones for each sponsored slot are among them (but never more than half),
 * because they compete for those slots with each other and not with the rest.
 *
 * @param scores - shape (candidates,), finite; undefined when the stage could not score: then the first ones go on
 * @param isSponsored - by place
 */
export function lightSurvivors(
  { light, reranking }: Pick<RankingSystem, 'light' | 'reranking'>,
  scores: Float64Array | undefined,
  count: number,
  isSponsored: (place: number) => boolean,
): Int32Array {
  const keep = Math.min(count, light?.keep ?? count)
  if (keep === count || scores === undefined) return Int32Array.from({ length: keep }, (_, place) => place)
  const slots = reranking.reduce((sum, rule) => sum + (rule.kind === 'sponsored' ? rule.slots.length : 0), 0)
  const reserved = Math.min(SPONSORED_FOR_A_SLOT * slots, keep >> 1)
  if (reserved === 0) return placesOfBest(scores, keep)
  const sponsored = Int32Array.from(scores.keys()).filter(isSponsored)
  const sponsoredScores = Float64Array.from(sponsored, (place) => scores[place]!)
  const raised = scores.slice()
  for (const index of placesOfBest(sponsoredScores, reserved)) raised[sponsored[index]!] = Number.POSITIVE_INFINITY
  return placesOfBest(raised, keep)
}

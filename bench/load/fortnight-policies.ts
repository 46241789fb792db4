import {
  type Application,
  defineApp,
  explore,
  type RankingSystem,
  rankingSystem,
  requireSystem,
} from '../../src/application/index.ts'
import { exposures, logisticRanker } from '../../src/ranking/index.ts'
import { exploration } from '../../src/reranking/index.ts'
import { trending } from '../../src/retrieval/index.ts'
import { videoApplication } from '../../src/systems/video/application.ts'

/** What chooses pages during a fortnight. */
export interface FortnightPolicy {
  readonly name: 'popularity' | 'logistic' | 'two stages' | 'two stages, exploring'
  readonly application: Application
  /** Whether it is trained every day. */
  readonly learns: boolean
}

const LONG_WATCH = { seconds: { min: 30 } }
/** The system of every policy. */
export const HOME = 'home'

/**
 * The video service's own two stages, with and without exploration, beside what is simpler: what is long-watched most of
 * late, and one logistic regression over the same candidates and features. Filters and page rules are the same, so that
 * nothing but the choice differs.
 */
export function fortnightPolicies(budgetShare: number): FortnightPolicy[] {
  const plain = withoutExploration(requireSystem(videoApplication, HOME))
  const { light: _light, fallback: _fallback, ...single } = plain
  const popular = { ...single, retrieval: { ...plain.retrieval, sources: [popularity()] } }
  const logistic = logisticRanker({
    label: { event: 'watch', where: LONG_WATCH, within: '30m' },
    examples: exposures('impression', { group: 'decision', position: 'position' }),
    model: { basis: 'piecewise' },
  })
  return [
    { name: 'popularity', application: appOf(popular), learns: false },
    { name: 'logistic', application: appOf({ ...single, ranking: logistic }), learns: true },
    { name: 'two stages', application: appOf(plain), learns: true },
    { name: 'two stages, exploring', application: appOf(exploring(plain, budgetShare)), learns: true },
  ]
}

function popularity() {
  return trending('watch', { halfLife: '3d', where: LONG_WATCH, quota: 200 })
}

function withoutExploration({ exploration: _, reranking, ...system }: RankingSystem): RankingSystem {
  return { ...system, reranking: reranking.filter(({ kind }) => kind !== 'exploration') }
}

function exploring(system: RankingSystem, budgetShare: number): RankingSystem {
  return {
    ...system,
    reranking: [...system.reranking, exploration({ slots: [5] })],
    exploration: explore({
      newItems: { by: 'video.publishedAt', maxAge: '3d', exposures: 100 },
      success: { event: 'watch', where: LONG_WATCH },
      prior: { successes: 1, exposures: 10, by: 'video.creator' },
      budgetShare,
    }),
  }
}

function appOf(system: RankingSystem): Application {
  const { schema, features } = videoApplication
  return defineApp({ name: 'fortnight', schema, features, systems: { [HOME]: rankingSystem(system) } })
}

import { defineApp, rankingSystem } from '../../src/application/index.ts'
import { defineProblem } from '../../src/problem/index.ts'
import { exposures, lambdaMart, logisticRanker } from '../../src/ranking/index.ts'
import { cap, deduplicate, determinantal, slidingWindow, sponsored } from '../../src/reranking/index.ts'
import {
  blocked,
  factors,
  flagged,
  fresh,
  hidden,
  popularIn,
  seen,
  trending,
  twoTower,
} from '../../src/retrieval/index.ts'
import { videoFeatures } from '../../src/systems/video/application.ts'
import { videoSchema } from '../../src/systems/video/schema.ts'

/** The system's name. */
export const SCALE_SYSTEM = 'home'
export const LONG_WATCH = { seconds: { min: 30 } }
export const TREES = { iterations: 300, leaves: 31 }
const EXAMPLES = exposures('impression', { group: 'decision', position: 'position' })
const LABEL = { label: { event: 'watch', where: LONG_WATCH, within: '30m' }, examples: EXAMPLES } as const

/** What the light stage reads of every candidate: what lies on a line or two of memory. */
const LIGHT_FEATURES = [
  'videoAge',
  'videoTrend',
  'genreAffinity',
  'retrieval.factors',
  'retrieval.two-tower',
  'exposure.position',
]

/**
 * The video application's schema and features with a pipeline for a large catalogue: five sources and the one of
 * sponsored videos, 1,500 candidates, a light stage that keeps 500, boosted trees, a page of 30.
 */
export const scaleSystem = rankingSystem({
  problem: defineProblem({
    task: 'ranking',
    objective: 'watch',
    success: [{ name: 'watchSecondsPerPage', better: 'higher', unit: 's' }],
    guardrails: { p99Ms: 100 },
    scale: { users: 1_000_000, items: 1_000_000, eventsPerSecond: 2_000, requestsPerSecond: 50 },
  }),
  subject: 'user',
  item: 'video',
  retrieval: {
    sources: [
      factors('watch', { where: LONG_WATCH, history: 20, quota: 600, model: { factors: 32, iterations: 5 } }),
      twoTower('watch', {
        where: LONG_WATCH,
        user: ['user.country', { path: 'user.birthYear', band: 10 }, 'user.device'],
        item: ['video.genres', 'video.creator', 'video.language', 'video.title'],
        history: 20,
        quota: 600,
        model: { maxExamples: 200_000, epochs: 4 },
      }),
      trending('watch', { halfLife: '12h', where: LONG_WATCH, quota: 500 }),
      popularIn('watch', { by: 'user.country', halfLife: '2d', where: LONG_WATCH, quota: 500 }),
      fresh({ by: 'video.publishedAt', maxAge: '3d', quota: 350 }),
      flagged({ by: 'video.sponsored', quota: 50 }),
    ],
    filters: [seen('watch'), hidden('hide'), blocked('block', { field: 'creator', of: 'video.creator' })],
    candidates: 1_500,
  },
  light: { ranking: logisticRanker({ ...LABEL, features: LIGHT_FEATURES }), keep: 500 },
  ranking: lambdaMart({ ...LABEL, model: { maxTrees: TREES.iterations, leaves: TREES.leaves } }),
  reranking: [
    deduplicate('video.title'),
    cap({ by: 'video.creator', perPage: 2 }),
    slidingWindow({ by: 'video.language', most: 4, within: 5 }),
    determinantal({ by: 'video.genres', lambda: 0.7 }),
    sponsored({ slots: [3, 10], minimumDistance: 5 }),
  ],
  sponsored: 'video.sponsored',
  page: { limit: 30, maxLimit: 100 },
})

export const scaleApplication = defineApp({
  name: 'scale',
  schema: videoSchema,
  features: videoFeatures,
  systems: { [SCALE_SYSTEM]: scaleSystem },
})

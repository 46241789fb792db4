import { type Application, defineApp, rankingSystem } from '../../application/index.ts'
import { defineFeatures, type FeatureBuilder } from '../../features/index.ts'
import {
  boolean,
  categories,
  category,
  defineProblem,
  defineSchema,
  id,
  integer,
  number,
  ref,
  text,
  timestamp,
} from '../../problem/index.ts'
import { exposures, logisticRanker } from '../../ranking/index.ts'
import { cap, diversify } from '../../reranking/index.ts'
import { becauseYouWatched, blocked, fresh, hidden, trending } from '../../retrieval/index.ts'

/** A watch that was worth it. */
const LONG = { seconds: { min: 30 } }

const schema = defineSchema({
  entities: {
    user: { country: category(), birthYear: integer().optional() },
    video: {
      title: text(),
      genres: categories(),
      creator: category(),
      origin: category().optional(),
      publishedAt: timestamp(),
      quality: number().optional(),
      isLive: boolean().optional(),
    },
  },
  events: {
    impression: { user: ref('user'), video: ref('video'), position: integer({ min: 1 }), decision: id() },
    watch: { user: ref('user'), video: ref('video'), seconds: number({ min: 0 }) },
    like: { user: ref('user'), video: ref('video'), weight: number().optional() },
    hide: { user: ref('user'), video: ref('video') },
    block: { user: ref('user'), creator: category() },
  },
})

type Builder = FeatureBuilder<typeof schema>

/** Twenty features of the kinds that most services have. */
const common = (f: Builder) => ({
  age: f.attribute('user.birthYear').ageInYears(),
  videoAge: f.daysSince('video.publishedAt'),
  isHome: f.same('user.country', 'video.origin'),
  hour: f.hourOfDay(),
  userWatches: f.counts('watch', { by: 'user', windows: ['5m', '1h', '1d', '7d'] }),
  videoShown: f.counts('impression', { by: 'video', windows: ['10m', '1d'] }),
  userSeconds: f.sum('watch', 'seconds', { by: 'user', window: '1d' }),
  videoSeconds: f.sum('watch', 'seconds', { by: 'video', window: '3d' }),
  likeWeight: f.sum('like', 'weight', { by: 'video', window: '7d' }),
  watchRate: f.ratio(
    f.count('watch', { by: 'video', window: '7d', where: LONG }),
    f.count('impression', { by: 'video', window: '7d' }),
    { prior: [0.6, 10] },
  ),
  creatorRate: f.ratio(
    f.count('watch', { by: ['user', 'video.creator'], window: '2d', where: LONG }),
    f.count('impression', { by: ['user', 'video.creator'], window: '2d' }),
    { prior: [0.3, 5] },
  ),
  pairShown: f.count('impression', { by: ['user', 'video'], window: '7d' }),
  creatorSeconds: f.sum('watch', 'seconds', { by: ['user', 'video.creator'], window: '12h' }),
  sinceWatch: f.sinceLast('watch', { by: 'user' }),
  sincePair: f.sinceLast('watch', { by: ['user', 'video'], keep: { pairs: 500 } }),
  genreAffinity: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '14d', where: LONG }),
  creatorAffinity: f.affinity('impression', { by: 'user', of: 'video.creator', halfLife: '1d' }),
  recentGenres: f.recentShare('watch', { by: 'user', of: 'video', path: 'video.genres', length: 5 }),
  closeness: f.closeness('watch', { by: 'user', of: 'video', length: 10, where: LONG }),
  trend: f.trend('watch', { of: 'video', halfLife: '6h' }),
})

/** The other kinds: tiled windows, extremes, quantiles, different values, three keys, freshness. */
const special = (f: Builder) => ({
  quality: f.attribute('video.quality', { freshness: '2d' }),
  isLive: f.attribute('video.isLive'),
  genre: f.oneOf('video.genres', ['g0', 'g1', 'g2']),
  weekday: f.dayOfWeek(),
  triple: f.count('watch', { by: ['user', 'video.creator', 'video.origin'], window: '3d' }),
  meanSeconds: f.mean('watch', 'seconds', { by: 'user', windows: ['1h', '3d'] }),
  minSeconds: f.min('watch', 'seconds', { by: 'video', window: '2d' }),
  maxSeconds: f.max('watch', 'seconds', { by: ['user', 'video.creator'], window: '7d' }),
  medianSeconds: f.quantile('watch', 'seconds', { by: 'video', window: '1d', q: 0.5 }),
  highSeconds: f.quantile('watch', 'seconds', { by: 'user', window: '7d', q: 0.9, bound: 16 }),
  videosSeen: f.distinct('watch', 'video', { by: 'user', window: '1d' }),
  audience: f.distinct('watch', 'user', { by: 'video', windows: ['1d', '7d'], bound: 16 }),
  shownTiled: f.counts('impression', { by: 'video', windows: ['2d', '7d'], tile: '20m' }),
  meanTiled: f.mean('watch', 'seconds', { by: 'user', window: '7d', tile: '1h' }),
  maxTiled: f.max('watch', 'seconds', { by: 'user', window: '7d', tile: '1h' }),
  medianTiled: f.quantile('watch', 'seconds', { by: 'video', window: '7d', tile: '1h', q: 0.5 }),
  audienceTiled: f.distinct('watch', 'user', { by: 'video', window: '7d', tile: '1h' }),
  genreAffinityNow: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '30m' }),
  trendAtHome: f.trend('watch', { of: 'video', by: 'user.country', halfLife: '1d' }),
})

/** The system of {@link faultApplication}. */
export const FAULT_SYSTEM = 'home'

/**
 * A video service for runs in which processes are killed and measured.
 *
 * @param kinds - `every` kind of feature, or the twenty `common` ones
 */
export function faultApplication(kinds: 'every' | 'common' = 'every'): Application {
  const features = defineFeatures(schema, (f) => (kinds === 'common' ? common(f) : { ...common(f), ...special(f) }))
  const home = rankingSystem({
    problem: defineProblem({
      task: 'ranking',
      objective: 'watch',
      success: [{ name: 'longWatchesPerPage', better: 'higher' }],
      guardrails: { p99Ms: 100 },
      scale: { users: 1_000, items: 1_000, eventsPerSecond: 1_000, requestsPerSecond: 100 },
    }),
    subject: 'user',
    item: 'video',
    retrieval: {
      sources: [
        becauseYouWatched('watch', { where: LONG, model: { shrinkage: 3, neighbours: 20 } }),
        trending('watch', { halfLife: '12h', where: LONG }),
        fresh({ by: 'video.publishedAt', maxAge: '90d' }),
      ],
      filters: [hidden('hide'), blocked('block', { field: 'creator', of: 'video.creator' })],
      candidates: 100,
    },
    ranking: logisticRanker({
      label: { event: 'watch', where: LONG, within: '30m' },
      examples: exposures('impression', { group: 'decision' }),
    }),
    reranking: [diversify({ by: 'video.genres', lambda: 0.8 }), cap({ by: 'video.creator', perPage: 3 })],
    page: { limit: 10, maxLimit: 20 },
    budgetMs: 60_000,
  })
  return defineApp({ name: 'fault-run', schema, features, systems: { [FAULT_SYSTEM]: home } })
}

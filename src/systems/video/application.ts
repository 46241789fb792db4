import { defineApp, explore, rankingSystem } from '../../application/index.ts'
import { defineFeatures } from '../../features/index.ts'
import { type Condition, defineProblem } from '../../problem/index.ts'
import { exposures, lambdaMart, logisticRanker, valueRanker } from '../../ranking/index.ts'
import { cap, deduplicate, diversify, exploration, sponsored } from '../../reranking/index.ts'
import {
  becauseYouWatched,
  blocked,
  flagged,
  fresh,
  hidden,
  itemToItem,
  popularIn,
  seen,
  similarContent,
  trending,
  twoTower,
} from '../../retrieval/index.ts'
import { videoSchema } from './schema.ts'

/** A watch that was worth it: half a minute or more. */
const LONG_WATCH = { seconds: { min: 30 } }

/** What all rankers learn from: what was shown, and where on the page it stood. */
const EXAMPLES = exposures('impression', { group: 'decision', position: 'position' })
/** What follows on an exposure within half an hour. */
const followedBy = (event: string, where?: Condition) =>
  ({ label: { event, ...(where ? { where } : {}), within: '30m' }, examples: EXAMPLES }) as const

export const videoFeatures = defineFeatures(videoSchema, (f) => {
  const shown = f.count('impression', { by: 'video', window: '7d' })
  const watched = f.count('watch', { by: 'video', window: '7d', where: LONG_WATCH })
  const seconds = f.sum('watch', 'seconds', { by: 'video', window: '7d' })
  const shownBy = f.count('impression', { by: ['user', 'video.creator'], window: '7d' })
  const watchedBy = f.count('watch', { by: ['user', 'video.creator'], window: '7d', where: LONG_WATCH })
  const userShown = f.count('impression', { by: 'user', window: '7d' })
  const userWatched = f.count('watch', { by: 'user', window: '7d', where: LONG_WATCH })
  return {
    // static: who the user is, what the video is
    userAge: f.attribute('user.birthYear').ageInYears(),
    videoDuration: f.attribute('video.durationSeconds'),
    videoAge: f.daysSince('video.publishedAt'),
    // dynamic: what the video, its creator and the user did of late
    videoWatchRate: f.ratio(watched, shown, { prior: [0.6, 10] }),
    videoSecondsPerWatch: f.ratio(seconds, f.count('watch', { by: 'video', window: '7d' }), { prior: [60, 1] }),
    videoImpressions: f.counts('impression', { by: 'video', windows: ['1h', '1d'] }),
    videoTrend: f.trend('watch', { of: 'video', halfLife: '12h', where: LONG_WATCH }),
    videoTrendInCountry: f.trend('watch', { of: 'video', by: 'user.country', halfLife: '2d', where: LONG_WATCH }),
    creatorWatchRate: f.ratio(
      f.count('watch', { by: 'video.creator', window: '7d', where: LONG_WATCH }),
      f.count('impression', { by: 'video.creator', window: '7d' }),
      { prior: [1, 16] },
    ),
    videoHideRate: f.ratio(f.count('hide', { by: 'video', window: '7d' }), shown, { prior: [0.1, 20] }),
    videoShareRate: f.ratio(f.count('share', { by: 'video', window: '7d' }), watched, { prior: [0.3, 10] }),
    userWatchRate: f.ratio(userWatched, userShown, { prior: [0.6, 10] }),
    userCreatorWatchRate: f.ratio(watchedBy, shownBy, { prior: [0.3, 5] }),
    userCreatorShown: f.count('impression', { by: ['user', 'video.creator'], window: '1h' }),
    userVideoShown: f.count('impression', { by: ['user', 'video'], window: '7d' }),
    userWatches: f.counts('watch', { by: 'user', windows: ['5m', '1h', '1d'], where: LONG_WATCH }),
    sinceLastWatch: f.sinceLast('watch', { by: 'user' }),
    genreAffinity: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '14d', where: LONG_WATCH }),
    genreAffinityNow: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '1h', where: LONG_WATCH }),
    genreShown: f.affinity('impression', { by: 'user', of: 'video.genres', halfLife: '14d' }),
    creatorAffinity: f.affinity('watch', { by: 'user', of: 'video.creator', halfLife: '14d', where: LONG_WATCH }),
    languageAffinity: f.affinity('watch', { by: 'user', of: 'video.language', halfLife: '14d', where: LONG_WATCH }),
    genreOfLastWatches: f.recentShare('watch', {
      by: 'user',
      of: 'video',
      path: 'video.genres',
      length: 3,
      where: LONG_WATCH,
    }),
    closeness: f.closeness('watch', { by: 'user', of: 'video', length: 20, where: LONG_WATCH }),
    hourOfDay: f.hourOfDay(),
  }
})

/** What the light stage reads of every candidate: little, and quick to look up. */
const LIGHT_FEATURES = [
  'videoWatchRate',
  'videoAge',
  'creatorWatchRate',
  'genreAffinity',
  'creatorAffinity',
  'languageAffinity',
  'userVideoShown',
  'retrieval.item-to-item',
  'exposure.position',
]

/** The home page of a video service. */
export const videoApplication = defineApp({
  name: 'video',
  schema: videoSchema,
  features: videoFeatures,
  systems: {
    home: rankingSystem({
      problem: defineProblem({
        task: 'ranking',
        objective: 'watch',
        success: [
          { name: 'watchSecondsPerPage', better: 'higher', unit: 's' },
          { name: 'longWatchesPerPage', better: 'higher' },
          { name: 'hidesPerPage', better: 'lower' },
        ],
        guardrails: { p99Ms: 100, creatorShare: 0.2 },
        scale: { users: 1_000_000, items: 1_000_000, eventsPerSecond: 2_000, requestsPerSecond: 100 },
      }),
      subject: 'user',
      item: 'video',
      retrieval: {
        // Quotas were chosen by recall of what is truly best for people, in worlds of other seeds than the demo's.
        sources: [
          itemToItem('watch', {
            where: LONG_WATCH,
            quota: 150,
            model: { l2: 500, maxItems: 1_200, side: 'items' },
          }),
          twoTower('watch', {
            where: LONG_WATCH,
            user: ['user.country', { path: 'user.birthYear', band: 10 }, 'user.device'],
            item: ['video.genres', 'video.creator', 'video.language', 'video.title'],
            history: 20,
            quota: 100,
            model: { bits: 15, maxExamples: 40_000, epochs: 5 },
          }),
          popularIn('watch', { by: 'user.country', halfLife: '3d', where: LONG_WATCH, quota: 120 }),
          trending('watch', { halfLife: '12h', where: LONG_WATCH, quota: 120 }),
          becauseYouWatched('watch', { where: LONG_WATCH, quota: 40, model: { shrinkage: 3, neighbours: 60 } }),
          similarContent('watch', {
            where: LONG_WATCH,
            of: ['video.genres', 'video.creator', 'video.language'],
            quota: 30,
          }),
          fresh({ by: 'video.publishedAt', maxAge: '3d', quota: 30 }),
          flagged({ by: 'video.sponsored', quota: 10 }),
        ],
        filters: [seen('watch'), hidden('hide'), blocked('block', { field: 'creator', of: 'video.creator' })],
        candidates: 300,
      },
      // What a page is for, in public: a long watch counts 1, and what that is worth in other things.
      ranking: valueRanker({
        objectives: {
          longWatch: lambdaMart(followedBy('watch', LONG_WATCH)),
          watch: logisticRanker({ ...followedBy('watch'), model: { basis: 'piecewise' } }),
          share: logisticRanker(followedBy('share')),
          hide: logisticRanker(followedBy('hide')),
        },
        value: { longWatch: 1, watch: 0.3, share: 2, hide: -5 },
        main: 'longWatch',
      }),
      light: {
        ranking: logisticRanker({
          ...followedBy('watch', LONG_WATCH),
          features: LIGHT_FEATURES,
          model: { basis: 'piecewise' },
        }),
        keep: 120,
      },
      fallback: logisticRanker({ ...followedBy('watch', LONG_WATCH), model: { basis: 'piecewise' } }),
      reranking: [
        deduplicate('video.title'),
        diversify({ by: 'video.genres', lambda: 0.7 }),
        cap({ by: 'video.creator', perPage: 2 }),
        sponsored({ slots: [3, 10], minimumDistance: 5 }),
        exploration({ slots: [5] }),
      ],
      // One place in fifty is for learning about what is new: good work finds its people on its first day.
      exploration: explore({
        newItems: { by: 'video.publishedAt', maxAge: '3d', exposures: 100 },
        success: { event: 'watch', where: LONG_WATCH },
        prior: { successes: 1, exposures: 10, by: 'video.creator' },
        budgetShare: 0.02,
      }),
      sponsored: 'video.sponsored',
    }),
  },
})

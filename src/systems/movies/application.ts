import { defineApp, rankingSystem } from '../../application/index.ts'
import { defineFeatures } from '../../features/index.ts'
import { defineProblem } from '../../problem/index.ts'
import { candidates, logisticRanker } from '../../ranking/index.ts'
import { deduplicate, diversify } from '../../reranking/index.ts'
import {
  becauseYouWatched,
  fresh,
  hidden,
  itemToItem,
  popularIn,
  seen,
  similarContent,
  trending,
} from '../../retrieval/index.ts'
import { moviesSchema } from './schema.ts'

/** A film that was liked: four stars or more. */
const LIKED = { stars: { min: 4 } }

export const moviesFeatures = defineFeatures(moviesSchema, (f) => {
  const rated = f.count('rating', { by: 'video', window: '365d' })
  return {
    userAge: f.attribute('user.age'),
    videoAge: f.daysSince('video.publishedAt'),
    videoMeanStars: f.ratio(f.sum('rating', 'stars', { by: 'video', window: '365d' }), rated, { prior: [17, 5] }),
    videoRatings: f.counts('rating', { by: 'video', windows: ['7d', '30d', '365d'] }),
    videoLikes: f.counts('rating', { by: 'video', windows: ['7d', '30d', '365d'], where: LIKED }),
    videoTrend: f.trend('rating', { of: 'video', halfLife: '14d', where: LIKED }),
    videoTrendInGender: f.trend('rating', { of: 'video', by: 'user.gender', halfLife: '60d', where: LIKED }),
    videoTrendInOccupation: f.trend('rating', { of: 'video', by: 'user.occupation', halfLife: '60d', where: LIKED }),
    userRatings: f.counts('rating', { by: 'user', windows: ['1h', '1d', '365d'] }),
    userMeanStars: f.ratio(
      f.sum('rating', 'stars', { by: 'user', window: '365d' }),
      f.count('rating', { by: 'user', window: '365d' }),
      { prior: [17, 5] },
    ),
    genreAffinity: f.affinity('rating', { by: 'user', of: 'video.genres', halfLife: '90d', where: LIKED }),
    genreAffinityNow: f.affinity('rating', { by: 'user', of: 'video.genres', halfLife: '1h', where: LIKED }),
    genreRated: f.affinity('rating', { by: 'user', of: 'video.genres', halfLife: '90d' }),
    genreOfLast: f.recentShare('rating', { by: 'user', of: 'video', path: 'video.genres', length: 5, where: LIKED }),
    closeness: f.closeness('rating', { by: 'user', of: 'video', length: 50, where: LIKED }),
    closenessToLast: f.closeness('rating', { by: 'user', of: 'video', length: 5 }),
  }
})

/**
 * Films to see next, learnt from ratings; made for the MovieLens and MovieTweetings files. Its numbers were chosen on
 * the first 80 % of the likes of ML-100K, MovieTweetings and ML-1M, cut again by time.
 */
export const moviesApplication = defineApp({
  name: 'movies',
  schema: moviesSchema,
  features: moviesFeatures,
  systems: {
    home: rankingSystem({
      problem: defineProblem({
        task: 'ranking',
        objective: 'rating',
        success: [
          { name: 'likedPerPage', better: 'higher' },
          { name: 'hidesPerPage', better: 'lower' },
        ],
        guardrails: { p99Ms: 100 },
        scale: { users: 200_000, items: 100_000, eventsPerSecond: 100, requestsPerSecond: 50 },
      }),
      subject: 'user',
      item: 'video',
      retrieval: {
        sources: [
          itemToItem('rating', { where: LIKED, quota: 150, model: { l2: 200, maxItems: 4_000 } }),
          becauseYouWatched('rating', { where: LIKED, quota: 60, model: { shrinkage: 10, neighbours: 100 } }),
          similarContent('rating', { where: LIKED, of: ['video.genres'], quota: 30 }),
          popularIn('rating', { by: 'user.occupation', halfLife: '60d', where: LIKED, quota: 40 }),
          trending('rating', { halfLife: '7d', where: LIKED, quota: 150 }),
          fresh({ by: 'video.publishedAt', maxAge: '365d', quota: 10 }),
        ],
        filters: [seen('rating'), hidden('hide')],
        candidates: 300,
      },
      ranking: logisticRanker({
        label: { event: 'rating', where: LIKED, within: '1d' },
        examples: candidates({ negatives: 50 }),
        // Lines, not curves: counts grow with the set, and a curve is level beyond what it learnt on.
        model: { l2: 10 },
      }),
      reranking: [deduplicate('video.title'), diversify({ by: 'video.genres', lambda: 0.7 })],
    }),
  },
})

import { type Application, defineApp, type Exploration, type LightStage, rankingSystem } from '../application/index.ts'
import { defineFeatures } from '../features/index.ts'
import { HOUR_MS, MINUTE_MS, type Random, randomFrom } from '../foundation/index.ts'
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
} from '../problem/index.ts'
import { exposures, logisticRanker, type Ranker } from '../ranking/index.ts'
import { cap, deduplicate, diversify, exploration, sponsored } from '../reranking/index.ts'
import { becauseYouWatched, blocked, type CandidateSource, fresh, hidden, seen, trending } from '../retrieval/index.ts'

const LONG_WATCH = { seconds: { min: 30 } }
const GENRES = ['sea', 'sky', 'land']
/** When the first event of {@link smallVideoEvents} happens: 1 January 2026, UTC. */
export const SMALL_START_MS = Date.UTC(2026, 0, 1)

const schema = defineSchema({
  entities: {
    user: { country: category() },
    video: {
      title: text(),
      genres: categories(),
      creator: category(),
      publishedAt: timestamp(),
      sponsored: boolean().optional(),
    },
  },
  events: {
    impression: { user: ref('user'), video: ref('video'), position: integer({ min: 1 }), decision: id() },
    watch: { user: ref('user'), video: ref('video'), seconds: number({ min: 0 }) },
    hide: { user: ref('user'), video: ref('video') },
    block: { user: ref('user'), creator: category() },
  },
})

const features = defineFeatures(schema, (f) => ({
  videoAge: f.daysSince('video.publishedAt'),
  watchRate: f.ratio(
    f.count('watch', { by: 'video', window: '7d', where: LONG_WATCH }),
    f.count('impression', { by: 'video', window: '7d' }),
    { prior: [1, 4] },
  ),
  genreAffinity: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '7d', where: LONG_WATCH }),
  sinceLastWatch: f.sinceLast('watch', { by: 'user' }),
}))

/** What a test may add to {@link smallVideoService}, or put in the place of a part. */
export interface SmallVideoOptions {
  /** Sources beside the service's own. */
  readonly sources?: readonly CandidateSource[]
  readonly ranking?: Ranker
  readonly fallback?: Ranker
  readonly light?: LightStage
  /** With the fourth place of a page for it. */
  readonly exploration?: Exploration
  readonly budgetMs?: number
}

/** The ranker of the small service. */
export const smallRanker: Ranker = logisticRanker({
  label: { event: 'watch', where: LONG_WATCH, within: '30m' },
  examples: exposures('impression', { group: 'decision' }),
})

/** A video service with every kind of part and little of each, for tests of what runs on an application. */
export function smallVideoService(options: SmallVideoOptions = {}): Application {
  const { sources = [], ranking = smallRanker, fallback, light, exploration: explored, budgetMs = 1_000 } = options
  const home = rankingSystem({
    problem: defineProblem({
      task: 'ranking',
      objective: 'watch',
      success: [{ name: 'longWatchesPerPage', better: 'higher' }],
      guardrails: { p99Ms: 100 },
      scale: { users: 100, items: 100, eventsPerSecond: 1, requestsPerSecond: 1 },
    }),
    subject: 'user',
    item: 'video',
    retrieval: {
      sources: [
        becauseYouWatched('watch', { where: LONG_WATCH, model: { shrinkage: 3, neighbours: 20 } }),
        trending('watch', { halfLife: '12h', where: LONG_WATCH }),
        fresh({ by: 'video.publishedAt', maxAge: '30d' }),
        ...sources,
      ],
      filters: [seen('watch'), hidden('hide'), blocked('block', { field: 'creator', of: 'video.creator' })],
      candidates: 40,
    },
    ranking,
    ...(fallback ? { fallback } : {}),
    ...(light ? { light } : {}),
    ...(explored ? { exploration: explored } : {}),
    reranking: [
      deduplicate('video.title'),
      diversify({ by: 'video.genres', lambda: 0.8 }),
      cap({ by: 'video.creator', perPage: 2 }),
      sponsored({ slots: [3], minimumDistance: 3 }),
      ...(explored ? [exploration({ slots: [4] })] : []),
    ],
    page: { limit: 10, maxLimit: 20 },
    sponsored: 'video.sponsored',
    budgetMs,
  })
  return defineApp({ name: 'small-video', schema, features, systems: { home } })
}

/** An event as a client sends it. */
export type SmallEvent = Readonly<Record<string, unknown>> & { readonly id: string; readonly at: number }

/**
 * The events of a small service: everybody and everything is described, then people who like one genre each are shown
 * a page of five videos an hour at random and mostly watch what is theirs. In order of time.
 */
export function smallVideoEvents(size: { users: number; videos: number; hours: number; seed: number }): SmallEvent[] {
  const { users, videos, hours, seed } = size
  const random = randomFrom(seed, 'small-video')
  const events = [
    ...Array.from({ length: users }, (_, index) => describedUser(index)),
    ...Array.from({ length: videos }, (_, index) => describedVideo(index)),
  ]
  for (let hour = 1; hour <= hours; hour++) {
    for (let user = 0; user < users; user++) events.push(...session({ user, hour, videos }, random))
  }
  return events.sort((a, b) => a.at - b.at)
}

function describedUser(index: number): SmallEvent {
  const country = index % 2 === 0 ? 'de' : 'fr'
  return { id: `user-${index}`, type: 'user', at: SMALL_START_MS, user: `u${index}`, country }
}

function describedVideo(index: number): SmallEvent {
  return {
    id: `video-${index}`,
    type: 'video',
    at: SMALL_START_MS,
    video: `v${index}`,
    title: `Video ${index}`,
    genres: [genreOf(index)],
    creator: `c${index % 12}`,
    publishedAt: SMALL_START_MS - index * HOUR_MS,
    sponsored: index % 20 === 7,
  }
}

function session({ user, hour, videos }: { user: number; hour: number; videos: number }, random: Random): SmallEvent[] {
  const decision = `s-${user}-${hour}`
  const at = SMALL_START_MS + hour * HOUR_MS + user * 1_000
  const shown = new Set<number>()
  while (shown.size < Math.min(5, videos)) shown.add(random.integer(videos))
  return [...shown].flatMap((video, place) => {
    const who = { user: `u${user}`, video: `v${video}` }
    const key = `${decision}-${place}`
    const impression = { id: `i-${key}`, type: 'impression', at, ...who, position: place + 1, decision }
    const likes = genreOf(video) === genreOf(user) ? 0.7 : 0.1
    if (random.uniform() >= likes) return [impression]
    return [impression, { id: `w-${key}`, type: 'watch', at: at + (place + 1) * MINUTE_MS, ...who, seconds: 60 }]
  })
}

function genreOf(index: number): string {
  return GENRES[index % GENRES.length] ?? ''
}

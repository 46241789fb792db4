import { writeSync } from 'node:fs'
import { defineFeatures } from '../../src/features/index.ts'
import { DAY_MS, HOUR_MS, randomFrom } from '../../src/foundation/index.ts'
import { categories, category, defineSchema, id, integer, number, ref, timestamp } from '../../src/problem/index.ts'

export const USERS = 20_000
export const VIDEOS = 5_000
const START_MS = Date.UTC(2026, 0, 1)
const LONG = { seconds: { min: 30 } }
const TYPES = ['impression', 'watch', 'like', 'share', 'hide'] as const

export const schema = defineSchema({
  entities: {
    user: { country: category(), birthYear: integer() },
    video: {
      genres: categories(),
      creator: category(),
      origin: category(),
      publishedAt: timestamp(),
      quality: number(),
    },
  },
  events: {
    impression: { user: ref('user'), video: ref('video'), position: integer(), decision: id() },
    watch: { user: ref('user'), video: ref('video'), seconds: number() },
    like: { user: ref('user'), video: ref('video') },
    share: { user: ref('user'), video: ref('video') },
    hide: { user: ref('user'), video: ref('video') },
  },
})

/** What the twenty features are, for the report. */
export const TWENTY =
  '4 static, 11 windows (5 by user, 4 by video, 2 by a pair), 2 ratios, time since, affinity, last-n'

/** Twenty features of the kinds that a video service has. */
export const twentyFeatures = defineFeatures(schema, (f) => ({
  age: f.attribute('user.birthYear').ageInYears(),
  quality: f.attribute('video.quality'),
  videoAge: f.daysSince('video.publishedAt'),
  isHome: f.same('user.country', 'video.origin'),
  userWatches: f.count('watch', { by: 'user', window: '1d' }),
  userShown: f.count('impression', { by: 'user', window: '1h' }),
  userLikes: f.count('like', { by: 'user', window: '7d' }),
  userHides: f.count('hide', { by: 'user', window: '7d' }),
  userSeconds: f.sum('watch', 'seconds', { by: 'user', window: '7d' }),
  videoWatches: f.count('watch', { by: 'video', window: '7d' }),
  videoShown: f.count('impression', { by: 'video', window: '7d' }),
  videoShares: f.count('share', { by: 'video', window: '1d' }),
  videoSeconds: f.sum('watch', 'seconds', { by: 'video', window: '1d' }),
  creatorWatches: f.count('watch', { by: ['user', 'video.creator'], window: '7d' }),
  pairShown: f.count('impression', { by: ['user', 'video'], window: '1d' }),
  watchRate: f.ratio(
    f.count('watch', { by: 'video', window: '7d', where: LONG }),
    f.count('impression', { by: 'video', window: '7d' }),
    { prior: [0.6, 10] },
  ),
  likeRate: f.ratio(f.count('like', { by: 'video', window: '7d' }), f.count('watch', { by: 'video', window: '7d' }), {
    prior: [0.1, 10],
  }),
  sinceWatch: f.sinceLast('watch', { by: 'user' }),
  genreAffinity: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '14d', where: LONG }),
  recentGenres: f.recentShare('watch', { by: 'user', of: 'video', path: 'video.genres', length: 5 }),
}))

/** Thirty columns to fill for many items: what is shared by a request, what differs by item, and pairs. */
export const thirtyColumns = defineFeatures(schema, (f) => ({
  age: f.attribute('user.birthYear').ageInYears(),
  quality: f.attribute('video.quality'),
  videoAge: f.daysSince('video.publishedAt'),
  isHome: f.same('user.country', 'video.origin'),
  hour: f.hourOfDay(),
  weekday: f.dayOfWeek(),
  userWatches: f.counts('watch', { by: 'user', windows: ['1h', '1d', '7d'] }),
  userSeconds: f.sum('watch', 'seconds', { by: 'user', window: '7d' }),
  userShown: f.counts('impression', { by: 'user', windows: ['1h', '1d'] }),
  videoWatches: f.counts('watch', { by: 'video', windows: ['1h', '1d', '7d'] }),
  videoShown: f.counts('impression', { by: 'video', windows: ['1h', '1d', '7d'] }),
  videoSeconds: f.sum('watch', 'seconds', { by: 'video', window: '1d' }),
  videoLikes: f.count('like', { by: 'video', window: '7d' }),
  creatorWatches: f.count('watch', { by: ['user', 'video.creator'], window: '7d' }),
  pairShown: f.count('impression', { by: ['user', 'video'], window: '7d' }),
  watchRate: f.ratio(
    f.count('watch', { by: 'video', window: '7d', where: LONG }),
    f.count('impression', { by: 'video', window: '7d' }),
    { prior: [0.6, 10] },
  ),
  likeRate: f.ratio(f.count('like', { by: 'video', window: '7d' }), f.count('watch', { by: 'video', window: '7d' }), {
    prior: [0.1, 10],
  }),
  sinceWatch: f.sinceLast('watch', { by: 'user' }),
  genreAffinity: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '14d', where: LONG }),
  creatorAffinity: f.affinity('watch', { by: 'user', of: 'video.creator', halfLife: '14d' }),
  recentGenres: f.recentShare('watch', { by: 'user', of: 'video', path: 'video.genres', length: 5 }),
  trend: f.trend('watch', { of: 'video', halfLife: '6h' }),
  videoShares: f.count('share', { by: 'video', window: '7d' }),
}))

const WINDOWS = ['5m', '1h', '6h', '1d', '7d'] as const

/** Fifty columns of one key: windows of every event, sums, long watches, ratios, times since. */
export const fiftyOfOneKey = defineFeatures(schema, (f) => ({
  impressions: f.counts('impression', { by: 'user', windows: WINDOWS }),
  watches: f.counts('watch', { by: 'user', windows: WINDOWS }),
  likes: f.counts('like', { by: 'user', windows: WINDOWS }),
  shares: f.counts('share', { by: 'user', windows: WINDOWS }),
  hides: f.counts('hide', { by: 'user', windows: WINDOWS }),
  longWatches: f.counts('watch', { by: 'user', windows: WINDOWS, where: LONG }),
  ...Object.fromEntries(
    WINDOWS.flatMap((window) => {
      const seconds = f.sum('watch', 'seconds', { by: 'user', window })
      const watches = f.count('watch', { by: 'user', window })
      return [
        [`seconds${window}`, seconds],
        [`secondsPerWatch${window}`, f.ratio(seconds, watches, { prior: [30, 1] })],
        [`watchRate${window}`, f.ratio(watches, f.count('impression', { by: 'user', window }), { prior: [1, 2] })],
      ]
    }),
  ),
  sinceWatch: f.sinceLast('watch', { by: 'user' }),
  sinceLike: f.sinceLast('like', { by: 'user' }),
  sinceHide: f.sinceLast('hide', { by: 'user' }),
  age: f.attribute('user.birthYear').ageInYears(),
  hour: f.hourOfDay(),
}))

/** Windows alone, none of them another's: what one costs when an event is applied. */
export const windowsAlone = defineFeatures(schema, (f) => ({
  user: f.count('watch', { by: 'user', window: '7d' }),
  video: f.count('watch', { by: 'video', window: '7d' }),
  creator: f.count('watch', { by: 'video.creator', window: '7d' }),
  pair: f.count('watch', { by: ['user', 'video.creator'], window: '7d' }),
  userLong: f.count('watch', { by: 'user', window: '7d', where: LONG }),
  userSeconds: f.sum('watch', 'seconds', { by: 'user', window: '7d' }),
  videoSeconds: f.sum('watch', 'seconds', { by: 'video', window: '7d' }),
  creatorSeconds: f.sum('watch', 'seconds', { by: 'video.creator', window: '7d' }),
}))

type Sent = { readonly id: string; readonly type: string; readonly at: number; readonly [field: string]: unknown }

/** Who and what there is, then `events` of five types over fourteen days; one in fifty is an hour late. */
export function* importWorld(events: number, seed: number): Generator<Sent> {
  const random = randomFrom(seed, 'import-world')
  const country = () => `n${random.integer(20)}`
  for (let user = 0; user < USERS; user++) {
    const birthYear = 1950 + random.integer(50)
    yield { id: `user${user}`, type: 'user', at: START_MS, user: `u${user}`, country: country(), birthYear }
  }
  for (let video = 0; video < VIDEOS; video++) {
    yield {
      id: `video${video}`,
      type: 'video',
      at: START_MS,
      video: `v${video}`,
      genres: Array.from({ length: 1 + random.integer(3) }, () => `g${random.integer(18)}`),
      creator: `c${random.integer(500)}`,
      origin: country(),
      publishedAt: START_MS - random.integer(100) * DAY_MS,
      quality: random.uniform(),
    }
  }
  for (let index = 0; index < events; index++) {
    const at = START_MS + Math.floor((index / events) * 14 * DAY_MS) - (random.uniform() < 0.02 ? HOUR_MS : 0)
    const user = `u${Math.floor(random.uniform() ** 3 * USERS)}`
    const video = `v${Math.floor(random.uniform() ** 2 * VIDEOS)}`
    const chance = random.uniform()
    const type = TYPES[chance < 0.5 ? 0 : chance < 0.9 ? 1 : chance < 0.95 ? 2 : chance < 0.98 ? 3 : 4] ?? 'hide'
    const id = `e${index}`
    if (type === 'impression')
      yield { id, type, at, user, video, position: 1 + (index % 20), decision: `p${index >> 4}` }
    else if (type === 'watch') yield { id, type, at, user, video, seconds: random.integer(120) }
    else yield { id, type, at, user, video }
  }
}

/** Writes events as NDJSON. */
export function writeNdjson(file: number, events: Iterable<Sent>): number {
  let count = 0
  let lines: string[] = []
  const flush = (): void => {
    if (lines.length > 0) writeSync(file, `${lines.join('\n')}\n`)
    lines = []
  }
  for (const event of events) {
    lines.push(JSON.stringify(event))
    if (++count % 10_000 === 0) flush()
  }
  flush()
  return count
}

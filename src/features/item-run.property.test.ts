import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { MINUTE_MS } from '../foundation/index.ts'
import { categories, category, defineSchema, number, ref, timestamp } from '../problem/index.ts'
import { defineFeatures } from './define-features.ts'
import { FeatureRows } from './feature-rows.ts'
import { FeatureState } from './feature-state.ts'
import { RequestFrame } from './request-frame.ts'

const schema = defineSchema({
  entities: {
    user: { home: category().optional() },
    shop: {},
    video: {
      creator: category(),
      genres: categories().optional(),
      minutes: number().optional(),
      publishedAt: timestamp(),
    },
  },
  events: { watch: { user: ref('user'), shop: ref('shop').optional(), video: ref('video'), seconds: number() } },
})
const windows = ['20m', '3h', '2d'] as const
const long = { where: { seconds: { min: 30 } } } as const

/** Every kind of column that can be read for many items at once, over one, two and three keys. */
const features = defineFeatures(schema, (f) => {
  const shown = f.count('watch', { by: ['user', 'video.creator'], window: '3h' })
  return {
    videoCount: f.counts('watch', { by: 'video', windows }),
    videoSum: f.sum('watch', 'seconds', { by: 'video', windows }),
    creatorCount: f.counts('watch', { by: 'video.creator', windows, ...long }),
    creatorSum: f.sum('watch', 'seconds', { by: 'video.creator', windows }),
    userCount: f.counts('watch', { by: 'user', windows }),
    pairCount: f.counts('watch', { by: ['user', 'video'], windows }),
    pairSum: f.sum('watch', 'seconds', { by: ['user', 'video'], windows }),
    turnedPairCount: f.counts('watch', { by: ['video', 'user'], windows }),
    attributePairSum: f.sum('watch', 'seconds', { by: ['user', 'video.creator'], windows, ...long }),
    tripleCount: f.counts('watch', { by: ['user', 'shop', 'video'], windows }),
    tripleSum: f.sum('watch', 'seconds', { by: ['user', 'shop', 'video.creator'], windows }),
    rate: f.ratio(f.count('watch', { by: 'video', window: '3h', ...long }), shown, { prior: [1, 10] }),
    earlierCount: f.counts('watch', { by: 'video', windows, delay: '45m' }),
    earlierPairSum: f.sum('watch', 'seconds', { by: ['user', 'video'], windows, delay: '45m' }),
    sinceBefore: f.sinceLast('watch', { by: ['user', 'video'], skip: 1 }),
    sinceVideo: f.sinceLast('watch', { by: 'video' }),
    sinceCreator: f.sinceLast('watch', { by: 'video.creator' }),
    sincePair: f.sinceLast('watch', { by: ['user', 'video'] }),
    sinceAttributePair: f.sinceLast('watch', { by: ['user', 'video.creator'] }),
    sinceTriple: f.sinceLast('watch', { by: ['user', 'shop', 'video'] }),
    minutes: f.attribute('video.minutes'),
    freshMinutes: f.attribute('video.minutes', { freshness: '3h' }),
    age: f.daysSince('video.publishedAt'),
    genreAffinity: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '1d' }),
    creatorAffinity: f.affinity('watch', { by: 'user', of: 'video.creator', halfLife: '3h', ...long }),
    videosOwnAffinity: f.affinity('watch', { by: 'video', of: 'video.genres', halfLife: '3h' }),
    homeAffinity: f.affinity('watch', { by: 'video', of: 'user.home', halfLife: '3h' }),
    genreShare: f.recentShare('watch', { by: 'user', of: 'video', path: 'video.genres', length: 3 }),
    longGenreShare: f.recentShare('watch', { by: 'user', of: 'video', path: 'video.genres', length: 40 }),
    creatorShare: f.recentShare('watch', { by: 'user', of: 'video', path: 'video.creator', length: 3 }),
    closeness: f.closeness('watch', { by: 'user', of: 'video', length: 5 }),
    trend: f.trend('watch', { of: 'video', halfLife: '3h' }),
    trendAtHome: f.trend('watch', { of: 'video', by: 'user.home', halfLife: '3h' }),
    userTrend: f.trend('watch', { of: 'user', by: 'video.creator', halfLife: '3h' }),
  }
})

const START = Date.UTC(2026, 0, 1)
const USERS = 4
const SHOPS = 3
/** Minutes behind the newest event: often so few that a window begins at the very moment of some event. */
const lateness = fc.oneof(fc.integer({ min: -60, max: 200 }), fc.integer({ min: -300, max: 3000 }))
/** More than the readers look at side by side, and not a multiple of it. */
const VIDEOS = 37

const watch = fc.record({
  /** Minutes since the one before: mostly onwards, some at once, some late by up to three days. */
  move: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 30 }) },
    { weight: 2, arbitrary: fc.integer({ min: -4320, max: 0 }) },
  ),
  user: fc.nat(USERS - 1),
  /** A number beyond the last: none. */
  shop: fc.nat(SHOPS),
  // Few videos are watched often, so that rings of many sizes lie beside empty ones.
  video: fc.oneof(fc.nat(2), fc.nat(VIDEOS - 3)),
  seconds: fc.double({ min: 0, max: 100, noNaN: true }),
})

type Watch = typeof watch extends fc.Arbitrary<infer T> ? T : never

/** A state with videos and nothing watched, and what applies watches and tells the time. */
function openState() {
  const state = new FeatureState(schema, features.aggregates)
  const apply = (type: string, at: number, fields: object) =>
    state.apply(state.offset + 1, { id: 'any', type, at, ...fields })
  for (let video = 0; video < VIDEOS; video++) {
    const creator = video % 5 === 4 ? {} : { creator: `c${video % 7}` }
    const genres = video % 6 === 5 ? {} : { genres: [`g${video % 3}`, `g${video % 5}`, 'g1'].slice(video % 3) }
    const minutes = video % 4 === 3 ? {} : { minutes: video / 3 }
    apply('video', START, { video: `v${video}`, publishedAt: START - video, ...creator, ...genres, ...minutes })
  }
  // The last user is not described.
  for (let user = 0; user < USERS - 1; user++) apply('user', START, { user: `u${user}`, home: `h${user % 2}` })
  let now = START
  const applyAll = (watches: readonly Watch[]): number => {
    for (const { move, user, shop, video, seconds } of watches) {
      const at = now + move * MINUTE_MS
      if (move >= 0) now = at
      const where = shop < SHOPS ? { shop: `s${shop}` } : {}
      apply('watch', at, { user: `u${user}`, video: `v${video}`, seconds, ...where })
    }
    return now
  }
  return { state, applyAll }
}

describe('rows of many items', () => {
  it('hold what each item reads alone through the plain readers, to the bit, whatever was read and written before', () => {
    fc.assert(
      fc.property(fc.array(watch, { maxLength: 250, size: 'max' }), lateness, fc.nat(250), (watches, later, cut) => {
        const { state, applyAll } = openState()
        const side = new FeatureRows(features, state, 'video')
        const alone = new FeatureRows(features, state)
        const items = [...Array(VIDEOS + 2).keys(), -1, 0, 0, 5]
        const together = new Float64Array(items.length * side.width)
        const one = new Float64Array(side.width)
        const compare = (user: number, at: number): void => {
          const frame = new RequestFrame(schema).bind('user', user).bind('shop', (user + 1) % SHOPS)
          frame.at = at
          side.fill(frame, items, together)
          for (const [row, item] of items.entries()) {
            alone.fill(frame.bind('video', item), [-1], one)
            const got = together.subarray(row * side.width, (row + 1) * side.width)
            assert.deepEqual(got, one, `user ${user}, video ${item}`)
          }
        }
        compare(0, applyAll(watches.slice(0, cut)))
        const now = applyAll(watches.slice(cut))
        compare(1, now)
        for (let user = -1; user <= USERS; user++) compare(user, now + later * MINUTE_MS)
      }),
      { seed: 31, numRuns: 100 },
    )
  })
})

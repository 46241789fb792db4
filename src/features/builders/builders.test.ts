import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HOUR_MS } from '../../foundation/index.ts'
import { boolean, categories, category, defineSchema, integer, number, ref, timestamp } from '../../problem/index.ts'
import { defineFeatures } from '../define-features.ts'
import type { Feature } from '../feature.ts'
import { FeatureRows } from '../feature-rows.ts'
import { FeatureState } from '../feature-state.ts'
import { RequestFrame } from '../request-frame.ts'
import type { FeatureBuilder } from './feature-builder.ts'

const schema = defineSchema({
  entities: {
    user: { country: category(), birthYear: integer() },
    video: {
      genres: categories(),
      creator: category(),
      origin: category(),
      isLive: boolean(),
      publishedAt: timestamp(),
    },
  },
  events: { watch: { user: ref('user'), video: ref('video'), seconds: number() } },
})
/** A Thursday, 12:00 UTC. */
const NOW = Date.UTC(2026, 0, 1, 12)

const DESCRIBED = [
  { type: 'user', user: 'ada', country: 'FI', birthYear: 1990 },
  {
    type: 'video',
    video: 'tides',
    genres: ['sea', 'nature'],
    creator: 'c1',
    origin: 'FI',
    isLive: true,
    publishedAt: NOW - 36 * HOUR_MS,
  },
  { type: 'video', video: 'reef', genres: ['sea'], creator: 'c1', origin: 'SE' },
  { type: 'video', video: 'wedding', genres: ['family'], creator: 'c2' },
]
/** Hours before now, who, what, how long. */
const WATCHED = [
  [4, 'ada', 'tides', 100],
  [2, 'ada', 'reef', 20],
  [1, 'ben', 'reef', 10],
  [1, 'ben', 'wedding', 5],
  [0, 'ada', 'wedding', 30],
] as const

/** The columns of one feature for a user and a video, now. */
function valuesOf(
  define: (builder: FeatureBuilder<typeof schema>) => Feature,
  user: string,
  video: string,
  at = NOW,
): number[] {
  const features = defineFeatures(schema, (builder) => ({ feature: define(builder) }))
  const state = new FeatureState(schema, features.aggregates)
  for (const fields of DESCRIBED) state.apply(state.offset + 1, { id: '', at: NOW - 100 * HOUR_MS, ...fields })
  for (const [hours, who, what, seconds] of WATCHED) {
    const record = { id: '', type: 'watch', at: NOW - hours * HOUR_MS, user: who, video: what, seconds }
    state.apply(state.offset + 1, record)
  }
  const frame = new RequestFrame(schema).bind('user', state.attributes.keys('user').find(user))
  frame.at = at
  const rows = new FeatureRows(features, state, 'video')
  const out = new Float64Array(rows.width)
  rows.fill(frame, [state.attributes.keys('video').find(video)], out)
  return [...out]
}

describe('static features', () => {
  it('read a number, a boolean as 0 or 1, and NaN for what is not known', () => {
    assert.deepEqual(
      valuesOf((f) => f.attribute('user.birthYear'), 'ada', 'reef'),
      [1990],
    )
    assert.deepEqual(
      valuesOf((f) => f.attribute('user.birthYear'), 'ben', 'reef'),
      [Number.NaN],
    )
    assert.deepEqual(
      valuesOf((f) => f.attribute('video.isLive'), 'ada', 'tides'),
      [1],
    )
    assert.deepEqual(
      valuesOf((f) => f.attribute('video.isLive'), 'ada', 'reef'),
      [Number.NaN],
    )
  })

  it('take an age from 1 January of the year of birth', () => {
    const [age] = valuesOf((f) => f.attribute('user.birthYear').ageInYears(), 'ada', 'reef')
    assert.ok(Math.abs(age! - 36) < 0.01, `${age}`)
  })

  it('count days since a timestamp, negative before it', () => {
    assert.deepEqual(
      valuesOf((f) => f.daysSince('video.publishedAt'), 'ada', 'tides'),
      [1.5],
    )
    assert.deepEqual(
      valuesOf((f) => f.daysSince('video.publishedAt'), 'ada', 'tides', NOW - 60 * HOUR_MS),
      [-1],
    )
    assert.deepEqual(
      valuesOf((f) => f.daysSince('video.publishedAt'), 'ada', 'reef'),
      [Number.NaN],
    )
  })

  it('compare categories of two entities', () => {
    const same = (user: string, video: string) => valuesOf((f) => f.same('user.country', 'video.origin'), user, video)
    assert.deepEqual(same('ada', 'tides'), [1])
    assert.deepEqual(same('ada', 'reef'), [0])
    assert.deepEqual(same('ada', 'wedding'), [Number.NaN])
    assert.deepEqual(same('ben', 'tides'), [Number.NaN])
  })

  it('give each listed value a column', () => {
    const genres = (video: string) =>
      valuesOf((f) => f.oneOf('video.genres', ['sea', 'nature', 'never seen']), 'ada', video)
    assert.deepEqual(genres('tides'), [1, 1, 0])
    assert.deepEqual(genres('wedding'), [0, 0, 0])
    assert.deepEqual(genres('nobody knows'), [Number.NaN, Number.NaN, Number.NaN])
    assert.deepEqual(
      valuesOf((f) => f.oneOf('video.creator', ['c1', 'c2']), 'ada', 'wedding'),
      [0, 1],
    )
  })

  it('know the hour and the day in UTC, Monday being 0', () => {
    assert.deepEqual(
      valuesOf((f) => f.hourOfDay(), 'ada', 'reef', NOW + 1_800_000),
      [12.5],
    )
    assert.deepEqual(
      valuesOf((f) => f.dayOfWeek(), 'ada', 'reef'),
      [3],
    )
    assert.deepEqual(
      valuesOf((f) => f.dayOfWeek(), 'ada', 'reef', Date.UTC(2026, 0, 4, 23, 59)),
      [6],
    )
    assert.deepEqual(
      valuesOf((f) => f.dayOfWeek(), 'ada', 'reef', Date.UTC(2026, 0, 5)),
      [0],
    )
  })
})

describe('windows', () => {
  it('hold what happened now and leave out what happened exactly a window ago', () => {
    const mine = valuesOf(
      (f) => f.counts('watch', { by: 'user', windows: ['1s', '2h', '3h', '4h', '5h'] }),
      'ada',
      'reef',
    )
    assert.deepEqual(mine, [1, 1, 2, 2, 3])
  })

  it('count and sum by item, by a category of it, and by a pair', () => {
    assert.deepEqual(
      valuesOf((f) => f.count('watch', { by: 'video', window: '1d' }), 'ada', 'reef'),
      [2],
    )
    assert.deepEqual(
      valuesOf((f) => f.sum('watch', 'seconds', { by: 'video.creator', window: '1d' }), 'ada', 'tides'),
      [130],
    )
    const pair = (user: string) =>
      valuesOf((f) => f.sum('watch', 'seconds', { by: ['user', 'video.creator'], window: '1d' }), user, 'tides')
    assert.deepEqual(pair('ada'), [120])
    assert.deepEqual(pair('ben'), [10])
    assert.deepEqual(pair('stranger'), [0])
  })

  it('count what satisfies a condition, ends included', () => {
    const long = (min: number) =>
      valuesOf((f) => f.count('watch', { by: 'user', window: '1d', where: { seconds: { min } } }), 'ada', 'reef')
    assert.deepEqual(long(30), [2])
    assert.deepEqual(long(31), [1])
  })

  it('make a ratio that starts at its prior', () => {
    const rate = (video: string) =>
      valuesOf(
        (f) =>
          f.ratio(
            f.count('watch', { by: 'video', window: '1d', where: { seconds: { min: 20 } } }),
            f.count('watch', { by: 'video', window: '1d' }),
            { prior: [1, 10] },
          ),
        'ada',
        video,
      )
    assert.deepEqual(rate('reef'), [2 / 12])
    assert.deepEqual(rate('nobody knows'), [0.1])
  })
})

describe('histories', () => {
  it('tell the hours since a key, or a pair of keys, was last seen', () => {
    const since = (user: string, video: string) => [
      ...valuesOf((f) => f.sinceLast('watch', { by: 'video' }), user, video),
      ...valuesOf((f) => f.sinceLast('watch', { by: ['user', 'video'] }), user, video),
    ]
    assert.deepEqual(since('ada', 'reef'), [1, 2])
    assert.deepEqual(since('ben', 'tides'), [4, Number.NaN])
  })

  it('tell the mean share of the candidate’s categories in decayed activity', () => {
    const liking = (user: string, video: string) =>
      valuesOf((f) => f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '2h' }), user, video)
    // ada: tides 4 h ago weighs 1/4, reef 2 h ago 1/2, wedding now 1: 1.75 in all.
    assert.deepEqual(liking('ada', 'reef'), [0.75 / 1.75])
    assert.deepEqual(liking('ada', 'tides'), [1 / 3.5])
    assert.deepEqual(liking('ada', 'nobody knows'), [Number.NaN])
    assert.deepEqual(liking('stranger', 'reef'), [Number.NaN])
  })

  it('tell the share of the last items with a category in common', () => {
    const share = (length: number, video: string, user = 'ada') =>
      valuesOf((f) => f.recentShare('watch', { by: 'user', of: 'video', path: 'video.genres', length }), user, video)
    assert.deepEqual(share(3, 'reef'), [2 / 3])
    assert.deepEqual(share(2, 'reef'), [1 / 2])
    assert.deepEqual(share(1, 'reef'), [0])
    assert.deepEqual(share(3, 'nobody knows'), [0])
    assert.deepEqual(share(3, 'reef', 'stranger'), [Number.NaN])
  })

  it('tell how close the candidate is to the last items', () => {
    const close = (user: string) =>
      valuesOf((f) => f.closeness('watch', { by: 'user', of: 'video', length: 5, shrinkage: 1 }), user, 'tides')
    // ada watched tides, reef (twice in all) and wedding (twice); each pair with tides once.
    assert.deepEqual(close('ada'), [1 / (Math.sqrt(2) + 1) + 1 / (Math.sqrt(2) + 1)])
    assert.deepEqual(close('stranger'), [Number.NaN])
  })

  it('tell a trend overall and in the group of the request', () => {
    const overall = valuesOf((f) => f.trend('watch', { of: 'video', halfLife: '1h' }), 'ada', 'reef')
    assert.deepEqual(overall, [0.75])
    const here = (user: string) =>
      valuesOf((f) => f.trend('watch', { of: 'video', by: 'user.country', halfLife: '1h' }), user, 'reef')
    assert.deepEqual(here('ada'), [0.25])
    assert.deepEqual(here('ben'), [0])
  })
})

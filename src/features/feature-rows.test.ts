import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventRecord } from '../data/index.ts'
import { HOUR_MS, isSluiceError, MINUTE_MS, randomFrom } from '../foundation/index.ts'
import { categories, category, defineSchema, integer, number, ref } from '../problem/index.ts'
import { defineFeatures } from './define-features.ts'
import { FeatureRows } from './feature-rows.ts'
import { FeatureState } from './feature-state.ts'
import { RequestFrame } from './request-frame.ts'

const schema = defineSchema({
  entities: { user: { birthYear: integer() }, video: { genres: categories(), creator: category() } },
  events: { watch: { user: ref('user'), video: ref('video'), seconds: number() } },
})
const START = Date.UTC(2026, 0, 1, 6)
const USERS = 10
const VIDEOS = 30

const features = defineFeatures(schema, (f) => ({
  hour: f.hourOfDay(),
  age: f.attribute('user.birthYear').ageInYears(),
  mine: f.counts('watch', { by: 'user', windows: ['1h', '5h'] }),
  views: f.count('watch', { by: 'video', window: '5h' }),
  rate: f.ratio(
    f.count('watch', { by: 'video', window: '5h', where: { seconds: { min: 30 } } }),
    f.count('watch', { by: 'video', window: '5h' }),
    { prior: [1, 10] },
  ),
  seconds: f.sum('watch', 'seconds', { by: ['user', 'video.creator'], window: '5h' }),
  liking: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '2h' }),
  since: f.sinceLast('watch', { by: 'user' }),
  share: f.recentShare('watch', { by: 'user', of: 'video', path: 'video.genres', length: 5 }),
  close: f.closeness('watch', { by: 'user', of: 'video', length: 5 }),
  trend: f.trend('watch', { of: 'video', halfLife: '1h' }),
}))
/** Columns that hang on the user or the moment alone. */
const PER_REQUEST = ['hour', 'age', 'mine.1h', 'mine.5h', 'since']

function seededState(): FeatureState {
  const random = randomFrom(1, 'rows')
  const state = new FeatureState(schema, features.aggregates)
  const apply = (type: string, at: number, fields: Record<string, unknown>) =>
    state.apply(state.offset + 1, { id: `${state.offset}`, type, at, ...fields })
  for (let user = 0; user < USERS; user++) apply('user', START, { user: `u${user}`, birthYear: 1950 + user })
  for (let video = 0; video < VIDEOS; video++) {
    const genres = ['sea', 'nature', 'family'].filter(() => random.uniform() < 0.5)
    apply('video', START, { video: `v${video}`, genres, creator: `c${video % 7}` })
  }
  for (let minute = 0; minute < 600; minute++) {
    const watch = {
      user: `u${random.integer(USERS)}`,
      video: `v${random.integer(VIDEOS)}`,
      seconds: random.integer(60),
    }
    apply('watch', START + minute * MINUTE_MS, watch)
  }
  return state
}

function frameAt(user: number, at: number): RequestFrame {
  const frame = new RequestFrame(schema).bind('user', user)
  frame.at = at
  return frame
}

function fill(rows: FeatureRows, frame: RequestFrame, items: readonly number[]): Float64Array {
  const out = new Float64Array(items.length * rows.width).fill(-7)
  rows.fill(frame, items, out)
  return out
}

const NOW = START + 10 * HOUR_MS
const ALL_VIDEOS = Array.from({ length: VIDEOS }, (_, video) => video)

describe('feature rows', () => {
  it('are as wide as the set has columns', () => {
    assert.equal(new FeatureRows(features, seededState(), 'video').width, features.columnNames.length)
  })

  it('are the same to the bit in a batch as one by one', () => {
    const state = seededState()
    const rows = new FeatureRows(features, state, 'video')
    const items = [...ALL_VIDEOS, -1, 999, 3, 3]
    for (let user = -1; user < USERS; user++) {
      const batch = fill(rows, frameAt(user, NOW), items)
      for (const [index, item] of items.entries()) {
        const single = fill(rows, frameAt(user, NOW), [item])
        assert.deepEqual(single, batch.slice(index * rows.width, (index + 1) * rows.width))
      }
    }
  })

  it('hold the same value for every item where a column does not depend on the item, and only there', () => {
    const rows = new FeatureRows(features, seededState(), 'video')
    const batch = fill(rows, frameAt(2, NOW), ALL_VIDEOS)
    const constant = features.columnNames.filter(
      (_, column) => new Set(ALL_VIDEOS.map((row) => batch[row * rows.width + column])).size === 1,
    )
    assert.deepEqual(constant, PER_REQUEST)
  })

  it('read the item from the request when none is ranked', () => {
    const state = seededState()
    const scored = fill(new FeatureRows(features, state), frameAt(2, NOW).bind('video', 5), [-1])
    assert.deepEqual(scored, fill(new FeatureRows(features, state, 'video'), frameAt(2, NOW), [5]))
  })

  it('of a stranger and an unknown item are NaN and 0 as documented, and the moment stays known', () => {
    const rows = new FeatureRows(features, seededState(), 'video')
    const values = fill(rows, frameAt(-1, NOW), [-1])
    assert.deepEqual(Object.fromEntries(features.columnNames.map((name, column) => [name, values[column]])), {
      hour: 16,
      age: Number.NaN,
      'mine.1h': 0,
      'mine.5h': 0,
      views: 0,
      rate: 0.1,
      seconds: 0,
      liking: Number.NaN,
      since: Number.NaN,
      share: Number.NaN,
      close: Number.NaN,
      trend: 0,
    })
  })

  it('before an event differ from those after it by that event alone', () => {
    const state = seededState()
    const rows = new FeatureRows(features, state, 'video')
    const others = () => fill(rows, frameAt(4, NOW), [11])
    const named = () => {
      const values = fill(rows, frameAt(2, NOW), [5])
      return Object.fromEntries(features.columnNames.map((name, column) => [name, values[column]!]))
    }
    const [before, beforeOthers] = [named(), others()]
    const watch: EventRecord = { id: 'x', type: 'watch', at: NOW, user: 'u2', video: 'v5', seconds: 40 }
    state.apply(state.offset + 1, watch)
    const after = named()
    for (const [name, step] of [
      ['mine.1h', 1],
      ['mine.5h', 1],
      ['views', 1],
      ['seconds', 40],
      ['trend', 1],
    ] as const) {
      assert.ok(Math.abs(after[name]! - before[name]! - step) < 1e-12, name)
    }
    assert.equal(after.since, 0)
    assert.equal(after.hour, before.hour)
    assert.equal(after.age, before.age)
    assert.deepEqual(others(), beforeOthers)
  })

  it('refuse to rank or to be asked for an entity that the schema does not have', () => {
    const state = seededState()
    assert.throws(
      () => new FeatureRows(features, state, 'channel'),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
    assert.throws(
      () => frameAt(1, NOW).bind('channel', 1),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
  })

  it('refuse a state that does not keep what they read', () => {
    assert.throws(() => new FeatureRows(features, new FeatureState(schema, []), 'video'), /read but not kept/)
  })

  it('leave nothing of an empty batch', () => {
    const rows = new FeatureRows(features, seededState(), 'video')
    assert.equal(fill(rows, frameAt(0, NOW), []).length, 0)
  })
})

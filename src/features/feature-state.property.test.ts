import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { EventRecord } from '../data/index.ts'
import { HOUR_MS } from '../foundation/index.ts'
import { boolean, categories, category, defineSchema, number, ref, text, timestamp } from '../problem/index.ts'
import { defineFeatures } from './define-features.ts'
import { FeatureRows } from './feature-rows.ts'
import { FeatureState } from './feature-state.ts'
import { RequestFrame } from './request-frame.ts'

const schema = defineSchema({
  entities: {
    user: { country: category(), birthYear: number() },
    video: { title: text(), genres: categories(), creator: category(), isLive: boolean(), publishedAt: timestamp() },
  },
  events: { watch: { user: ref('user'), video: ref('video').optional(), seconds: number().optional() } },
})
const START = Date.UTC(2026, 0, 1)

const features = defineFeatures(schema, (f) => ({
  age: f.attribute('user.birthYear'),
  ageOfVideo: f.daysSince('video.publishedAt'),
  counts: f.counts('watch', { by: 'user', windows: ['2h', '10h'] }),
  pair: f.count('watch', { by: ['user', 'video.creator'], window: '20h', where: { seconds: { min: 3 } } }),
  seconds: f.sum('watch', 'seconds', { by: 'video', window: '5h' }),
  affinity: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '3h' }),
  sinceLast: f.sinceLast('watch', { by: ['user', 'video'] }),
  freshAge: f.attribute('user.birthYear', { freshness: '9h' }),
  freshGenres: f.oneOf('video.genres', ['sea'], { freshness: '20h' }),
  three: f.count('watch', { by: ['user', 'video', 'video.creator'], window: '20h' }),
  sinceLastOfFew: f.sinceLast('watch', { by: ['user', 'video.creator'], keep: { pairs: 3 } }),
  affinityOfFew: f.affinity('watch', { by: 'user', of: 'video.creator', halfLife: '3h', keep: { pairs: 2 } }),
  closenessOfFew: f.closeness('watch', { by: 'user', of: 'video', length: 4, keep: { neighbours: 2 } }),
  share: f.recentShare('watch', { by: 'user', of: 'video', path: 'video.genres', length: 3 }),
  closeness: f.closeness('watch', { by: 'user', of: 'video', length: 3 }),
  trend: f.trend('watch', { of: 'video', halfLife: '1m' }),
  trendHere: f.trend('watch', { of: 'video', by: 'user.country', halfLife: '2h' }),
}))
const specs = [
  ...features.aggregates,
  { kind: 'membership', event: 'watch', by: 'user', of: 'video' },
  { kind: 'membership', event: 'watch', by: 'user', of: 'video', pairs: 4 },
] satisfies typeof features.aggregates

const name = fc.constantFrom('a', 'b', 'c', 'd', '__proto__')
const time = fc.integer({ min: 0, max: 60 }).map((hour) => START + hour * HOUR_MS)
const genres = fc.array(fc.constantFrom('sea', 'nature', 'family'), { maxLength: 3 })
/** Watches in any order of time, with descriptions of users and videos among them. */
const record: fc.Arbitrary<EventRecord> = fc
  .oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('watch'),
        at: time,
        user: name,
        video: name,
        seconds: fc.double({ min: 0, max: 9, noNaN: true }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('watch'), at: time, user: name }) },
    {
      weight: 1,
      arbitrary: fc.record(
        { type: fc.constant('user'), at: time, user: name, country: name, birthYear: fc.integer() },
        { requiredKeys: ['type', 'at', 'user'] },
      ),
    },
    {
      weight: 2,
      arbitrary: fc.record(
        {
          type: fc.constant('video'),
          at: time,
          video: name,
          title: fc.string(),
          genres,
          creator: name,
          publishedAt: time,
        },
        { requiredKeys: ['type', 'at', 'video'] },
      ),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('$decision'), at: time }) },
  )
  .map((fields) => ({ id: 'any', ...fields }))
const log = fc.array(record, { maxLength: 120 })

function stateAfter(records: readonly EventRecord[], from = new FeatureState(schema, specs)): FeatureState {
  for (const each of records) from.apply(from.offset + 1, each)
  return from
}

/** Reads every column for every user and video, known and not. */
function readEverything(state: FeatureState, at: number): Float64Array {
  const rows = new FeatureRows(features, state, 'video')
  const users = [-1, 0, 1, 2, 3, 4, 99]
  const items = [-1, 0, 1, 2, 3, 4, 99]
  const out = new Float64Array(users.length * items.length * rows.width)
  for (const [index, user] of users.entries()) {
    const frame = new RequestFrame(schema).bind('user', user)
    frame.at = at
    rows.fill(frame, items, out.subarray(index * items.length * rows.width))
  }
  return out
}

describe('the feature state, for any log', () => {
  it('is the same from a snapshot and the tail as from all of the log, to the byte', () => {
    fc.assert(
      fc.property(log, fc.nat(120), (records, cut) => {
        const whole = stateAfter(records)
        const copy = new FeatureState(schema, specs)
        copy.load(stateAfter(records.slice(0, cut)).save())
        stateAfter(records.slice(cut), copy)
        assert.deepEqual(copy.save(), whole.save())
        assert.deepEqual(readEverything(copy, START + 61 * HOUR_MS), readEverything(whole, START + 61 * HOUR_MS))
        const again = new FeatureState(schema, specs)
        again.load(copy.save())
        assert.deepEqual(again.save(), whole.save())
      }),
      { seed: 13, numRuns: 200 },
    )
  })

  it('is the same whether records are applied one by one or many at once, to the byte', () => {
    fc.assert(
      fc.property(log, fc.nat(120), (records, cut) => {
        const many = [...records, ...records]
        const state = new FeatureState(schema, specs)
        state.applyAll(1, many.slice(0, cut))
        state.applyAll(state.offset + 1, many.slice(cut))
        assert.deepEqual(state.save(), stateAfter(many).save())
        const again = new FeatureState(schema, specs)
        again.applyBatches(
          [0, cut].map((from, index) => ({ firstOffset: from + 1, records: many.slice(from, [cut][index]) })),
        )
        assert.deepEqual(again.save(), state.save())
      }),
      { seed: 15, numRuns: 100 },
    )
  })

  it('is the same from many more records at once than wait for each other', () => {
    const many = Array.from({ length: 20_000 }, (_, index): EventRecord => {
      const [user, video] = [`u${(index * 7) % 50}`, `v${(index * 31) % 90}`]
      if (index % 4999 === 0) return { id: '', type: 'video', at: START, video, creator: user, genres: ['sea', user] }
      return { id: '', type: 'watch', at: START + index * 1000, user, video, seconds: index % 10 }
    })
    const state = new FeatureState(schema, specs)
    state.applyAll(1, many)
    assert.deepEqual(state.save(), stateAfter(many).save())
  })

  it('is not changed by reading', () => {
    fc.assert(
      fc.property(log, (records) => {
        const state = new FeatureState(schema, specs)
        for (const each of records) {
          stateAfter([each], state)
          if (state.offset % 5 === 0) readEverything(state, each.at)
          if (state.offset % 50 === 0) state.save()
        }
        assert.deepEqual(state.save(), stateAfter(records).save())
      }),
      { seed: 17, numRuns: 100 },
    )
  })

  it('reads to the same bits whatever else is kept beside', () => {
    fc.assert(
      fc.property(log, (records) => {
        const longer = defineFeatures(schema, (f) => ({
          counts: f.count('watch', { by: 'user', window: '50h' }),
          seconds: f.sum('watch', 'seconds', { by: 'video', window: '50h' }),
        }))
        const beside = stateAfter(records, new FeatureState(schema, [...longer.aggregates, ...specs]))
        const newest = Math.max(START, beside.newestMs)
        assert.deepEqual(readEverything(beside, newest), readEverything(stateAfter(records), newest))
      }),
      { seed: 19, numRuns: 200 },
    )
  })
})

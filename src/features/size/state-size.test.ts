import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY_MS, HOUR_MS, randomFrom } from '../../foundation/index.ts'
import { categories, category, defineSchema, number, ref, text } from '../../problem/index.ts'
import type { AggregateSpec } from '../aggregates/aggregate.ts'
import { FeatureState } from '../feature-state.ts'
import { estimateStateSize } from './state-size.ts'
import { type StateWorkload, valuesOf } from './state-workload.ts'
import { WorkloadSurvey } from './workload-survey.ts'

const schema = defineSchema({
  entities: {
    user: { country: category() },
    video: { creator: category(), genres: categories(), title: text() },
  },
  events: { watch: { user: ref('user'), video: ref('video'), seconds: number(), device: category() } },
})
const [USERS, VIDEOS, EVENTS, DAYS] = [4_000, 1_500, 70_000, 12]
const where = { seconds: { min: 50 } } as const

const window = { event: 'watch', windowMs: 5 * DAY_MS } as const
const tiled = { ...window, tileMs: HOUR_MS, value: 'seconds' } as const
const SPECS: readonly AggregateSpec[] = [
  { kind: 'series', ...window, by: ['user'] },
  { kind: 'series', ...window, by: ['video'], value: 'seconds', where },
  { kind: 'series', ...window, by: ['user', 'video.creator'] },
  { kind: 'series', ...window, by: ['user', 'video', 'user.country'] },
  { kind: 'tile-totals', ...tiled, by: ['video'] },
  { kind: 'extreme', ...tiled, by: ['video'], side: 'max' },
  { kind: 'quantiles', ...tiled, by: ['user'], bound: 100, error: 0.01 },
  { kind: 'distinct', ...tiled, value: 'device', by: ['user'], bound: 100, precision: 10 },
  { kind: 'decayed-weights', event: 'watch', by: 'user', of: 'video.genres', halfLifeMs: DAY_MS },
  { kind: 'decayed-weights', event: 'watch', by: 'user', of: 'video.creator', halfLifeMs: DAY_MS, pairs: 10_000 },
  { kind: 'last-time', event: 'watch', by: ['user'] },
  { kind: 'last-time', event: 'watch', by: ['user', 'video'] },
  { kind: 'sequence', event: 'watch', by: 'user', of: 'video', length: 10 },
  { kind: 'membership', event: 'watch', by: 'user', of: 'video' },
  { kind: 'trend', event: 'watch', of: 'video', by: 'user.country', halfLifeMs: DAY_MS },
  { kind: 'co-visits', event: 'watch', by: 'user', of: 'video', length: 5 },
  { kind: 'links', event: 'watch', by: 'user', through: ['video'], windowMs: 5 * DAY_MS, hub: 60, nodes: 16 },
  { kind: 'set-times', event: 'user', attribute: 'user.country' },
]
const WORKLOAD: StateWorkload = {
  entities: { user: USERS, video: VIDEOS },
  events: { watch: EVENTS },
  days: DAYS,
  values: { 'video.creator': 200, 'video.genres': 20, 'user.country': 30, 'watch.device': 4 },
  skews: { user: 0, video: 0, 'video.creator': 0, 'video.genres': 0, 'user.country': 0 },
  shares: { [`watch where ${JSON.stringify(where)}`]: 0.5 },
}

/** A log of this workload: every draw even. */
function* records() {
  const random = randomFrom(1, 'size')
  for (let user = 0; user < USERS; user++) {
    yield { id: '', type: 'user', at: 0, user: `u${user}`, country: `c${random.integer(30)}` }
  }
  for (let video = 0; video < VIDEOS; video++) {
    const genres = [`g${random.integer(20)}`, `g${random.integer(20)}`]
    yield { id: '', type: 'video', at: 0, video: `v${video}`, title: 't', creator: `m${random.integer(200)}`, genres }
  }
  for (let index = 0; index < EVENTS; index++) {
    const [user, video] = [`u${random.integer(USERS)}`, `v${random.integer(VIDEOS)}`]
    const fields = { user, video, seconds: random.integer(100), device: `d${random.integer(4)}` }
    yield { id: '', type: 'watch', at: Math.floor((index / EVENTS) * DAYS * DAY_MS), ...fields }
  }
}

describe('the estimated size of a state', () => {
  const state = new FeatureState(schema, SPECS)
  const survey = new WorkloadSurvey(schema, SPECS)
  for (const record of records()) {
    state.apply(state.offset + 1, record)
    survey.add(record)
  }

  it('is that of the state within 25 %, and its snapshot’s within 15 %', () => {
    const parts = estimateStateSize(schema, SPECS, WORKLOAD)
    const reserved = parts.reduce((sum, part) => sum + part.reserved, 0)
    const saved = parts.reduce((sum, part) => sum + part.saved, 0)
    assert.ok(Math.abs(reserved / state.bytes() - 1) < 0.25, `${reserved} for ${state.bytes()}`)
    const bytes = state.save().length
    assert.ok(Math.abs(saved / bytes - 1) < 0.15, `${saved} for ${bytes}`)
  })

  it('has a part for every aggregate, attribute and set of names, each within twice what it takes', () => {
    const parts = estimateStateSize(schema, SPECS, WORKLOAD)
    for (const [index, spec] of SPECS.entries()) {
      const counted = state.aggregate(spec).bytes()
      const { part, reserved, formula } = parts[index]!
      assert.ok(reserved < counted * 2 && reserved > counted / 2, `${part}: ${reserved} for ${counted}`)
      assert.notEqual(formula, '')
    }
    assert.deepEqual(
      parts.slice(SPECS.length).map(({ part }) => part),
      [
        'names of user',
        'attribute user.country',
        'names of video',
        'attribute video.creator',
        'attribute video.genres',
        'attribute video.title',
        'names of categories',
      ],
    )
  })

  it('can be told what a survey of a log found', () => {
    const found = survey.finish()
    assert.deepEqual(found.entities, WORKLOAD.entities)
    assert.deepEqual(found.events, WORKLOAD.events)
    assert.ok(Math.abs(found.days - DAYS) < 0.01)
    for (const path of ['video.creator', 'video.genres', 'user.country', 'watch.device']) {
      assert.equal(valuesOf(found, path), valuesOf(WORKLOAD, path))
    }
    assert.ok(Object.values(found.skews).every((skew) => skew < 0.4))
    for (const [name, share] of Object.entries(WORKLOAD.shares)) {
      assert.ok(Math.abs((found.shares[name] ?? 0) - share) < 0.02)
    }
  })
})

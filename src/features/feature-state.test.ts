import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventRecord } from '../data/index.ts'
import { DAY_MS, HOUR_MS, isSluiceError } from '../foundation/index.ts'
import { category, defineSchema, id, number, ref, text } from '../problem/index.ts'
import type { AggregateSpec, SeriesSpec } from './aggregates/aggregate.ts'
import { FeatureState } from './feature-state.ts'
import { RequestFrame } from './request-frame.ts'

const entities = { user: { country: category() }, video: { title: text(), creator: category() } }
const watch = {
  user: ref('user'),
  video: ref('video'),
  device: category(),
  decision: id().optional(),
  seconds: number(),
}
const schema = defineSchema({ entities, events: { watch, hide: { user: ref('user'), video: ref('video') } } })
const START = Date.UTC(2026, 0, 1)

const series = (windowMs: number): SeriesSpec => ({ kind: 'series', event: 'watch', by: ['user'], windowMs })

function event(type: string, at: number, fields: Record<string, unknown> = {}): EventRecord {
  return { id: `${type}${at}`, type, at, user: 'ada', video: 'v', ...fields }
}

describe('the feature state', () => {
  it('takes records in offset order, each once, and passes over offsets that were erased', () => {
    const state = new FeatureState(schema, [])
    state.apply(2, event('watch', START))
    for (const offset of [2, 1, 0]) assert.throws(() => state.apply(offset, event('watch', START)), /assertion failed/)
    state.apply(5, event('watch', START))
    assert.equal(state.offset, 5)
  })

  it('moves its offset, and nothing else, for a record that Sluice wrote itself', () => {
    const state = new FeatureState(schema, [series(HOUR_MS)])
    state.apply(1, event('$decision', START))
    assert.equal(state.offset, 1)
    assert.equal(state.newestMs, 0)
    assert.equal(state.attributes.keys('user').size, 0)
  })

  it('knows the newest time, which a late record does not turn back', () => {
    const state = new FeatureState(schema, [])
    state.apply(1, event('watch', START + 5))
    state.apply(2, event('watch', START))
    assert.equal(state.newestMs, START + 5)
  })

  it('keeps one series for windows over the same events, as long as the longest', () => {
    for (const order of [
      [series(HOUR_MS), series(10 * DAY_MS)],
      [series(10 * DAY_MS), series(HOUR_MS)],
    ]) {
      const state = new FeatureState(schema, order)
      state.apply(1, event('watch', START))
      state.apply(2, event('watch', START + 9 * DAY_MS))
      const frame = new RequestFrame(schema).bind('user', 0)
      frame.at = START + 9 * DAY_MS
      assert.equal(state.aggregate<'series'>(series(10 * DAY_MS)).counter(10 * DAY_MS)(frame), 2)
      assert.equal(state.aggregate<'series'>(series(HOUR_MS)).counter(HOUR_MS)(frame), 1)
      assert.equal(state.hash, new FeatureState(schema, [series(10 * DAY_MS)]).hash)
    }
  })

  it('says how many bytes its arrays hold, at least 8 for every event of a window that is kept', () => {
    const state = new FeatureState(schema, [series(10 * DAY_MS)])
    const empty = state.bytes()
    for (let index = 0; index < 10_000; index++) state.apply(index + 1, event('watch', START + index))
    const grown = state.bytes() - empty
    assert.ok(grown >= 8 * 9_000 && grown <= 8 * 40_000, `${grown} bytes`)
  })

  it('gives no aggregate that it was not asked to keep', () => {
    const state = new FeatureState(schema, [series(HOUR_MS)])
    assert.throws(() => state.aggregate<'series'>({ ...series(HOUR_MS), event: 'hide' }), /read but not kept/)
  })

  it('does not keep names that no aggregate has for a key, such as the id of every decision', () => {
    const fields = { device: 'tv', decision: 'd1', seconds: 1 }
    const without = new FeatureState(schema, [series(HOUR_MS)])
    without.apply(1, event('watch', START, fields))
    assert.equal(without.attributes.categories.size, 0)
    const byDevice: AggregateSpec = { kind: 'membership', event: 'watch', by: 'user', of: 'device' }
    const with_ = new FeatureState(schema, [byDevice])
    with_.apply(1, event('watch', START, fields))
    assert.equal(with_.attributes.categories.find('tv'), 0)
    assert.ok(with_.aggregate<'membership'>(byDevice).has(0, 0))
  })

  it('counts an event that refers to things nobody described, and one that lacks a reference for none', () => {
    const byVideo: SeriesSpec = { ...series(HOUR_MS), by: ['video'] }
    const byCreator: SeriesSpec = { ...series(HOUR_MS), by: ['video.creator'] }
    const state = new FeatureState(schema, [byVideo, byCreator])
    state.apply(1, event('watch', START, { video: 'never described' }))
    state.apply(2, event('watch', START, { video: undefined }))
    const frame = new RequestFrame(schema).bind('video', state.attributes.keys('video').find('never described'))
    frame.at = START
    assert.equal(state.aggregate<'series'>(byVideo).counter(HOUR_MS)(frame), 1)
    assert.equal(state.aggregate<'series'>(byCreator).counter(HOUR_MS)(frame), 0)
  })

  it('refuses a snapshot of another definition, a torn one, one with more, and one of nothing', () => {
    const state = new FeatureState(schema, [series(HOUR_MS)])
    state.apply(1, event('watch', START))
    const bytes = state.save()
    const refused = (specs: readonly AggregateSpec[], snapshot: Uint8Array) =>
      assert.throws(
        () => new FeatureState(schema, specs).load(snapshot),
        (error) => isSluiceError(error, 'DIRECTORY_CORRUPT'),
      )
    refused([series(2 * HOUR_MS)], bytes)
    refused([], bytes)
    for (const length of [0, 3, 20, bytes.length - 8, bytes.length - 1])
      refused([series(HOUR_MS)], bytes.slice(0, length))
    refused([series(HOUR_MS)], new Uint8Array([...bytes, 0]))
    new FeatureState(schema, [series(HOUR_MS)]).load(bytes)
  })

  it('reads a snapshot of a schema that lists the same entities and fields in another order', () => {
    const turned = <Value extends object>(value: Value) => Object.fromEntries(Object.entries(value).reverse()) as Value
    const other = defineSchema({
      entities: turned({ user: entities.user, video: turned(entities.video) }),
      events: { watch: turned(watch), hide: { user: ref('user'), video: ref('video') } },
    })
    assert.equal(other.hash, schema.hash)
    const specs = [{ kind: 'membership', event: 'watch', by: 'user', of: 'device' }] as const
    const [left, right] = [new FeatureState(schema, specs), new FeatureState(other, specs)]
    for (const state of [left, right]) {
      state.apply(1, { id: 'v', type: 'video', at: START, video: 'v', title: 'Tides', creator: 'sea' })
      state.apply(2, event('watch', START, { device: 'tv', decision: 'd1', seconds: 3 }))
    }
    assert.deepEqual(right.save(), left.save())
    const copy = new FeatureState(other, specs)
    copy.load(left.save())
    assert.deepEqual(copy.attributes.describe('video', 0), { title: 'Tides', creator: 'sea' })
    assert.equal(copy.attributes.keys('user').find('ada'), 0)
  })
})

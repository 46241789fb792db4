import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { category, defineSchema, ref } from '../../problem/index.ts'
import { AttributeStore } from '../attribute-store.ts'
import type { EventBatch } from '../event-batch.ts'
import { FeatureState } from '../feature-state.ts'
import { RequestFrame } from '../request-frame.ts'
import type { KeyPaths } from './aggregate.ts'
import { openKeySpace } from './key-space.ts'

const schema = defineSchema({
  entities: { user: {}, video: { creator: category() }, shop: {} },
  events: { watch: { user: ref('user'), video: ref('video'), shop: ref('shop').optional() } },
})

const NAMES = ['a', 'b', '__proto__'] as const
const name = fc.constantFrom(...NAMES)
const watch = fc.record({ user: name, video: name, shop: fc.option(name, { nil: undefined }), hour: fc.nat(40) })
type Watch = Readonly<{ user: string; video: string; shop?: string | undefined; hour: number }>

const BY = [
  ['user'],
  ['user', 'video'],
  ['user', 'video', 'shop'],
  ['shop', 'video.creator', 'user'],
] satisfies KeyPaths[]

const CREATORS = new Map([
  ['a', 'x'],
  ['b', 'x'],
])

/** The key of a watch as text; undefined when a part is absent. */
function textOf(by: KeyPaths, watched: Watch): string | undefined {
  const parts = by.map((path) =>
    path === 'video.creator' ? CREATORS.get(watched.video) : watched[path as 'user' | 'video' | 'shop'],
  )
  return parts.includes(undefined) ? undefined : parts.join(' ')
}

function stateAfter(by: KeyPaths, watches: readonly Watch[], pairs?: number): FeatureState {
  const state = new FeatureState(schema, [
    { kind: 'series', event: 'watch', by, windowMs: 10 },
    { kind: 'last-time', event: 'watch', by, pairs },
  ])
  for (const video of ['a', 'b']) {
    state.apply(state.offset + 1, { id: '', type: 'video', at: 0, video, creator: 'x' })
  }
  for (const { hour, ...keys } of watches) {
    const record = Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined))
    state.apply(state.offset + 1, { id: '', type: 'watch', at: hour, ...record })
  }
  return state
}

function everyRequest(): Watch[] {
  return NAMES.flatMap((user) => NAMES.flatMap((video) => NAMES.map((shop) => ({ user, video, shop, hour: 50 }))))
}

function frameOf(state: FeatureState, { user, video, shop = '', hour }: Watch): RequestFrame {
  const frame = new RequestFrame(schema)
  for (const [entity, key] of Object.entries({ user, video, shop })) {
    frame.bind(entity, state.attributes.keys(entity).find(key))
  }
  frame.at = hour
  return frame
}

describe('what is kept by one, two or three keys', () => {
  for (const by of BY) {
    it(`is what a map by their texts holds: ${by.join(', ')}`, () => {
      fc.assert(
        fc.property(fc.array(watch, { maxLength: 60 }), (watches) => {
          const state = stateAfter(by, watches)
          const copy = new FeatureState(schema, [
            { kind: 'series', event: 'watch', by, windowMs: 10 },
            { kind: 'last-time', event: 'watch', by },
          ])
          copy.load(state.save())
          const count = copy.aggregate<'series'>({ kind: 'series', event: 'watch', by, windowMs: 10 }).counter(10)
          const elapsed = copy.aggregate<'last-time'>({ kind: 'last-time', event: 'watch', by }).elapsed()
          for (const request of everyRequest()) {
            const wanted = textOf(by, request)
            const same = watches.filter((each) => wanted !== undefined && textOf(by, each) === wanted)
            const frame = frameOf(copy, { ...request, hour: 45 })
            assert.equal(count(frame), same.filter(({ hour }) => hour > 35).length)
            assert.equal(elapsed(frame), same.length === 0 ? Number.NaN : 45 - Math.max(...same.map((e) => e.hour)))
          }
        }),
        { seed: 6, numRuns: 100 },
      )
    })
  }

  it('reads as never seen once it made room for another, and the other starts from nothing', () => {
    fc.assert(
      fc.property(fc.array(watch, { maxLength: 80 }), fc.integer({ min: 1, max: 6 }), (watches, pairs) => {
        const by: KeyPaths = ['user', 'video']
        const state = stateAfter(by, watches, pairs)
        const kept = keptTimes(by, watches, pairs)
        const elapsed = state.aggregate<'last-time'>({ kind: 'last-time', event: 'watch', by, pairs }).elapsed()
        for (const request of everyRequest()) {
          const last = kept.get(textOf(by, request) ?? '')
          assert.equal(elapsed(frameOf(state, request)), last === undefined ? Number.NaN : 50 - last)
        }
      }),
      { seed: 7, numRuns: 200 },
    )
  })

  it('has its place given back and given to the next, and forgets the key', () => {
    const keys = openKeySpace(schema, new AttributeStore(schema), 'watch', ['user', 'video', 'shop'])
    const row = 0
    const batchOf = (numbers: readonly number[]): EventBatch => ({
      rows: Int32Array.of(row),
      count: 1,
      times: new Float64Array(1),
      keys: numbers.map((number) => Int32Array.of(number)),
      numbers: [],
      hashes: [],
    })
    const placeOf = (...numbers: number[]) => {
      keys.open(batchOf(numbers))
      return keys.placeAt(row)
    }
    assert.deepEqual([placeOf(1, 1, 1), placeOf(1, 2, 1), placeOf(1, 1, 2), placeOf(1, -1, 2)], [0, 1, 2, -1])
    keys.release(1)
    assert.deepEqual([placeOf(1, 1, 1), placeOf(1, 1, 2), placeOf(2, 2, 2)], [0, 2, 1])
    const writer = new ByteWriter()
    keys.save(writer)
    const copy = openKeySpace(schema, new AttributeStore(schema), 'watch', ['user', 'video', 'shop'])
    copy.load(new ByteReader(writer.finish(), 'DIRECTORY_CORRUPT'))
    copy.open(batchOf([2, 2, 2]))
    assert.equal(copy.placeAt(row), 1)
  })
})

/** The last time of every pair that a circle of `pairs` places with a hand still holds. */
function keptTimes(by: KeyPaths, watches: readonly Watch[], pairs: number): Map<string, number> {
  const circle: { key: string; last: number; isSpared: boolean }[] = []
  let hand = 0
  for (const watched of watches) {
    const key = textOf(by, watched) ?? ''
    const known = circle.find((each) => each.key === key)
    if (known) {
      known.isSpared = true
      known.last = Math.max(known.last, watched.hour)
      continue
    }
    const fresh = { key, last: watched.hour, isSpared: false }
    if (circle.length < pairs) circle.push(fresh)
    else {
      for (; circle[hand]?.isSpared; hand = (hand + 1) % pairs) circle[hand] = { ...circle[hand]!, isSpared: false }
      circle[hand] = fresh
      hand = (hand + 1) % pairs
    }
  }
  return new Map(circle.map(({ key, last }) => [key, last]))
}

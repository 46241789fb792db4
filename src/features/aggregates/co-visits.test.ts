import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { defineSchema, ref } from '../../problem/index.ts'
import { FeatureState } from '../feature-state.ts'
import type { CoVisits } from './co-visits.ts'

const schema = defineSchema({
  entities: { user: {}, video: {} },
  events: { watch: { user: ref('user'), video: ref('video') } },
})

interface Watch {
  readonly user: number
  readonly video: number
  readonly second: number
}

function visitsAfter(length: number, watches: readonly Watch[]): CoVisits {
  const spec = { kind: 'co-visits', event: 'watch', by: 'user', of: 'video', length } as const
  const state = new FeatureState(schema, [spec])
  const apply = (record: Record<string, unknown>, at = 0) =>
    state.apply(state.offset + 1, { id: `${state.offset}`, type: '', at, ...record })
  for (let key = 0; key < 6; key++) apply({ type: 'user', user: `${key}` })
  for (let key = 0; key < 6; key++) apply({ type: 'video', video: `${key}` })
  for (const { user, video, second } of watches) apply({ type: 'watch', user: `${user}`, video: `${video}` }, second)
  return state.aggregate<'co-visits'>(spec)
}

describe('co-visits', () => {
  it('is the shrunk cosine of two items that users watched one after the other', () => {
    const visits = visitsAfter(5, [
      { user: 0, video: 1, second: 1 },
      { user: 0, video: 2, second: 2 },
      { user: 1, video: 2, second: 3 },
      { user: 1, video: 1, second: 4 },
      { user: 2, video: 2, second: 5 },
      { user: 3, video: 2, second: 6 },
    ])
    // Together twice; video 1 was watched twice and video 2 four times.
    assert.equal(visits.similarity(1, 2, 0), 2 / Math.sqrt(8))
    assert.equal(visits.similarity(2, 1, 5), 2 / (Math.sqrt(8) + 5))
    assert.equal(visits.closeness(2, 1, 5), 2 / (Math.sqrt(8) + 5))
    assert.equal(visits.historySize(0), 2)
  })

  it('is 0 for items that never met, for the same item, and for strangers', () => {
    const visits = visitsAfter(5, [
      { user: 0, video: 1, second: 1 },
      { user: 0, video: 1, second: 2 },
      { user: 1, video: 2, second: 2 },
    ])
    assert.equal(visits.similarity(1, 2, 5), 0)
    assert.equal(visits.similarity(1, 1, 5), 0)
    assert.equal(visits.similarity(-1, 1, 5), 0)
    assert.equal(visits.similarity(1, 999, 5), 0)
    assert.equal(visits.closeness(-1, 1, 5), 0)
    assert.equal(visits.closeness(999, 1, 5), 0)
    assert.equal(visits.historySize(-1), 0)
  })

  it('equals counting every pair of an event and the items its key had at that moment', () => {
    const watch = fc.record({ user: fc.nat(5), video: fc.nat(5), second: fc.nat(15) })
    fc.assert(
      fc.property(fc.array(watch, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (watches, length) => {
        const visits = visitsAfter(length, watches)
        const together = new Map<string, number>()
        const alone = new Map<number, number>()
        const kept = new Map<number, Watch[]>()
        for (const each of watches) {
          const recent = kept.get(each.user) ?? []
          for (const { video } of recent) {
            if (video === each.video) continue
            for (const pair of [`${video} ${each.video}`, `${each.video} ${video}`]) {
              together.set(pair, (together.get(pair) ?? 0) + 1)
            }
          }
          alone.set(each.video, (alone.get(each.video) ?? 0) + 1)
          kept.set(each.user, [...recent, each].sort((a, b) => a.second - b.second).slice(-length))
        }
        const cosine = (a: number, b: number) => {
          const count = together.get(`${a} ${b}`) ?? 0
          return count === 0 ? 0 : count / (Math.sqrt(alone.get(a)! * alone.get(b)!) + 3)
        }
        for (let key = 0; key < 6; key++) {
          for (let item = 0; item < 6; item++) {
            assert.equal(visits.similarity(key, item, 3), cosine(key, item))
            const recent = kept.get(key) ?? []
            const closeness = recent.reduce((sum, { video }) => sum + cosine(item, video), 0)
            assert.equal(visits.closeness(key, item, 3), closeness)
          }
        }
      }),
      { seed: 6, numRuns: 300 },
    )
  })
})

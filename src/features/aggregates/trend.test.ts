import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { MINUTE_MS } from '../../foundation/index.ts'
import { category, defineSchema, ref } from '../../problem/index.ts'
import { FeatureState } from '../feature-state.ts'
import type { TrendSpec } from './aggregate.ts'

const schema = defineSchema({
  entities: { user: { country: category() }, video: {} },
  events: { watch: { user: ref('user'), video: ref('video') } },
})
const START = Date.UTC(2026, 0, 1)
const overall: TrendSpec = { kind: 'trend', event: 'watch', of: 'video', halfLifeMs: MINUTE_MS }
const byCountry: TrendSpec = { ...overall, by: 'user.country' }

interface Watch {
  readonly user: string
  readonly video: number
  readonly minute: number
}

/** User `fi` lives in FI and `se` in SE; nobody knows where `stranger` lives. */
function trendAfter(spec: TrendSpec, watches: readonly Watch[]) {
  const state = new FeatureState(schema, [spec])
  const apply = (record: Record<string, unknown>, at: number) =>
    state.apply(state.offset + 1, { id: `${state.offset}`, type: '', at, ...record })
  apply({ type: 'user', user: 'fi', country: 'FI' }, START)
  apply({ type: 'user', user: 'se', country: 'SE' }, START)
  for (let video = 0; video < 5; video++) apply({ type: 'video', video: `${video}` }, START)
  for (const { user, video, minute } of watches) {
    apply({ type: 'watch', user, video: `${video}` }, START + minute * MINUTE_MS)
  }
  return { trend: state.aggregate<'trend'>(spec), country: (name: string) => state.attributes.categories.find(name) }
}

describe('a trend', () => {
  it('counts an event as 1, as 1/2 a half-life later', () => {
    const { trend } = trendAfter(overall, [
      { user: 'fi', video: 3, minute: 0 },
      { user: 'se', video: 3, minute: 1 },
    ])
    assert.equal(trend.count(3, START + MINUTE_MS), 1.5)
    assert.equal(trend.count(3, START + 2 * MINUTE_MS), 0.75)
    assert.equal(trend.count(2, START), 0)
    assert.equal(trend.count(-1, START), 0)
    assert.equal(trend.count(99, START), 0)
  })

  it('keeps groups apart, and leaves out an event whose group is not known', () => {
    const { trend, country } = trendAfter(byCountry, [
      { user: 'fi', video: 0, minute: 0 },
      { user: 'se', video: 1, minute: 0 },
      { user: 'stranger', video: 1, minute: 0 },
    ])
    assert.equal(trend.count(0, START, country('FI')), 1)
    assert.equal(trend.count(1, START, country('FI')), 0)
    assert.equal(trend.count(1, START, country('SE')), 1)
    assert.equal(trend.count(1, START, -1), 0)
    assert.equal(trend.weights(country('NO')).length, 0)
  })

  it('equals the decayed count of all events over many moves of the landmark, late events included', () => {
    const watch = fc.record({
      user: fc.constantFrom('fi', 'se'),
      video: fc.nat(4),
      jump: fc.constantFrom(0, 1, 7, 150, 399),
    })
    fc.assert(
      fc.property(fc.array(watch, { maxLength: 60 }), fc.array(fc.nat(30), { maxLength: 60 }), (drawn, lateness) => {
        let now = 0
        const watches = drawn.map(({ user, video, jump }, index) => {
          now += jump
          return { user, video, minute: now - (lateness[index] ?? 0) }
        })
        const groups = trendAfter(byCountry, watches)
        const all = trendAfter(overall, watches)
        for (let video = 0; video < 5; video++) {
          const counted = (user?: string) =>
            watches.reduce((sum, each) => {
              const isCounted = each.video === video && (user === undefined || each.user === user)
              return isCounted ? sum + 2 ** (each.minute - now) : sum
            }, 0)
          const at = START + now * MINUTE_MS
          assertClose(all.trend.count(video, at), counted())
          assertClose(groups.trend.count(video, at, groups.country('FI')), counted('fi'))
          assertClose(groups.trend.count(video, at, groups.country('SE')), counted('se'))
        }
      }),
      { seed: 2009, numRuns: 300 },
    )
  })

  it('stays finite when a half-life of seconds meets years', () => {
    const watches = Array.from({ length: 50 }, (_, index) => ({
      user: 'fi',
      video: index % 5,
      minute: index * 100_000,
    }))
    const { trend } = trendAfter(overall, watches)
    assert.equal(trend.count(4, START + 4_900_000 * MINUTE_MS), 1)
    assert.ok(trend.weights().every(Number.isFinite))
  })
})

function assertClose(got: number, expected: number): void {
  assert.ok(Math.abs(got - expected) <= 1e-9 * expected + 1e-100, `${got} is not ${expected}`)
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HOUR_MS } from '../../foundation/index.ts'
import { categories, category, defineSchema, ref } from '../../problem/index.ts'
import { FeatureState } from '../feature-state.ts'
import type { DecayedWeightsSpec } from './aggregate.ts'
import type { DecayedWeights } from './decayed-weights.ts'

const schema = defineSchema({
  entities: { user: {}, video: { genres: categories(), creator: category() } },
  events: { watch: { user: ref('user'), video: ref('video') } },
})
const START = Date.UTC(2026, 0, 1)
const spec: DecayedWeightsSpec = {
  kind: 'decayed-weights',
  event: 'watch',
  by: 'user',
  of: 'video.genres',
  halfLifeMs: HOUR_MS,
}
const GENRES: Readonly<Record<string, readonly string[]>> = {
  tides: ['sea', 'nature'],
  reef: ['sea'],
  wedding: ['family', 'family'],
  unknown: [],
}

/** State after watches of user `ada`; the videos but `unknown` are described first. */
function weightsAfter(watches: readonly { video: string; hour: number }[], pairs?: number) {
  const bounded = { ...spec, pairs }
  const state = new FeatureState(schema, [bounded])
  const apply = (record: Record<string, unknown>, at: number) =>
    state.apply(state.offset + 1, { id: `${state.offset}`, type: '', at, ...record })
  for (const [video, genres] of Object.entries(GENRES)) {
    if (video !== 'unknown') apply({ type: 'video', video, genres }, START)
  }
  for (const { video, hour } of watches) apply({ type: 'watch', user: 'ada', video }, START + hour * HOUR_MS)
  return {
    weights: state.aggregate<'decayed-weights'>(bounded),
    genre: (name: string) => state.attributes.categories.find(name),
  }
}

describe('decayed weights', () => {
  it('halve every half-life', () => {
    const { weights, genre } = weightsAfter([
      { video: 'tides', hour: 0 },
      { video: 'reef', hour: 2 },
    ])
    const at = START + 2 * HOUR_MS
    assert.equal(weights.weight(0, genre('sea'), at), 1.25)
    assert.equal(weights.weight(0, genre('nature'), at), 0.25)
    assert.equal(weights.total(0, at), 1.25)
    assert.equal(weights.weight(0, genre('sea'), at + HOUR_MS), 0.625)
  })

  it('of a pair that made room for another are those of one that never met, and begin again; the total stays', () => {
    const watches = ['reef', 'wedding', 'reef'].map((video) => ({ video, hour: 0 }))
    const { weights, genre } = weightsAfter(watches, 1)
    assert.equal(weights.weight(0, genre('family'), START), 0)
    assert.equal(weights.weight(0, genre('sea'), START), 1)
    assert.equal(weights.total(0, START), 3)
  })

  it('count a category that an item lists twice once', () => {
    const { weights, genre } = weightsAfter([{ video: 'wedding', hour: 0 }])
    assert.equal(weights.weight(0, genre('family'), START), 1)
  })

  it('give 0 to an unknown key and to an unknown category, whose number is the mark of the total inside', () => {
    const { weights, genre } = weightsAfter([{ video: 'tides', hour: 0 }])
    assert.equal(weights.weight(0, -1, START), 0)
    assert.equal(weights.weight(-1, genre('sea'), START), 0)
    assert.equal(weights.weight(5, genre('sea'), START), 0)
    assert.equal(weights.total(-1, START), 0)
  })

  it('count an item that was never described in the total alone', () => {
    const { weights } = weightsAfter([{ video: 'unknown', hour: 0 }])
    assert.equal(weights.total(0, START), 1)
  })

  it('do not grow for a request before the last event', () => {
    const { weights } = weightsAfter([{ video: 'tides', hour: 5 }])
    assert.equal(weights.total(0, START), 1)
  })

  it('equal the sum of 2^(-age / halfLife) over all events, in whatever order they come', () => {
    const watch = fc.record({ video: fc.constantFrom(...Object.keys(GENRES)), hour: fc.nat(30) })
    fc.assert(
      fc.property(fc.array(watch, { maxLength: 60 }), fc.nat(20), (watches, later) => {
        const { weights, genre } = weightsAfter(watches)
        const hour = 30 + later
        const decayed = (list: typeof watches) => list.reduce((sum, each) => sum + 2 ** (each.hour - hour), 0)
        assertClose(weights, -1, hour, decayed(watches))
        for (const name of ['sea', 'nature', 'family']) {
          const expected = decayed(watches.filter(({ video }) => GENRES[video]?.includes(name)))
          assertClose(weights, genre(name), hour, expected)
        }
      }),
      { seed: 3, numRuns: 300 },
    )
  })
})

function assertClose(weights: DecayedWeights, category: number, hour: number, expected: number): void {
  const at = START + hour * HOUR_MS
  const got = category < 0 ? weights.total(0, at) : weights.weight(0, category, at)
  assert.ok(Math.abs(got - expected) <= 1e-12 * expected, `${got} is not ${expected}`)
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { nthSmallest, selectBest } from './select-best.ts'

const SETTINGS = { seed: 11, numRuns: 300 }
const key = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }), fc.constant(Number.POSITIVE_INFINITY))
const keys = fc.array(key, { minLength: 1, maxLength: 60 })

describe('the best of keys', () => {
  it('are the first of a sort that keeps the order of equal ones', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 70 }), fc.boolean(), (own, most, isReversed) => {
        const tie = isReversed ? (one: number, other: number) => other - one : undefined
        const wanted = [...own.keys()].sort((a, b) => (own[a] === own[b] ? (tie?.(a, b) ?? 0) : own[a]! - own[b]!))
        assert.deepEqual([...selectBest(Float64Array.from(own), most, tie)], wanted.slice(0, most))
      }),
      SETTINGS,
    )
  })

  it('are found in whatever order many keys come', () => {
    const count = 50_000
    const orders: Record<string, (place: number) => number> = {
      rising: (place) => place,
      falling: (place) => -place,
      equal: () => 4,
      sawtooth: (place) => place % 1009,
      mountain: (place) => Math.abs(place - count / 2),
      scattered: (place) => (place * 7919) % 50_021,
    }
    for (const [name, keyOf] of Object.entries(orders)) {
      const own = Float64Array.from({ length: count }, (_, place) => keyOf(place))
      const sorted = own.toSorted()
      for (const n of [1, 10, 1000, 20_000, count]) assert.equal(nthSmallest(own, n), sorted[n - 1], `${name}, ${n}`)
    }
  })
})

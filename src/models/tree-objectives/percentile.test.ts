import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { percentile, weightedPercentile } from './percentile.ts'

const values = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -9, max: 9, noNaN: true })), {
  minLength: 1,
  maxLength: 60,
})
const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('a percentile', () => {
  it('is what NumPy computes', () => {
    // numpy.percentile([3, 1, 2, 10], [0, 25, 50, 90, 100]), version 1.24
    const expected = [1, 1.75, 2.5, 7.9, 10]
    const got = [0, 0.25, 0.5, 0.9, 1].map((at) => percentile(Float64Array.of(3, 1, 2, 10), at))
    got.forEach((value, index) => {
      assert.ok(Math.abs(value - expected[index]!) < 1e-12)
    })
  })

  it('is the interpolation in the sorted values, whatever they are', () => {
    fc.assert(
      fc.property(values, share, (list, at) => {
        const sorted = Float64Array.from(list).sort()
        const place = (list.length - 1) * at
        const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]
        assert.ok(Math.abs(percentile(Float64Array.from(list), at) - (low + (high - low) * (place % 1))) < 1e-12)
      }),
      { seed: 4, numRuns: 500 },
    )
  })
})

describe('a percentile by weight', () => {
  it('leaves the least pinball loss of all values', () => {
    fc.assert(
      fc.property(values, fc.array(fc.nat(3), { minLength: 60, maxLength: 60 }), share, (list, drawn, at) => {
        const weights = Float64Array.from(list, (_, index) => drawn[index]!)
        const loss = (guess: number): number =>
          list.reduce((sum, value, index) => {
            const error = value - guess
            return sum + weights[index]! * (error > 0 ? at * error : (at - 1) * error)
          }, 0)
        const best = weightedPercentile(Float64Array.from(list), weights, at)
        for (const other of list) assert.ok(loss(best) <= loss(other) + 1e-9)
      }),
      { seed: 5, numRuns: 500 },
    )
  })

  it('is the middle of two values that do equally well, past those that weigh nothing', () => {
    assert.equal(weightedPercentile(Float64Array.of(4, 9, 1), Float64Array.of(1, 1, 0), 0.5), 6.5)
    assert.equal(weightedPercentile(Float64Array.of(4, 5, 9), Float64Array.of(1, 0, 1), 0.5), 6.5)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { placesOfBest } from './places-of-best.ts'

describe('the places of the best scores', () => {
  it('are those that a stable sort puts first, in the order of the input, whatever the ties', () => {
    const score = fc.oneof(
      fc.integer({ min: -2, max: 2 }),
      fc.constant(-0),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    )
    fc.assert(
      fc.property(fc.array(score, { maxLength: 40 }), fc.integer({ min: 0, max: 45 }), (values, count) => {
        const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b)
        const expected = order.slice(0, count).sort((a, b) => a - b)
        assert.deepEqual([...placesOfBest(Float64Array.from(values), count)], expected)
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})

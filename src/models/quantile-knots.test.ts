import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { quantileKnots } from './quantile-knots.ts'

const ones = (count: number) => new Float64Array(count).fill(1)

describe('quantile knots', () => {
  it('takes both ends and the middle of an even spread', () => {
    const values = Float64Array.from({ length: 101 }, (_, index) => index)
    assert.deepEqual(quantileKnots(values, ones(101), 3).values, [0, 50, 100])
  })

  it('keeps knots along the tail of a column of mostly zeros', () => {
    const values = Float64Array.from({ length: 1000 }, (_, index) => Math.max(0, index - 900))
    assert.ok(quantileKnots(values, ones(1000), 8).values.length >= 7)
  })

  it('gives every value of a flag its knot, and no knot to an empty column', () => {
    assert.deepEqual(quantileKnots(Float64Array.of(1, 0, 0, 1), ones(4), 8), { values: [0, 1], ranks: [0.25, 0.75] })
    assert.deepEqual(quantileKnots(new Float64Array(0), ones(0), 8).values, [])
  })

  it('rises strictly, within the column, to at most the number asked for, and takes a weight of 2 as twice', () => {
    const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 12 }), (list, count) => {
        const found = quantileKnots(Float64Array.from(list), new Float64Array(list.length).fill(2), count)
        assert.ok(found.values.length <= count && found.values.every((value) => list.includes(value)))
        assert.deepEqual(
          found.values,
          [...new Set(found.values)].toSorted((a, b) => a - b),
        )
        assert.ok(found.ranks.every((rank, index) => rank > (found.ranks[index - 1] ?? 0) && rank < 1))
        assert.deepEqual(quantileKnots(Float64Array.from([...list, ...list]), ones(2 * list.length), count), found)
      }),
      { seed: 2, numRuns: 300 },
    )
  })
})

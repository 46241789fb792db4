import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError, randomFrom } from '../foundation/index.ts'
import { orderByScore } from './order-by-score.ts'

const naiveOrder = (scores: Float64Array) =>
  Array.from(scores.keys()).sort((a, b) => {
    const [first, second] = [scores[a] ?? 0, scores[b] ?? 0]
    return first === second ? a - b : first > second ? -1 : 1
  })

describe('orderByScore', () => {
  it('puts the largest score first and keeps the order of ties, zeros of both signs and infinities', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), fc.array(fc.constantFrom(-1, -0, 0, 2)), (spread, tied) => {
        const scores = Float64Array.from([...spread, ...tied, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
        assert.deepEqual(Array.from(orderByScore(scores)), naiveOrder(scores))
      }),
      { seed: 1 },
    )
  })

  it('orders a list long enough for the radix sort the same way', () => {
    const random = randomFrom(3)
    for (const draw of [
      () => random.normal() * 1e9,
      () => random.integer(7) - 3,
      () => 0.5,
      () => -random.exponential(),
    ]) {
      const scores = Float64Array.from({ length: 10_000 }, draw)
      scores.set([Number.NEGATIVE_INFINITY, -0, 0, Number.POSITIVE_INFINITY, 5e-324, -5e-324], 17)
      assert.deepEqual(Array.from(orderByScore(scores)), naiveOrder(scores))
    }
  })

  it('refuses NaN and says where it is', () => {
    assert.throws(
      () => orderByScore(Float64Array.of(1, Number.NaN)),
      (error) => isSluiceError(error, 'NOT_FINITE') && error.message.includes('row 1'),
    )
  })
})

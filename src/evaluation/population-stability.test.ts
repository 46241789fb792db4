import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../foundation/index.ts'
import { populationStability } from './population-stability.ts'

describe('the population stability index', () => {
  it('is that of a worked example', () => {
    // (0.3 - 0.2) ln 1.5 + (0.5 - 0.4) ln 1.25 + (0.2 - 0.4) ln 0.5, by a desk calculator.
    const index = populationStability([200_000, 400_000, 400_000], [300_000, 500_000, 200_000])
    assert.ok(Math.abs(index - 0.2014903) < 1e-5, String(index))
  })

  it('is never negative, 0 for the same counts, and the same whichever comes first', () => {
    const counts = fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000)), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(counts, (pairs) => {
        const [before, after] = [pairs.map(([count]) => count), pairs.map(([, count]) => count)]
        const index = populationStability(before, after)
        assert.ok(index >= 0)
        assert.ok(Math.abs(index - populationStability(after, before)) < 1e-9)
        assert.equal(populationStability(before, before), 0)
      }),
      { seed: 7, numRuns: 300 },
    )
    assert.throws(
      () => populationStability([1], [1, 2]),
      (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
    )
  })
})

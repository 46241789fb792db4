import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { selectRank } from './select-rank.ts'

describe('selectRank', () => {
  it('gives what sorting gives, what is smaller before it and what is larger behind it', () => {
    const values = fc.oneof(
      fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 300 }).map((length) => Array.from({ length }, (_, index) => index)),
    )
    fc.assert(
      fc.property(values, fc.nat(299), (list, nat) => {
        const rank = nat % list.length
        // What lies behind the count is neither looked at nor moved.
        const scratch = Float64Array.from([...list, Number.NEGATIVE_INFINITY])
        assert.equal(selectRank(scratch, list.length, rank) + 0, Float64Array.from(list).sort()[rank]! + 0)
        assert.equal(scratch[list.length], Number.NEGATIVE_INFINITY)
        assert.ok(scratch.subarray(0, rank).every((value) => value <= scratch[rank]!))
        assert.ok(scratch.subarray(rank, list.length).every((value) => value >= scratch[rank]!))
      }),
      { seed: 43, numRuns: 1000 },
    )
  })
})

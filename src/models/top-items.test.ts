import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { topItems } from './top-items.ts'

describe('the top items', () => {
  it('are what sorting all of them gives, ties going to the smaller number', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2, max: 6 })), fc.nat(12), (values, limit) => {
        const scores = Float64Array.from(values)
        const sorted = Array.from(values.keys())
          .filter((item) => (values[item] ?? 0) > 0)
          .sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b)
          .slice(0, limit)
        const top = topItems(scores.keys(), scores, limit)
        assert.deepEqual(Array.from(top.items), sorted)
        assert.deepEqual(
          Array.from(top.scores),
          sorted.map((item) => values[item]),
        )
      }),
      { seed: 23, numRuns: 300 },
    )
  })
})

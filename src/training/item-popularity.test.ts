import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ItemPopularity } from './item-popularity.ts'

describe('item popularity', () => {
  it('counts people, and has its order ready at any time, like sorting all counts anew', () => {
    const meeting = fc.tuple(fc.nat(6), fc.nat(9))
    fc.assert(
      fc.property(fc.array(meeting, { maxLength: 60 }), fc.nat(12), (meetings, limit) => {
        const popularity = new ItemPopularity()
        const met = Array.from({ length: 10 }, () => new Set<number>())
        for (const [subject, item] of meetings) {
          popularity.add(subject, item)
          met[item]?.add(subject)
        }
        const accept = (item: number) => item % 4 !== 3
        const top = [...popularity.top(limit, accept)]
        const counts = met.map(({ size }) => size)
        const sorted = counts.flatMap((count, item) => (count > 0 && accept(item) ? [count] : [])).sort((a, b) => b - a)
        assert.deepEqual(
          top.map((item) => counts[item]),
          sorted.slice(0, limit),
        )
        assert.equal(new Set(top).size, top.length)
        assert.ok(top.every(accept))
        const known = popularity.known()
        assert.deepEqual(
          counts.map((_, item) => known.counts[item] ?? 0),
          counts,
        )
        assert.equal(known.people, new Set(meetings.map(([subject]) => subject)).size)
      }),
      { seed: 3, numRuns: 500 },
    )
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Bins, binEdges } from './histogram.ts'

describe('the bins of a histogram', () => {
  it('hold every value between their edges, however steps round', () => {
    const step = fc.oneof(fc.constantFrom(0.1, 0.3, 1, 7, 1e-3), fc.double({ min: 0.01, max: 100, noNaN: true }))
    fc.assert(
      fc.property(step, fc.array(fc.nat(300), { minLength: 1, maxLength: 20 }), fc.nat(9), (width, places, shift) => {
        const values = places.map((place) => (place - 150) * width + (shift === 0 ? 0 : width / shift))
        const edges = binEdges('bins', width, Math.min(...values), Math.max(...values))
        for (const value of values) {
          const bin = new Bins(edges).of(value)
          assert.ok(value >= edges[bin]! && value < edges[bin + 1]!, `${value} is in bin ${bin} of ${edges}`)
        }
        assert.ok(Math.min(...values) < edges[1]!)
        assert.ok(Math.max(...values) >= edges.at(-2)!)
      }),
      { seed: 3, numRuns: 500 },
    )
  })

  it('are the parts of the calendar in every year', () => {
    const first = Date.UTC(1903, 1, 20)
    const edges = binEdges('bins', 'month', first, Date.UTC(1969, 11, 31))
    assert.equal(new Date(edges[0]!).toISOString(), '1903-02-01T00:00:00.000Z')
    assert.equal(edges.at(-1), 0)
    const bins = new Bins(edges)
    for (let day = first; day < 0; day += 86_400_000 * 11.3) {
      const bin = bins.of(day)
      assert.equal(new Date(edges[bin]!).getUTCMonth(), new Date(day).getUTCMonth())
      assert.equal(new Date(edges[bin]!).getUTCFullYear(), new Date(day).getUTCFullYear())
    }
  })
})

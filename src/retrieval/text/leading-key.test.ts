import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ascendingPlaces } from './leading-key.ts'

describe('the places of texts', () => {
  it('are in the order of their UTF-16 units', () => {
    const text = fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b', '\u0000', 'é', '語', '😀') })
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 60 }), (texts) => {
        const sorted = Array.from(ascendingPlaces(texts), (place) => texts[place]!)
        assert.deepEqual(sorted, [...texts].sort())
      }),
      { seed: 2, numRuns: 300 },
    )
  })
})

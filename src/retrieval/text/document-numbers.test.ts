import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DocumentNumbers } from './document-numbers.ts'

describe('the numbers of documents', () => {
  it('are found by the ids that have them, the last by an id that several have', () => {
    const id = fc.string({ maxLength: 4, unit: fc.constantFrom('a', 'b', '1', 'é') })
    fc.assert(
      fc.property(fc.array(id, { maxLength: 80 }), id, (ids, other) => {
        const numbers = DocumentNumbers.of(ids)
        for (const own of ids) assert.equal(numbers.of(own), ids.lastIndexOf(own))
        assert.equal(numbers.of(other), ids.includes(other) ? ids.lastIndexOf(other) : undefined)
      }),
      { seed: 4, numRuns: 300 },
    )
  })

  it('are those of many ids that are much alike, too', () => {
    const ids = Array.from({ length: 20_000 }, (_, number) => `document-${number}`)
    const numbers = DocumentNumbers.of(ids)
    assert.ok(ids.every((id, number) => numbers.of(id) === number))
    assert.equal(numbers.of('document-20000'), undefined)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { queryFiltersText, readAskedFilters } from './query-filters.ts'

describe('the filters of a search in its event', () => {
  it('are read as they were asked for', () => {
    const asked = { brand: ['Acme', 'Bolt'], price: { min: 3, below: 50.5 } }
    const recognised = [{ written: 'red', field: 'colour', filter: 'red', relaxed: true }]
    assert.deepEqual(readAskedFilters(queryFiltersText({ asked, recognised })), asked)
    assert.equal(readAskedFilters(queryFiltersText({ recognised })), undefined)
  })

  it('are none where there are none, too many, or nothing that can be read', () => {
    assert.equal(queryFiltersText({}), undefined)
    assert.equal(queryFiltersText({ asked: {}, recognised: [] }), undefined)
    assert.equal(queryFiltersText({ asked: { brand: 'x'.repeat(20_000) } }), undefined)
    for (const value of [
      undefined,
      null,
      7,
      '',
      '{',
      'null',
      '[]',
      '{"asked":[]}',
      '{"asked":7}',
      '{}',
      '['.repeat(9e3),
    ]) {
      assert.equal(readAskedFilters(value), undefined)
    }
  })
})

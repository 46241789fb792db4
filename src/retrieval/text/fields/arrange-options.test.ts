import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError } from '../../../foundation/index.ts'
import { LiveTextIndex } from '../live-text-index.ts'
import { searchText, type TextSearchOptions } from '../search-text.ts'

const FIELDS = {
  text: { kind: 'text' },
  brand: { kind: 'keyword' },
  price: { kind: 'number' },
  place: { kind: 'geo' },
} as const

describe('options that cannot be', () => {
  const index = new LiveTextIndex({ fields: FIELDS })
  index.add({ id: '1', text: 'red', brand: 'acme', price: [1, 1e6], place: { latitude: 50, longitude: 10 } })
  const snapshot = index.refresh()
  const refused = (options: object, code: ErrorCode) =>
    assert.throws(
      () => searchText(snapshot, 'red', options as TextSearchOptions),
      (error) => isSluiceError(error, code),
      JSON.stringify(options),
    )

  it('are refused with what is wrong about them', () => {
    refused({ facets: { colour: {} } }, 'UNKNOWN_FIELD')
    refused({ facets: { text: {} } }, 'UNKNOWN_FIELD')
    refused({ facets: ['brand'] }, 'INVALID_ARGUMENT')
    refused({ facets: { brand: true } }, 'INVALID_ARGUMENT')
    refused({ facets: { brand: { most: 0 } } }, 'INVALID_ARGUMENT')
    refused({ facets: { brand: { step: 5 } } }, 'INVALID_ARGUMENT')
    refused({ facets: { price: { ranges: [{ min: 'x' }] } } }, 'WRONG_TYPE')
    refused({ facets: { price: { ranges: [{}] } } }, 'WRONG_TYPE')
    refused({ facets: { price: { ranges: [], step: 5 } } }, 'INVALID_ARGUMENT')
    refused({ facets: { price: { step: 0 } } }, 'INVALID_ARGUMENT')
    refused({ facets: { price: { step: 'month' } } }, 'INVALID_ARGUMENT')
    refused({ facets: { price: { step: 0.001 } } }, 'LIMIT_EXCEEDED')
    refused({ facets: { place: { rings: [5] } } }, 'WRONG_TYPE')
    refused(
      { facets: Object.fromEntries(Array.from({ length: 40 }, (_, place) => [`${place}`, {}])) },
      'LIMIT_EXCEEDED',
    )
    refused({ sort: [] }, 'INVALID_ARGUMENT')
    refused({ sort: ['price'] }, 'INVALID_ARGUMENT')
    refused({ sort: ['score', { field: 'price' }] }, 'INVALID_ARGUMENT')
    refused({ sort: [{ field: 'price', order: 'up' }] }, 'INVALID_ARGUMENT')
    refused({ sort: [{ field: 'price', from: 1 }] }, 'INVALID_ARGUMENT')
    refused({ sort: [{ field: 'text' }] }, 'UNKNOWN_FIELD')
    refused({ sort: [{ field: 'place' }] }, 'WRONG_TYPE')
    refused({ group: { by: 'price' } }, 'WRONG_TYPE')
    refused({ group: { by: 'brand', size: 0 } }, 'INVALID_ARGUMENT')
    refused({ group: 'brand' }, 'INVALID_ARGUMENT')
    refused({ pinned: '1' }, 'INVALID_ARGUMENT')
    refused({ pinned: Array.from({ length: 200 }, String) }, 'INVALID_ARGUMENT')
    refused({ filters: ['brand'] }, 'INVALID_ARGUMENT')
    refused({ where: { brand: 'acme' } }, 'INVALID_ARGUMENT')
    refused({ where: { any: [], all: [] } }, 'INVALID_ARGUMENT')
    refused({ where: { filters: { colour: 'red' } } }, 'UNKNOWN_FIELD')
  })

  it('are refused by an index without documents, too', () => {
    const empty = new LiveTextIndex({ fields: FIELDS }).refresh()
    assert.throws(
      () => searchText(empty, 'red', { facets: { colour: {} } }),
      (error) => isSluiceError(error, 'UNKNOWN_FIELD'),
    )
    const { hits, total, facets } = searchText(empty, '', {
      total: true,
      facets: { brand: {}, price: { step: 5 } },
      sort: [{ field: 'brand' }, 'score'],
    })
    assert.deepEqual(
      { hits, total, values: facets!.brand!.values, ranges: facets!.price!.ranges },
      { hits: [], total: 0, values: [], ranges: [] },
    )
  })
})

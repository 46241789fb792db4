import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { category, defineSchema, id, number } from '../../problem/index.ts'
import { searchText } from '../text/search-text.ts'
import { searchDocumentFaults } from './search-documents.ts'
import { SearchIndex } from './search-index.ts'

const schema = defineSchema({
  entities: {
    shop: { name: category(), latitude: number().optional(), longitude: number().optional(), lat: number().optional() },
  },
  events: { seen: { decision: id() } },
})
const spec = {
  documents: 'shop',
  fields: { name: { kind: 'text' }, place: { kind: 'geo' } },
} as const

describe('a field of points in the index of a search system', () => {
  it('is made of two attributes, and follows both of them', () => {
    const index = new SearchIndex(spec)
    const near = (latitude: number) => {
      const filters = { place: { near: { latitude, longitude: 13.4 }, within: 2000 } }
      return searchText(index.snapshot, 'shop', { filters }).hits.map((hit) => hit.id)
    }
    index.note(1, 'a', { name: 'shop a' }, { name: 'shop a', latitude: 52.5 })
    index.note(2, 'b', { name: 'shop b' }, { name: 'shop b', latitude: 52.51, longitude: 13.4 })
    index.indexTo(2)
    assert.deepEqual(near(52.5), ['b'])
    index.note(3, 'a', { longitude: 13.4 }, { name: 'shop a', latitude: 52.5, longitude: 13.4 })
    index.note(4, 'b', { latitude: 48 }, { name: 'shop b', latitude: 48, longitude: 13.4 })
    index.indexTo(4)
    assert.deepEqual(near(52.5), ['a'])
    assert.deepEqual(near(48), ['b'])
  })

  it('needs numbers to be made of', () => {
    assert.deepEqual(searchDocumentFaults(schema, spec), [])
    const degrees = { latitude: 'lat', longitude: 'name' }
    const place = { kind: 'geo', degrees } as const
    assert.deepEqual(searchDocumentFaults(schema, { ...spec, fields: { ...spec.fields, place } }), [
      'fields.place: expected an attribute of shop (latitude, longitude, lat), got name',
    ])
  })
})

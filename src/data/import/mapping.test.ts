import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../foundation/index.ts'
import { defineSchema, number, ref } from '../../problem/index.ts'
import { requireMapping } from './mapping.ts'

const schema = defineSchema({
  entities: { user: {}, video: {} },
  events: { rating: { user: ref('user'), video: ref('video'), stars: number() } },
})
const mapping = {
  delimiter: '\t',
  header: ['user', 'item', 'rating', 'time'],
  type: 'rating',
  at: { column: 'time', unit: 's' },
  fields: { user: 'user', video: 'item', stars: { column: 'rating', as: 'number', scale: 0.5 } },
}

const faultsOf = (value: unknown): unknown[] => {
  try {
    requireMapping(value, schema)
    return []
  } catch (error) {
    assert.ok(isSluiceError(error, 'INVALID_ARGUMENT'))
    return error.details as unknown[]
  }
}

describe('a mapping', () => {
  it('is taken from JSON as it is', () => {
    assert.deepEqual(requireMapping(JSON.parse(JSON.stringify(mapping)), schema), mapping)
  })

  it('is refused with every fault listed', () => {
    const wrong = {
      delimiter: '',
      header: false,
      encoding: 'utf16',
      at: { column: 'time' },
      fields: { user: 7, stars: { column: 'rating', as: 'stars' }, tags: { column: 'tags', as: 'list' } },
      typ: 'rating',
    }
    assert.equal(faultsOf(wrong).length, 9, faultsOf(wrong).join('\n'))
    assert.equal(faultsOf(null).length, 1)
  })

  it('is refused when it names a column, a type or a field that is not there', () => {
    assert.match(String(faultsOf({ ...mapping, id: 'key' })), /column key: expected one of user, item/)
    assert.match(String(faultsOf({ ...mapping, type: 'ratings' })), /got ratings/)
    const faults = String(faultsOf({ ...mapping, fields: { user: 'user', film: 'item', stars: 'rating' } }))
    assert.match(faults, /fields\.film/)
    assert.match(faults, /fields\.video: expected a column, because rating requires it/)
  })
})

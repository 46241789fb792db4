import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../foundation/index.ts'
import { searchText, type TextSearchOptions } from './search-text.ts'
import { parseSynonyms } from './synonyms.ts'
import { TextIndexBuilder } from './text-index-builder.ts'

describe('filters in the words of a query', () => {
  const builder = new TextIndexBuilder({
    fields: {
      ...{
        title: { kind: 'text' },
        brand: { kind: 'keyword' },
        colour: { kind: 'keyword' },
        price: { kind: 'number' },
      },
      listed: { kind: 'date' },
    },
  })
  const shoes = [
    ['1', 'Running shoes', 'Acme', 'Red', 40, '2019-03-01'],
    ['2', 'Running shoes', 'Acme', 'Red', 60, '2021-03-01'],
    ['3', 'Running shoes', 'Acme', 'Dark Blue', 30, '2021-04-01'],
    ['4', 'Hiking shoes', 'North Peak', 'Red', 90, '2022-03-01'],
    ['5', 'Blue and red hats', 'Bolt', 'Dark Blue', 10, '2022-03-01'],
  ] as const
  for (const [id, title, brand, colour, price, listed] of shoes)
    builder.add({ id, title, brand, colour, price, listed })
  const index = builder.build()
  const search = (text: string, options: TextSearchOptions = {}) =>
    searchText(index, text, { recognise: true, ...options })
  const ids = (text: string, options: TextSearchOptions = {}) =>
    search(text, options)
      .hits.map(({ id }) => id)
      .sort()

  it('are values of fields of names and numbers with a bound, and the others are words', () => {
    assert.deepEqual(ids('red acme shoes below 50'), ['1'])
    assert.deepEqual(ids('shoes from north peak'), ['4'])
    assert.deepEqual(ids('dark blue shoes'), ['3'])
    assert.deepEqual(ids('shoes between 35 and $60'), ['1', '2'])
    assert.deepEqual(ids('acme shoes since 2021'), ['2', '3'])
    assert.deepEqual(search('red acme shoes below 50').recognised, [
      { written: 'below 50', field: 'price', filter: { below: 50 }, relaxed: false },
      { written: 'red', field: 'colour', filter: 'Red', relaxed: false },
      { written: 'acme', field: 'brand', filter: 'Acme', relaxed: false },
    ])
  })

  it('are taken only when that is asked for, and not from quoted words', () => {
    assert.equal(searchText(index, 'red acme shoes').recognised, undefined)
    assert.deepEqual(ids('"red hats"'), ['5'])
    assert.deepEqual(ids('+red shoes', { recognise: { fields: ['brand'] } }), ['5'])
    assert.deepEqual(search('red shoes', { recognise: { fields: ['brand'] } }).recognised, [])
  })

  it('may be written with a slip or by a synonym, and two of one field are alternatives', () => {
    assert.deepEqual(ids('shoes amce'), ['1', '2', '3'])
    assert.deepEqual(ids('crimson shoes', { synonyms: parseSynonyms('crimson => red') }), ['1', '2', '4'])
    assert.deepEqual(ids('acme or bolt under 35'), ['3', '5'])
  })

  it('may be all that a query says', () => {
    assert.deepEqual(ids('acme'), ['1', '2', '3'])
    assert.deepEqual(ids('below 50'), ['1', '3', '5'])
    assert.deepEqual(ids('price:..40', { recognise: false }), ['1', '3', '5'])
    assert.equal(search('below 90', { limit: 2 }).hits.length, 2)
  })

  it('are given up one by one where they leave nothing, and the answer says so', () => {
    const { hits, recognised = [] } = search('red acme shoes below 5')
    assert.deepEqual(
      hits.map(({ id }) => id),
      ['1', '2'],
    )
    assert.deepEqual(
      recognised.map(({ written, relaxed }) => `${written} ${relaxed}`),
      ['below 5 true', 'red false', 'acme false'],
    )
    assert.ok(search('bolt shoes below 3 from 2030').recognised?.every(({ relaxed }) => relaxed))
  })

  it('are of fields that the index has', () => {
    assert.throws(
      () => search('red', { recognise: { fields: ['size'] } }),
      (error) => isSluiceError(error, 'UNKNOWN_FIELD'),
    )
  })
})

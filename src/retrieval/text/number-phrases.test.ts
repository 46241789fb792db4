import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readNumberPhrases } from './number-phrases.ts'

const fields = {
  kinds: { price: 'number', rating: 'number', released: 'date', brand: 'keyword' },
  money: 'price',
} as const
const day = (text: string) => Date.parse(`${text}T00:00:00Z`)

describe('numbers in the words of a query', () => {
  const cases: Readonly<Record<string, readonly [field: string, filter: object, rest: string]>> = {
    'shoes below 50': ['price', { below: 50 }, 'shoes'],
    'Under $1,000.50 shoes': ['price', { below: 1000.5 }, 'shoes'],
    'shoes up to 50 euros': ['price', { max: 50 }, 'shoes'],
    'more than 2k': ['price', { above: 2000 }, ''],
    'shoes between 10 and 20': ['price', { min: 10, max: 20 }, 'shoes'],
    'shoes from 10 to 20 red': ['price', { min: 10, max: 20 }, 'shoes red'],
    'shoes from $10-$20': ['price', { min: 10, max: 20 }, 'shoes'],
    'shoes rating above 4': ['rating', { above: 4 }, 'shoes'],
    'at least 4 rating shoes': ['rating', { min: 4 }, 'shoes'],
    'shoes from 2020': ['released', { min: day('2020-01-01') }, 'shoes'],
    'shoes since 2020-05': ['released', { min: day('2020-05-01') }, 'shoes'],
    'shoes before 2020-05-17': ['released', { below: day('2020-05-17') }, 'shoes'],
    'shoes in 2020': ['released', { min: day('2020-01-01'), max: day('2021-01-01') - 1 }, 'shoes'],
    'shoes until 2020-12': ['released', { max: day('2021-01-01') - 1 }, 'shoes'],
  }
  for (const [text, [field, filter, rest]] of Object.entries(cases)) {
    it(`are a filter on ${field} in "${text}"`, () => {
      const read = readNumberPhrases(text, fields)
      assert.deepEqual(
        read.found.map((one) => ({ field: one.field, filter: one.filter })),
        [{ field, filter }],
      )
      assert.equal(read.rest.replace(/\s+/g, ' ').trim(), rest)
    })
  }

  it('stay words where no field is meant, or no number', () => {
    for (const text of [
      'shoes 50',
      'under the sea',
      'below 50a',
      'brand above 3',
      'in 10',
      'from here to 20th',
      'over',
    ])
      assert.deepEqual(readNumberPhrases(text, fields), { found: [], rest: text })
    const unclear = { kinds: { width: 'number', height: 'number' }, money: undefined } as const
    assert.deepEqual(readNumberPhrases('below 50', unclear).found, [])
    assert.deepEqual(readNumberPhrases('$50 to below $60', unclear).found, [])
    assert.equal(readNumberPhrases('height below 50', unclear).found[0]?.field, 'height')
  })

  it('take little time, however long the text', () => {
    for (const text of ['from '.repeat(20_000), '1,'.repeat(50_000), `${'a '.repeat(50_000)}below 5`])
      assert.equal(readNumberPhrases(text, fields).rest.length, text.length)
  })
})

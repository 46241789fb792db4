import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../foundation/index.ts'
import { LiveTextIndex } from './live-text-index.ts'
import { searchText, type TextSearchOptions } from './search-text.ts'
import type { TextIndexOptions } from './text-fields.ts'
import { loadTextIndex, saveTextIndex } from './text-file.ts'
import type { TextSnapshot } from './text-snapshot.ts'

type Documents = Readonly<Record<string, Readonly<Record<string, unknown>>>>

function indexOf(options: TextIndexOptions, documents: Documents, segmentWords = 6): TextSnapshot {
  const index = new LiveTextIndex(options, { segmentWords })
  for (const [id, document] of Object.entries(documents)) index.add({ id, ...document })
  return index.refresh()
}

function idsOf(snapshot: TextSnapshot, query: string, options: TextSearchOptions = {}): string[] {
  return searchText(snapshot, query, options).hits.map(({ id }) => id)
}

const SHOP: TextIndexOptions = {
  fields: {
    title: { kind: 'text', boost: 2 },
    titel: { kind: 'text', language: 'german' },
    code: { kind: 'code', boost: 2 },
    price: { kind: 'number' },
  },
}

const PRODUCTS: Documents = {
  p1: { title: 'running shoes', titel: 'Laufschuhe für Läufer', code: 'AB-1234/x', price: 10 },
  p2: { title: 'the houses', titel: 'die Häuser', code: ['AB-1234', 'ZZ 9'], price: 20 },
  p3: { title: 'mug', titel: 'Becher mit dem Haus', code: '91234-7', price: 30 },
  p4: { title: 'die casting', titel: 'the best', code: '4006381333931', price: 40 },
}

describe('fields of several languages', () => {
  const snapshot = indexOf(SHOP, PRODUCTS)

  it('are each searched in its own', () => {
    assert.deepEqual(idsOf(snapshot, 'Häusern').sort(), ['p2', 'p3'])
    assert.deepEqual(idsOf(snapshot, 'house'), ['p2'])
    assert.deepEqual(idsOf(snapshot, 'laufer'), ['p1'])
    assert.deepEqual(idsOf(snapshot, '"Becher mit dem Haus"'), ['p3'])
    assert.deepEqual(idsOf(snapshot, '+run +läufer'), ['p1'])
    assert.deepEqual(idsOf(snapshot, 'house -häuser'), [])
  })

  it('leave out a stop word of one and find it in the other', () => {
    assert.deepEqual(idsOf(snapshot, 'die'), ['p4'])
    assert.deepEqual(idsOf(snapshot, 'the'), ['p4'])
    assert.deepEqual(idsOf(snapshot, 'in'), [])
  })

  it('complete and correct words of each, and say what was meant', () => {
    assert.deepEqual(idsOf(snapshot, 'häus', { prefix: true }).sort(), ['p2', 'p3'])
    const { hits, didYouMean } = searchText(snapshot, 'bechre')
    assert.deepEqual([hits[0]?.id, didYouMean?.text], ['p3', 'becher'])
  })

  it('answer the same however the index was cut, merged, saved and opened', () => {
    const queries = ['Häusern running', 'ab1234', '1234', 'die', 'becher 9', 'ab1235x', 'laufr', '006381']
    const answersOf = (index: TextSnapshot) => queries.map((query) => searchText(index, query, { explain: true }))
    const whole = answersOf(indexOf(SHOP, PRODUCTS, 1_000))
    assert.deepEqual(answersOf(indexOf(SHOP, PRODUCTS, 1)), whole)
    const index = new LiveTextIndex(SHOP, { segmentWords: 3 })
    for (const [id, document] of Object.entries({ ...PRODUCTS, p0: { titel: 'weg' } })) index.add({ id, ...document })
    index.delete('p0')
    const opened = loadTextIndex(saveTextIndex(index.compact()))
    const fresh = new LiveTextIndex(SHOP)
    for (const [id, document] of Object.entries(PRODUCTS)) fresh.add({ id, ...document })
    assert.deepEqual(answersOf(opened), answersOf(fresh.compact()))
  })

  it('refuse a language that is none', () => {
    const wrong = { fields: { title: { kind: 'text', language: 'klingon' } } } as unknown as TextIndexOptions
    assert.throws(
      () => new LiveTextIndex(wrong),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
  })
})

describe('words that are written as one', () => {
  const snapshot = indexOf(
    { fields: { text: { kind: 'text', language: 'german' } } },
    {
      d1: { text: 'Damenschuhe aus Leder' },
      d2: { text: 'Schuh für Damen' },
      d3: { text: 'Arbeitsschuh' },
      d4: { text: 'die Arbeit am Handschuhfach' },
      d5: { text: 'Zubehör' },
    },
  )

  it('are found by the last of them, for less than the word itself', () => {
    assert.deepEqual(idsOf(snapshot, 'Schuhe'), ['d2', 'd3', 'd1'])
    assert.deepEqual(idsOf(snapshot, 'Schuhe', { compounds: false }), ['d2'])
  })

  it('stand for their parts, with what links them and without', () => {
    assert.deepEqual(idsOf(snapshot, 'Lederschuhe').slice(0, 2).sort(), ['d1', 'd2'])
    assert.deepEqual(idsOf(snapshot, 'Arbeitsleder').sort(), ['d1', 'd4'])
  })

  it('are words of their own where a language writes them apart', () => {
    const english = indexOf(
      { fields: { text: { kind: 'text' } } },
      { d1: { text: 'horseshoes' }, d2: { text: 'a horse' } },
    )
    assert.deepEqual(idsOf(english, 'shoes'), [])
  })
})

describe('texts without spaces', () => {
  const snapshot = indexOf(
    { fields: { text: { kind: 'text' } }, language: 'japanese' },
    { d1: { text: '東京都の天気' }, d2: { text: '京都の寺' }, d3: { text: 'ｺｰﾋｰ cup' }, d4: { text: '茶' } },
  )

  it('are found by what stands in them', () => {
    assert.deepEqual(idsOf(snapshot, '天気'), ['d1'])
    assert.deepEqual(idsOf(snapshot, '京都').sort(), ['d1', 'd2'])
    assert.deepEqual(idsOf(snapshot, '京都の寺')[0], 'd2')
    assert.deepEqual(idsOf(snapshot, 'コーヒー'), ['d3'])
  })

  it('are found by a single sign, where others begin with it', () => {
    assert.deepEqual(idsOf(snapshot, '茶'), ['d4'])
    assert.deepEqual(idsOf(snapshot, '東'), ['d1'])
  })
})

describe('codes', () => {
  const snapshot = indexOf(SHOP, PRODUCTS)

  it('are found whole, however they are written, before all that is only like them', () => {
    for (const query of ['AB-1234/x', 'ab1234x', 'AB 1234 X', 'ab_1234.x'])
      assert.equal(idsOf(snapshot, query)[0], 'p1')
    for (const query of ['ab1234', 'AB-1234']) assert.deepEqual(idsOf(snapshot, query).slice(0, 2), ['p2', 'p1'])
  })

  it('are found by their parts, by signs in a row and with a slip', () => {
    assert.deepEqual(idsOf(snapshot, '1234').slice(0, 2).sort(), ['p1', 'p2'])
    assert.equal(idsOf(snapshot, '1234')[2], 'p3')
    assert.deepEqual(idsOf(snapshot, '638133'), ['p4'])
    assert.deepEqual(idsOf(snapshot, 'ab1243x')[0], 'p1')
    assert.deepEqual(idsOf(snapshot, 'AB-1235/x')[0], 'p1')
    assert.deepEqual(idsOf(snapshot, '4006381333913'), ['p4'])
    assert.deepEqual(idsOf(snapshot, '4006381333913', { spelling: false }), [])
  })

  it('cost more the less was written of them, and say so', () => {
    const scoreOf = (query: string) => searchText(snapshot, query, { explain: true }).hits.find(({ id }) => id === 'p4')
    const [whole, beginning, part] = ['4006381333931', '400638', '638133'].map(scoreOf)
    assert.ok(whole!.score > beginning!.score && beginning!.score > part!.score)
    assert.deepEqual(
      searchText(snapshot, '1234', { explain: true }).hits[2]?.parts?.map(({ term, written, by }) => [
        term,
        written,
        by,
      ]),
      [['912347', '1234', 'code']],
    )
  })

  it('leave words alone', () => {
    assert.deepEqual(idsOf(snapshot, 'mug'), ['p3'])
    assert.deepEqual(idsOf(snapshot, '-1234 mug'), ['p3'])
  })
})

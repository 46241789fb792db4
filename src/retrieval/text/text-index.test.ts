import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { randomFrom } from '../../foundation/index.ts'
import { searchText, type TextHit } from './search-text.ts'
import type { TextDocument } from './text-fields.ts'
import type { TextIndex } from './text-index.ts'
import { TextIndexBuilder } from './text-index-builder.ts'

const K1 = 1.2
const B = 0.75
const FIELDS = { title: { kind: 'text', boost: 2 }, body: { kind: 'text' } } as const
const BY_THE_BOOK = { spelling: false, proximity: false, syntax: 'words' } as const

interface Written {
  readonly id: string
  readonly title: readonly string[]
  readonly body: readonly string[]
}

function indexOf(documents: readonly Written[]): TextIndex {
  const builder = new TextIndexBuilder({ fields: FIELDS, language: 'none' })
  for (const { id, title, body } of documents) builder.add({ id, title: title.join(' '), body: body.join(' ') })
  return builder.build()
}

/** BM25F from its definition, over plain lists; the later of two documents of one id counts. */
function naiveScores(documents: readonly Written[], query: readonly string[]): Map<string, number> {
  const live = [...new Map(documents.map((document) => [document.id, document])).values()]
  const mean = (field: 'title' | 'body') => live.reduce((sum, one) => sum + one[field].length, 0) / live.length
  const means = { title: mean('title'), body: mean('body') }
  const occurrences = (document: Written, word: string): number =>
    (['title', 'body'] as const).reduce((sum, field) => {
      const count = document[field].filter((other) => other === word).length
      const norm = 1 - B + B * (document[field].length / means[field])
      return count === 0 ? sum : sum + ((field === 'title' ? 2 : 1) * count) / norm
    }, 0)
  const scores = new Map<string, number>()
  for (const word of query) {
    const having = live.filter((document) => occurrences(document, word) > 0)
    const idf = Math.log(1 + (live.length - having.length + 0.5) / (having.length + 0.5))
    for (const document of having) {
      const count = occurrences(document, word)
      const impact = Math.min(255, Math.max(1, Math.round((256 * count) / (K1 + count)))) / 256
      scores.set(document.id, (scores.get(document.id) ?? 0) + idf * impact)
    }
  }
  return scores
}

/** The hits are the best of the naive scores, as far as these can be told apart. */
function assertBest(hits: readonly TextHit[], scores: ReadonlyMap<string, number>, limit: number): void {
  const best = [...scores.values()].sort((a, b) => b - a).slice(0, limit)
  assert.equal(hits.length, best.length)
  for (const [place, { id, score }] of hits.entries()) {
    assert.ok(Math.abs(score - best[place]!) < 1e-4, `${score} at ${place} is not ${best[place]}`)
    assert.ok(Math.abs(score - (scores.get(id) ?? 0)) < 1e-4, `${id}: ${score} is not ${scores.get(id)}`)
  }
}

const word = fc.constantFrom(...'abcdefgh')
const written = fc.record({
  id: fc.constantFrom(...'123456789'),
  title: fc.array(word, { maxLength: 3 }),
  body: fc.array(word, { maxLength: 12 }),
})

describe('a text index', () => {
  it('finds and scores what the definition of BM25F does, with documents replaced on the way', () => {
    fc.assert(
      fc.property(
        fc.array(written, { minLength: 1, maxLength: 12 }),
        fc.array(word, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 10 }),
        (documents, query, limit) => {
          const { hits } = searchText(indexOf(documents), query.join(' '), { ...BY_THE_BOOK, limit })
          assertBest(hits, naiveScores(documents, query), limit)
        },
      ),
      { seed: 7, numRuns: 150 },
    )
  })

  const random = randomFrom(1, 'text index')
  const zipfWord = (): string => `w${Math.floor(300 ** random.uniform() * 1.5)}`
  const many = Array.from({ length: 10_000 }, (_, number) => ({
    ...{ id: `d${number}`, title: [] },
    body: Array.from({ length: 5 + random.integer(15) }, zipfWord),
  }))
  const large = indexOf(many)

  it('is exact over many windows, for frequent and rare words', () => {
    for (let round = 0; round < 12; round++) {
      const query = [...new Set(Array.from({ length: 1 + random.integer(5) }, zipfWord))]
      const limit = [1, 10, 200][round % 3]!
      const { hits } = searchText(large, query.join(' '), { ...BY_THE_BOOK, limit })
      assertBest(hits, naiveScores(many, query), limit)
    }
  })

  it('gives equal scores in the order in which documents were added', () => {
    const same = Array.from({ length: 9000 }, (_, number) => ({ id: `${number}`, title: [], body: ['x', 'y'] }))
    const index = indexOf(same)
    const { hits } = searchText(index, 'x', { ...BY_THE_BOOK, limit: 300 })
    assert.deepEqual(
      hits.map(({ id }) => id),
      same.slice(0, 300).map(({ id }) => id),
    )
  })

  it('gives the same answer whatever the order of words', () => {
    const forwards = searchText(large, 'w1 w17 w50', BY_THE_BOOK)
    assert.deepEqual(searchText(large, 'w50 w1 w17', BY_THE_BOOK), forwards)
  })

  it('explains a score by parts that sum to it', () => {
    for (const proximity of [false, true]) {
      const { hits } = searchText(large, 'w1 w2 w40 w1', { proximity, explain: true })
      assert.equal(hits.length, 10)
      for (const { score, parts = [] } of hits) {
        const sum = parts.reduce((total, part) => total + part.score, 0)
        assert.ok(Math.abs(sum - score) < (proximity ? 1e-9 : 1e-15), `${sum} is not ${score}`)
      }
    }
  })

  it('unpacks the postings that it packed', () => {
    for (const word of ['w1', 'w9', 'w200', 'w440']) {
      const holding = many.flatMap(({ body }, number) => (body.includes(word) ? [number] : []))
      assert.deepEqual(Array.from(large.postings(word).documents), holding, word)
    }
  })

  it('finds nothing without documents', () => {
    assert.deepEqual(searchText(indexOf([]), 'a'), { hits: [], corrections: [] })
  })
})

describe('phrases', () => {
  it('are found where a scan of the words finds them', () => {
    const near = (body: readonly string[], first: string, second: string, slop: number): boolean =>
      body.some((one, at) => one === first && body.slice(at + 1, at + 2 + slop).includes(second))
    fc.assert(
      fc.property(
        fc.array(written, { minLength: 1, maxLength: 10 }),
        word,
        word,
        fc.nat(3),
        (documents, a, b, slop) => {
          const last = documents.filter(
            ({ id }, place) => documents.findLastIndex((other) => other.id === id) === place,
          )
          const wanted = last.filter(({ title, body }) => near(body, a, b, slop) || near(title, a, b, slop))
          const { hits } = searchText(indexOf(documents), `"${a} ${b}"~${slop}`, { limit: 100 })
          assert.deepEqual(hits.map(({ id }) => id).sort(), wanted.map(({ id }) => id).sort())
        },
      ),
      { seed: 11, numRuns: 200 },
    )
  })
})

describe('signs and filters', () => {
  const builder = new TextIndexBuilder({
    fields: { ...FIELDS, brand: { kind: 'keyword' }, price: { kind: 'number' }, sold: { kind: 'date' } },
  })
  const shoes: readonly TextDocument[] = [
    { id: 'red', title: 'Red running shoes', brand: 'Acme', price: 40, sold: '2026-01-05' },
    { id: 'blue', title: 'Blue running shoe', brand: ['Acme', 'Bolt'], price: 60, sold: Date.parse('2026-02-01') },
    { id: 'boot', title: 'Red boots for the running of shops', brand: 'Bolt', price: null },
    { id: 'state', title: 'State of the art shoes', body: 'new; state your art' },
  ]
  for (const shoe of shoes) builder.add(shoe)
  const index = builder.build()
  const found = (text: string, options = {}) =>
    searchText(index, text, options)
      .hits.map(({ id }) => id)
      .sort()

  const cases: Readonly<Record<string, readonly string[]>> = {
    'running shoes': ['blue', 'boot', 'red', 'state'],
    '+running shoes': ['blue', 'boot', 'red'],
    'running -red': ['blue'],
    '"running shoes"': ['blue', 'red'],
    '"red shoes"': [],
    '"red shoes"~1': ['red'],
    '-"running shoes" running': ['boot'],
    '"state of the art"': ['state'],
    '"state art"': [],
    'shoes brand:Acme': ['blue', 'red'],
    'running brand:Bolt price:..50': [],
    'running price:50..': ['blue'],
    'running sold:2026-01-01..2026-01-31': ['red'],
    'runing shose': ['blue', 'boot', 'red', 'state'],
    '"runing shoes"': ['blue', 'red'],
    '+runing -rde': ['blue', 'boot', 'red'],
    'colour:red': ['boot', 'red'],
  }
  for (const [query, ids] of Object.entries(cases)) {
    it(`find for ${query}: ${ids.join(', ') || 'nothing'}`, () => assert.deepEqual(found(query), ids))
  }

  it('come as options, too, and all of them must hold', () => {
    assert.deepEqual(found('running', { filters: { brand: ['Acme', 'Bolt'], price: { min: 40, max: 60 } } }), [
      'blue',
      'red',
    ])
    assert.deepEqual(found('running brand:Bolt', { filters: { brand: 'Acme' } }), ['blue'])
  })

  it('say which words were taken for others', () => {
    const { corrections } = searchText(index, 'runing')
    assert.equal(corrections.length, 1)
    assert.equal(corrections[0]?.meant, 'running')
    assert.ok(corrections[0].confidence > 0.8)
  })
})

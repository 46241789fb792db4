import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFrom } from '../../foundation/index.ts'
import { findDocuments } from './find-documents.ts'
import { SearchIndex } from './search-index.ts'

const SPEC = {
  documents: 'product',
  fields: { title: { kind: 'text' }, maker: { kind: 'text', from: 'brand' }, price: { kind: 'number' } },
  removed: 'removed',
} as const
const WORDS = ['red', 'green', 'lamp', 'chair', 'tent', 'wool', 'oak', 'steel']

type Attributes = Readonly<Record<string, unknown>>

/** Changes of a few products, as the log tells them. */
function changes(seed: number, count: number): { id: string; change: Attributes }[] {
  const random = randomFrom(seed, 'changes')
  const word = () => WORDS[random.integer(WORDS.length)]!
  return Array.from({ length: count }, () => {
    const id = `p${random.integer(40)}`
    const kind = random.integer(6)
    if (kind === 0) return { id, change: { removed: random.integer(2) === 0 } }
    if (kind === 1) return { id, change: { price: random.integer(100) } }
    if (kind === 2) return { id, change: { views: random.integer(9) } }
    return { id, change: { title: Array.from({ length: 1 + random.integer(6) }, word).join(' '), brand: word() } }
  })
}

/** Notes changes one by one, with all that is known after each, and indexes when `isDue`. */
function indexOf(all: ReturnType<typeof changes>, isDue: (place: number) => boolean) {
  const known = new Map<string, Attributes>()
  const index = new SearchIndex(SPEC)
  for (const [place, { id, change }] of all.entries()) {
    known.set(id, { ...known.get(id), ...change })
    index.note(place + 1, id, change, known.get(id)!)
    if (isDue(place)) index.indexTo(Number.POSITIVE_INFINITY)
    if (isDue(place)) void index.snapshot
  }
  index.indexTo(Number.POSITIVE_INFINITY)
  while (index.settle(100));
  return { index, known }
}

function answersOf({ snapshot, reading }: SearchIndex) {
  const keyOf = (id: string) => Number(id.slice(1))
  return ['red lamp', 'oak', 'green wool tent', '"red lamp"', 'price:..50 chair'].map((text) => {
    const { items, scores } = findDocuments(snapshot, { keyOf, reading }, { text, limit: 50 })
    return { items: [...items], scores: [...scores] }
  })
}

describe('the index of a search system', () => {
  it('answers the same to the last bit however often it was brought up to date', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const all = changes(seed, 400)
      const often = indexOf(all, () => true)
      const seldom = indexOf(all, (place) => place % 97 === 0)
      const once = indexOf(all, () => false)
      assert.deepEqual(answersOf(often.index), answersOf(once.index))
      assert.deepEqual(answersOf(seldom.index), answersOf(once.index))
      assert.ok(answersOf(once.index).filter(({ items }) => items.length > 5).length >= 3)
    }
  })

  it('finds what has a word and is not removed, as a plain look at what is known does', () => {
    const { index, known } = indexOf(changes(3, 300), (place) => place % 5 === 0)
    for (const word of WORDS) {
      const { items } = findDocuments(
        index.snapshot,
        { keyOf: (id) => Number(id.slice(1)), reading: { compounds: false } as object },
        { text: `+${word}`, limit: 100 },
      )
      const wanted = [...known]
        .filter(([, { removed, title = '', brand = '' }]) => {
          return removed !== true && `${title} ${brand}`.split(' ').includes(word)
        })
        .map(([id]) => Number(id.slice(1)))
      assert.deepEqual([...items].sort(), wanted.sort())
    }
  })

  it('indexes up to an offset and no further, and leaves alone what no field holds', () => {
    const index = new SearchIndex(SPEC)
    index.note(1, 'p1', { title: 'red lamp' }, { title: 'red lamp' })
    index.note(4, 'p2', { title: 'red chair' }, { title: 'red chair' })
    index.note(5, 'p1', { views: 3 }, { title: 'red lamp', views: 3 })
    assert.equal(index.pending, 2)
    index.indexTo(3)
    assert.deepEqual([index.indexed, index.pending, index.size], [1, 1, 1])
    index.indexTo(Number.POSITIVE_INFINITY, 1)
    assert.deepEqual([index.indexed, index.pending, index.size], [4, 0, 2])
  })

  it('counts what it cannot take, and finds the others', () => {
    const index = new SearchIndex(SPEC)
    for (const [offset, title] of ['lamp', 'x'.repeat(20_000_000), 'lamp again'].entries()) {
      index.note(offset + 1, `p${offset}`, { title }, { title })
    }
    index.indexTo(Number.POSITIVE_INFINITY)
    assert.deepEqual([index.size, index.refused], [2, 1])
  })
})

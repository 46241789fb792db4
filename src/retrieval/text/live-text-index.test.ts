import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { randomFrom } from '../../foundation/index.ts'
import { LiveTextIndex, type SegmentTuning } from './live-text-index.ts'
import { searchText } from './search-text.ts'
import { segmentBytes } from './segment-bytes.ts'
import type { TextDocument, TextIndexOptions } from './text-fields.ts'
import type { TextIndex } from './text-index.ts'
import { TextIndexBuilder } from './text-index-builder.ts'
import type { TextSnapshot } from './text-snapshot.ts'

const OPTIONS: TextIndexOptions = {
  fields: {
    title: { kind: 'text', boost: 2 },
    body: { kind: 'text' },
    price: { kind: 'number' },
    brand: { kind: 'keyword' },
  },
}
const QUERIES = ['wine glass', 'w1 w2 w3', '"w1 w2"', 'running w9 -w4', 'w5 price:2..4', 'glas brand:b1', '+w7 w1']

type Change = { readonly add: TextDocument } | { readonly take: string } | 'refresh'

const word = fc.oneof(
  fc.nat(12).map((n) => `w${n}`),
  fc.constantFrom('wine', 'glass', 'running', 'runs', 'the', 'of'),
)
const document = fc.record({
  id: fc.nat(14).map(String),
  title: fc.array(word, { maxLength: 3 }).map((words) => words.join(' ')),
  body: fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
  price: fc.nat(5),
  brand: fc.constantFrom('b0', 'b1'),
})
const changes = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: document.map((add): Change => ({ add })) },
    { weight: 2, arbitrary: fc.nat(14).map((id): Change => ({ take: `${id}` })) },
    { weight: 1, arbitrary: fc.constant<Change>('refresh') },
  ),
  { maxLength: 40 },
)

function play(index: LiveTextIndex, all: readonly Change[]): void {
  for (const change of all) {
    if (change === 'refresh') index.refresh()
    else if ('add' in change) index.add(change.add)
    else index.delete(change.take)
  }
}

/** What is left in the end, in the order in which it was added last. */
function left(all: readonly Change[]): TextDocument[] {
  const documents = new Map<string, TextDocument>()
  for (const change of all) {
    if (change === 'refresh') continue
    documents.delete('add' in change ? change.add.id : change.take)
    if ('add' in change) documents.set(change.add.id, change.add)
  }
  return [...documents.values()]
}

function settled(index: LiveTextIndex): TextSnapshot {
  index.refresh()
  while (index.work(1000));
  return index.refresh()
}

function answers(snapshot: TextSnapshot): unknown {
  const found = QUERIES.flatMap((query) => [
    searchText(snapshot, query, { limit: 20, explain: true }),
    searchText(snapshot, query, { limit: 5, feedback: {} }),
  ])
  const terms = ['w1', 'glass', 'run', 'wine'].map((term) => ({
    ids: Array.from(snapshot.postings(term).documents, (number) => snapshot.idOf(number)),
    impacts: [...snapshot.postings(term).impacts],
    frequency: snapshot.frequency(term),
    idf: snapshot.inverseFrequency(term),
    count: snapshot.wordCount(term),
  }))
  return { found, terms, size: snapshot.size, prefix: snapshot.termsWithPrefix('w', 100) }
}

/** But for the fields that filter: numbers of keywords are by order of first sight, also of what is gone. */
function bytesOf({ segments }: TextIndex): Uint8Array[] {
  return segments.map(({ kept }) => segmentBytes({ ...kept.segment, values: new Map() }))
}

const TUNINGS: readonly SegmentTuning[] = [
  { segmentWords: 1, mergeShare: 0 },
  { segmentWords: 1, mergeShare: 100 },
  { segmentWords: 20, mergeShare: 3 },
  {},
]

describe('a live text index', () => {
  it('answers to the bit as one of the same changes, however documents were cut into segments and merged', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const [first, ...others] = TUNINGS.map((tuning) => {
          const index = new LiveTextIndex(OPTIONS, tuning)
          play(index, all)
          return answers(settled(index))
        })
        for (const other of others) assert.deepEqual(other, first)
      }),
      { seed: 3, numRuns: 60 },
    )
  })

  it('is, once compact, to the byte the index that is built of what is left', () => {
    fc.assert(
      fc.property(changes, fc.constantFrom(...TUNINGS), (all, tuning) => {
        const index = new LiveTextIndex(OPTIONS, tuning)
        play(index, all)
        const builder = new TextIndexBuilder(OPTIONS)
        for (const one of left(all)) builder.add(one)
        const built = builder.build()
        const compact = index.compact()
        assert.deepEqual(answers(compact), answers(built))
        assert.deepEqual(bytesOf(compact), bytesOf(built))
      }),
      { seed: 4, numRuns: 60 },
    )
  })

  it('shows what was added, replaced and taken away at the next refresh, and not before', () => {
    const index = new LiveTextIndex({ fields: { text: { kind: 'text' } } })
    const ids = (snapshot: TextSnapshot) => searchText(snapshot, 'shoes').hits.map(({ id }) => id)
    index.add({ id: 'a', text: 'red shoes' })
    assert.deepEqual(ids(index.snapshot), [])
    const before = index.refresh()
    assert.deepEqual(ids(before), ['a'])
    index.add({ id: 'a', text: 'red boots' })
    index.add({ id: 'b', text: 'blue shoes' })
    assert.deepEqual(ids(index.snapshot), ['a'])
    assert.deepEqual(ids(index.refresh()), ['b'])
    assert.equal(index.delete('b'), true)
    assert.equal(index.delete('b'), false)
    assert.equal(index.has('b'), false)
    assert.deepEqual(ids(index.refresh()), [])
    assert.equal(index.size, 1)
    assert.equal(index.snapshot.frequency('shoe'), 0)
    assert.deepEqual(ids(before), ['a'])
  })

  it('merges until few segments are left, and drops what was taken away', () => {
    const random = randomFrom(5, 'live text index')
    const index = new LiveTextIndex(OPTIONS, { segmentWords: 200 })
    for (let number = 0; number < 3000; number++) {
      const body = Array.from({ length: 10 }, () => `w${Math.floor(200 ** random.uniform())}`).join(' ')
      index.add({ id: `${random.integer(1500)}`, title: '', body })
      if (number % 50 === 0) index.refresh()
    }
    settled(index)
    assert.ok(index.snapshot.segments.length <= 30, `${index.snapshot.segments.length} segments`)
    assert.ok(index.snapshot.documentCount < 2 * index.size)
    for (const id of [...Array(1500).keys()]) if (id % 3 > 0) index.delete(`${id}`)
    settled(index)
    assert.ok(index.snapshot.documentCount <= 2 * index.size)
  })

  it('weighs against average lengths that are never more than a tenth from what they are', () => {
    const random = randomFrom(6, 'average lengths')
    const index = new LiveTextIndex({ fields: { text: { kind: 'text' } }, language: 'none' })
    const lengths = new Map<string, number>()
    for (let number = 0; number < 2000; number++) {
      const id = `${random.integer(300)}`
      const length = 1 + random.integer(1 + (number >>> 4))
      lengths.set(id, length)
      index.add({ id, text: 'word '.repeat(length) })
      const mean = [...lengths.values()].reduce((sum, one) => sum + one, 0) / lengths.size
      const ratio = index.fixedLengths[0]! / mean
      assert.ok(ratio < 1.1001 && ratio > 0.909, `${ratio} after ${number}`)
    }
    for (const { kept } of settledSegments(index)) assert.deepEqual(kept.segment.averageLengths, index.fixedLengths)
  })

  it('refuses a document without a trace, and keeps the earlier one of its id', () => {
    const index = new LiveTextIndex(OPTIONS)
    index.add({ id: '1', title: 'kept' })
    assert.throws(() => index.add({ id: '1', title: 'new', price: 'cheap' }))
    assert.throws(() => index.add({ id: '1', title: 'x'.repeat(250_001) }))
    assert.throws(() => index.add({ id: '1', title: Array.from({ length: 250_001 }, () => '') }))
    assert.deepEqual(
      searchText(index.refresh(), 'kept new').hits.map(({ id }) => id),
      ['1'],
    )
  })
})

function settledSegments(index: LiveTextIndex): LiveTextIndex['snapshot']['segments'] {
  settled(index)
  return index.snapshot.segments
}

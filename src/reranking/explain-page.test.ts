import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cap, deduplicate, diversify, explainPage, type PageAttributes, sponsored, whyNot } from './index.ts'
import { candidateArrays, type ListedCandidate } from './testing/candidate-arrays.ts'

const table: Record<string, Record<number, number[]>> = {
  'video.title': { 1: [1], 2: [1] },
  'video.creator': { 3: [5], 4: [5], 5: [5] },
  'video.genres': { 1: [1], 3: [2], 4: [3], 6: [1], 7: [4] },
}
const attributes: PageAttributes = (path, item) => table[path]?.[item] ?? []
const rules = [
  deduplicate('video.title'),
  diversify({ by: 'video.genres', lambda: 0.3 }),
  cap({ by: 'video.creator', perPage: 2 }),
  sponsored({ slots: [5] }),
]
const candidates: ListedCandidate[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((item) => ({ item, score: 20 - item })),
  { item: 20, score: 2, kind: 'sponsored' },
  { item: 21, score: 1, kind: 'sponsored' },
]

describe('explainPage', () => {
  const explained = explainPage(candidateArrays(candidates), rules, { limit: 5, attributes })

  it('shows the same page as rerank would and accounts for every other candidate', () => {
    assert.deepEqual(
      explained.page.map((place) => place.item),
      [1, 3, 4, 7, 20],
    )
    assert.deepEqual(
      explained.keptOut.map((absent) => absent.item),
      [2, 5, 6, 8, 21],
    )
  })

  it('names the hard rule that barred an item and the items it shares the full value with', () => {
    assert.deepEqual(whyNot(explained, 2), {
      stage: 'reranking',
      item: 2,
      rank: 2,
      sponsored: false,
      rule: 'deduplicate(video.title)',
      position: 1,
      lostTo: [1],
    })
    const capped = whyNot(explained, 5)
    assert.equal(capped?.rule, 'cap(video.creator)')
    assert.deepEqual(capped?.lostTo, [3, 4])
    assert.equal(capped?.position, 3)
  })

  it('names the item that diversity preferred, the slots that were taken and the limit that came first', () => {
    const undiverse = whyNot(explained, 6)
    assert.equal(undiverse?.rule, 'diversify(video.genres)')
    assert.deepEqual([undiverse?.position, undiverse?.lostTo], [4, [7]])
    const unpaid = whyNot(explained, 21)
    assert.deepEqual([unpaid?.rule, unpaid?.position, unpaid?.lostTo], ['sponsored', 5, [20]])
    const unreached = whyNot(explained, 8)
    assert.deepEqual([unreached?.rule, unreached?.position, unreached?.lostTo], ['limit', 5, []])
  })

  it('says nothing of an item that is on the page or was no candidate', () => {
    assert.equal(whyNot(explained, 1), undefined)
    assert.equal(whyNot(explained, 99), undefined)
  })

  it('accounts for a move by rule', () => {
    assert.deepEqual(explained.page[3], {
      item: 7,
      position: 4,
      score: 13,
      movedFrom: 7,
      sponsored: false,
      because: [
        { rule: 'deduplicate(video.title)', places: 1 },
        { rule: 'cap(video.creator)', places: 1 },
        { rule: 'diversify(video.genres)', places: 1 },
      ],
    })
  })

  it('tells that diversity had passed an item over before a hard rule barred it', () => {
    const creators: PageAttributes = (path, item) =>
      path === 'video.creator' ? [item === 1 ? 0 : 9] : [item < 3 ? 1 : 2]
    const some = [1, 2, 3].map((item) => ({ item, score: -item }))
    const both = [diversify({ by: 'video.genres', lambda: 0 }), cap({ by: 'video.creator', perPage: 1 })]
    const passed = whyNot(explainPage(candidateArrays(some), both, { limit: 3, attributes: creators }), 2)
    assert.equal(passed?.rule, 'cap(video.creator)')
    assert.deepEqual(passed?.passedOver, { position: 2, item: 3, rule: 'diversify(video.genres)' })
  })

  it('says which rules made a page short', () => {
    const same: PageAttributes = () => [1]
    const short = explainPage(candidateArrays(candidates.slice(0, 6)), rules.slice(0, 1), {
      limit: 8,
      attributes: same,
    })
    assert.equal(short.short, true)
    assert.deepEqual(short.shortBecause, [
      { rule: 'deduplicate(video.title)', candidates: 5 },
      { rule: 'candidates', candidates: 2 },
    ])
  })
})

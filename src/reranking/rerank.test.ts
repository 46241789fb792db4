import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  cap,
  deduplicate,
  diversify,
  explainPage,
  type PageAttributes,
  type PageRule,
  rerank,
  sponsored,
  whyNot,
} from './index.ts'
import { candidateArrays, type ListedCandidate } from './testing/candidate-arrays.ts'

const unknown: PageAttributes = () => []

function scored(...scores: number[]): ListedCandidate[] {
  return scores.map((score, index) => ({ item: index + 1, score }))
}

function attributesOf(table: Record<string, Record<number, number[]>>): PageAttributes {
  return (path, item) => table[path]?.[item] ?? []
}

function itemsOf(candidates: ListedCandidate[], rules: PageRule[], limit: number, attributes = unknown): number[] {
  return rerank(candidateArrays(candidates), rules, { limit, attributes }).page.map((place) => place.item)
}

describe('rerank', () => {
  it('orders by maximal marginal relevance as the formula of Carbonell & Goldstein does by hand', () => {
    // Scale of the page: rank 1 (10) is 1, rank 4 (5) is 0, so relevance is 1, 0.8, 0.4, 0, -0.2. lambda = 0.5:
    // 1st: item 1.
    // 2nd: item 2: 0.4 - 0.5 * 1 = -0.1 | item 3: 0.2 - 0.5 / 3 = 0.033 | item 4: 0 | item 5: -0.1      -> item 3
    // 3rd: item 2: -0.1 | item 4: 0 - 0 = 0 | item 5: -0.1                                              -> item 4
    // 4th: item 2: -0.1 | item 5: -0.1 - 0.5 * 1 = -0.6                                                 -> item 2
    const attributes = attributesOf({ 'video.genres': { 1: [1, 2], 2: [1, 2], 3: [1, 3], 4: [4], 5: [4] } })
    const rules = [diversify({ by: 'video.genres', lambda: 0.5 })]
    const { page, short } = rerank(candidateArrays(scored(10, 9, 7, 5, 4)), rules, { limit: 4, attributes })
    assert.deepEqual(
      page.map((place) => place.item),
      [1, 3, 4, 2],
    )
    assert.deepEqual(
      page.map((place) => place.because),
      [
        [],
        [{ rule: 'diversify(video.genres)', places: 1 }],
        [{ rule: 'diversify(video.genres)', places: 1 }],
        [{ rule: 'diversify(video.genres)', places: -2 }],
      ],
    )
    assert.equal(short, false)
  })

  it('shows the best candidates in scored order when there are no rules, ties in input order', () => {
    const candidates = [
      { item: 7, score: 1 },
      { item: 8, score: 3 },
      { item: 9, score: 1 },
    ]
    assert.deepEqual(itemsOf(candidates, [], 3), [8, 7, 9])
    assert.deepEqual(itemsOf(candidates, [], 2), [8, 7])
  })

  it('gives an empty short page for no candidates', () => {
    const page = rerank(candidateArrays([]), [diversify({ by: 'video.genres', lambda: 0.5 })], {
      limit: 3,
      attributes: unknown,
    })
    assert.deepEqual(page, {
      page: [],
      short: true,
      shortBecause: [{ rule: 'candidates', candidates: 3 }],
      givenUp: [],
    })
  })

  it('does not let diversity mean something else on another scale of scores or with a longer tail', () => {
    const attributes = attributesOf({ 'video.genres': { 1: [1], 2: [1], 3: [2], 4: [1] } })
    const rules = [diversify({ by: 'video.genres', lambda: 0.6 })]
    const plain = itemsOf(scored(0.9, 0.8, 0.7, 0.3), rules, 4, attributes)
    assert.deepEqual(plain, [1, 3, 2, 4])
    assert.deepEqual(itemsOf(scored(9e6, 8e6, 7e6, 3e6), rules, 4, attributes), plain)
    assert.deepEqual(itemsOf(scored(0.9, 0.8, 0.7, 0.3, -50, -60), rules, 4, attributes), plain)
    assert.deepEqual(itemsOf(scored(1e308, 0, -1e308), rules, 3, attributes).length, 3)
  })

  it('never takes two unknown values for the same one', () => {
    const rules = [deduplicate('video.title'), cap({ by: 'video.creator', perPage: 1 })]
    assert.deepEqual(itemsOf(scored(3, 2, 1), rules, 3), [1, 2, 3])
  })

  it('counts an item for each of its values', () => {
    const attributes = attributesOf({ 'video.genres': { 1: [1, 2, 2], 2: [2, 3], 3: [3], 4: [1] } })
    assert.deepEqual(itemsOf(scored(4, 3, 2, 1), [cap({ by: 'video.genres', perPage: 1 })], 4, attributes), [1, 3])
  })

  it('shows sponsored items in the slots only, fills an empty slot with an organic item and says who paid', () => {
    const candidates = scored(9, 8, 7, 6, 5).map((candidate) => ({
      ...candidate,
      kind: candidate.item === 1 ? ('sponsored' as const) : undefined,
    }))
    const rules = [sponsored({ slots: [2, 4], minimumDistance: 2 })]
    const { page } = rerank(candidateArrays(candidates), rules, { limit: 4, attributes: unknown })
    assert.deepEqual(
      page.map((place) => [place.item, place.sponsored]),
      [
        [2, false],
        [1, true],
        [3, false],
        [4, false],
      ],
    )
    assert.deepEqual(page[1]?.because, [{ rule: 'sponsored', places: -1 }])
    assert.deepEqual(page[0]?.because, [{ rule: 'sponsored', places: 1 }])
  })

  it('shows no sponsored candidate without a slot', () => {
    const candidates = [{ item: 1, score: 2, kind: 'sponsored' as const }, ...scored(0).map((c) => ({ ...c, item: 2 }))]
    const explained = explainPage(candidateArrays(candidates), [], { limit: 2, attributes: unknown })
    assert.deepEqual(
      explained.page.map((place) => place.item),
      [2],
    )
    assert.deepEqual(explained.shortBecause, [{ rule: 'sponsored', candidates: 1 }])
  })

  it('shows an item once when it is both paid for and ranked', () => {
    const candidates = [
      { item: 1, score: 3 },
      { item: 1, score: 2, kind: 'sponsored' as const },
      { item: 2, score: 1 },
    ]
    const rules = [sponsored({ slots: [2] })]
    const explained = explainPage(candidateArrays(candidates), rules, { limit: 2, attributes: unknown })
    assert.deepEqual(
      explained.page.map((place) => place.item),
      [1, 2],
    )
    assert.equal(explained.keptOut[0]?.rule, 'deduplicate(item)')
    assert.equal(whyNot(explained, 1), undefined)
  })

  it('keeps the length of the page in scored order where free diversity would shorten it', () => {
    // Diversity alone would take item 3 second, which shares a creator with 2 and 4 and leaves a page of 2.
    const attributes = attributesOf({
      'video.genres': { 1: [1], 2: [1], 3: [2], 4: [1] },
      'video.creator': { 1: [1], 2: [2], 3: [2, 3], 4: [3] },
    })
    const rules = [diversify({ by: 'video.genres', lambda: 0.1 }), cap({ by: 'video.creator', perPage: 1 })]
    const page = rerank(candidateArrays(scored(4, 3, 2, 1)), rules, { limit: 3, attributes })
    assert.deepEqual(
      page.page.map((place) => place.item),
      [1, 2, 4],
    )
    assert.equal(page.short, false)
  })

  it('refuses a score that is not finite, a limit below 1 and an attribute that is not numbered', () => {
    const rules = [deduplicate('video.title')]
    const options = { limit: 1, attributes: unknown }
    assert.throws(() => rerank(candidateArrays(scored(1, Number.NaN)), rules, options), { code: 'NOT_FINITE' })
    assert.throws(() => rerank(candidateArrays(scored(Number.POSITIVE_INFINITY)), rules, options), {
      code: 'NOT_FINITE',
    })
    assert.throws(() => rerank(candidateArrays(scored(1)), rules, { ...options, limit: 0 }), {
      code: 'INVALID_ARGUMENT',
    })
    assert.throws(() => rerank(candidateArrays(scored(1)), rules, { limit: 1, attributes: () => [0.5] }), {
      code: 'INVALID_ARGUMENT',
    })
    assert.throws(() => rerank(candidateArrays(scored(1)), [...rules, ...rules], options), { code: 'INVALID_ARGUMENT' })
  })
})

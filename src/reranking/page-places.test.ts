import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CANDIDATE_KIND,
  cap,
  deduplicate,
  explainPage,
  exploration,
  type Page,
  type PageRule,
  type Pin,
  quota,
  type RerankOptions,
  rerank,
  slidingWindow,
  sponsored,
  whyNot,
} from './index.ts'
import { candidateArrays } from './testing/candidate-arrays.ts'

const DAY = 86_400_000
const invalid = { code: 'INVALID_ARGUMENT' }

/** Items 1 to n by falling score. */
function items(count: number) {
  return Array.from({ length: count }, (_, index) => ({ item: index + 1, score: count - index }))
}

function optionsOf(limit: number, values: Record<number, number[]> = {}, more: Partial<RerankOptions> = {}) {
  return { limit, attributes: (_path: string, item: number) => values[item] ?? [], ...more }
}

function itemsOf(page: Page): number[] {
  return page.page.map(({ item }) => item)
}

describe('pins', () => {
  const ask = (pins: readonly Pin[], rules: readonly PageRule[] = [], values: Record<number, number[]> = {}) =>
    explainPage(candidateArrays(items(6)), rules, optionsOf(4, values, { pins }))

  it('hold an item at a place, with one move that says so', () => {
    const page = ask([{ item: 6, position: 2 }])
    assert.deepEqual(itemsOf(page), [1, 6, 2, 3])
    assert.deepEqual(page.page[1]?.because, [{ rule: 'pin', places: 4 }])
    assert.deepEqual(page.page[2]?.because, [{ rule: 'pin', places: -1 }])
    assert.deepEqual(page.givenUp, [])
  })

  it('count for ceilings and windows from the start: nothing above takes their room', () => {
    const values = { 1: [7], 2: [7], 6: [7] }
    const capped = ask([{ item: 6, position: 4 }], [cap({ by: 'video.creator', perPage: 1 })], values)
    assert.deepEqual(itemsOf(capped), [3, 4, 5, 6])
    const why = whyNot(capped, 1)
    assert.deepEqual([why?.rule, why?.position, why?.lostTo], ['cap(video.creator)', 0, [6]])
    const apart = ask([{ item: 6, position: 3 }], [slidingWindow({ by: 'video.creator', most: 1, within: 2 })], values)
    assert.deepEqual(itemsOf(apart), [1, 3, 6, 4])
    const held = whyNot(apart, 2)
    assert.deepEqual([held?.rule, held?.position, held?.lostTo], ['slidingWindow(video.creator,1 in 2)', 2, [1, 6]])
  })

  it('give way to a ceiling, and are named with it', () => {
    const pins = [
      { item: 1, position: 1 },
      { item: 2, position: 2 },
    ]
    const page = ask(pins, [deduplicate('video.title')], { 1: [7], 2: [7] })
    assert.deepEqual(itemsOf(page), [1, 3, 4, 5])
    assert.deepEqual(page.givenUp, [{ rule: 'pin(2 at 2)', asked: 1, got: 0, because: 'deduplicate(video.title)' }])
  })

  it('are given up when the item is no candidate or the page ends above', () => {
    assert.deepEqual(ask([{ item: 99, position: 1 }]).givenUp, [
      { rule: 'pin(99 at 1)', asked: 1, got: 0, because: 'candidates' },
    ])
    const few = rerank(candidateArrays(items(2)), [], optionsOf(9, {}, { pins: [{ item: 1, position: 8 }] }))
    assert.deepEqual(itemsOf(few), [1, 2])
    assert.deepEqual(few.givenUp, [{ rule: 'pin(1 at 8)', asked: 1, got: 0, because: 'candidates' }])
  })

  it('are refused off the page, and twice for an item or a place', () => {
    for (const position of [0, 5, 1.5, Number.NaN]) assert.throws(() => ask([{ item: 1, position }]), invalid)
    const first = { item: 1, position: 1 }
    assert.throws(() => ask([first, { item: 2, position: 1 }]), invalid)
    assert.throws(() => ask([first, { item: 1, position: 2 }]), invalid)
  })
})

describe('slots', () => {
  it('keep a place for an exploration candidate, which stands nowhere else', () => {
    const candidates = [...items(4), { item: 8, score: 9, kind: 'exploration' as const }]
    const page = explainPage(candidateArrays(candidates), [exploration({ slots: [3] })], optionsOf(4))
    assert.deepEqual(itemsOf(page), [1, 2, 8, 3])
    assert.deepEqual(page.page[2]?.because, [{ rule: 'exploration', places: -2 }])
    assert.deepEqual(page.page[0]?.because, [{ rule: 'exploration', places: 1 }])
    const without = explainPage(candidateArrays(candidates), [], optionsOf(4))
    assert.deepEqual(itemsOf(without), [1, 2, 3, 4])
    assert.equal(whyNot(without, 8)?.rule, 'exploration')
  })

  it('keep a sponsored item from a neighbour of its creator, above and below', () => {
    const candidates = [...items(4), { item: 8, score: 0, kind: 'sponsored' as const }]
    const rules = [sponsored({ slots: [2], notBeside: ['video.creator'] })]
    const page = explainPage(candidateArrays(candidates), rules, optionsOf(4, { 2: [5], 8: [5] }))
    assert.deepEqual(itemsOf(page), [1, 8, 3, 2])
    assert.deepEqual(page.page[3]?.because, [{ rule: 'sponsored', places: -2 }])
  })
})

describe('quotas', () => {
  it('bring in what is asked for at the last place at which it is in time', () => {
    const rules = [quota({ by: 'video.genres', value: 5, least: 1, among: 3 })]
    const page = explainPage(candidateArrays(items(6)), rules, optionsOf(4, { 5: [5], 6: [5] }))
    assert.deepEqual(itemsOf(page), [1, 2, 5, 3])
    assert.deepEqual(page.page[2]?.because, [{ rule: 'quota(video.genres=5 in 3)', places: 2 }])
    assert.equal(whyNot(page, 4)?.rule, 'quota(video.genres=5 in 3)')
  })

  it('count fresh items by the time of the request, and named values by their numbers', () => {
    const at = 10 * DAY
    const published = { 1: [at - 5 * DAY], 2: [at + 1], 3: [], 4: [at - DAY], 5: [at] }
    const fresh = [quota({ by: 'video.publishedAt', maxAge: '1d', least: 2 })]
    assert.deepEqual(itemsOf(rerank(candidateArrays(items(5)), fresh, optionsOf(3, published, { at }))), [1, 4, 5])
    assert.throws(() => rerank(candidateArrays(items(5)), fresh, optionsOf(3, published)), invalid)
    const named = [quota({ by: 'video.genres', value: 'jazz', least: 1 })]
    const valueNumber = (path: string, value: string) => (path === 'video.genres' && value === 'jazz' ? 3 : undefined)
    assert.deepEqual(itemsOf(rerank(candidateArrays(items(5)), named, optionsOf(1, { 4: [3] }, { valueNumber }))), [4])
    assert.throws(() => rerank(candidateArrays(items(5)), named, optionsOf(1)), invalid)
    const flagged = [quota({ by: 'video.documentary', value: true, least: 1 })]
    assert.deepEqual(itemsOf(rerank(candidateArrays(items(5)), flagged, optionsOf(1, { 4: [1], 5: [0] }))), [4])
  })

  it('are filled as far as candidates allow, and name what is missing', () => {
    const rules = [quota({ by: 'video.genres', value: 5, least: 3 })]
    const page = rerank(candidateArrays(items(6)), rules, optionsOf(4, { 6: [5] }))
    assert.deepEqual(itemsOf(page), [1, 2, 3, 6])
    assert.deepEqual(page.givenUp, [{ rule: 'quota(video.genres=5)', asked: 3, got: 1 }])
  })
})

describe('candidates', () => {
  it('are refused when an item comes twice as one kind, or the arrays do not fit', () => {
    const twice = { items: Int32Array.of(1, 1), scores: Float64Array.of(2, 1) }
    assert.throws(() => rerank(twice, [], optionsOf(2)), invalid)
    const kinds = Uint8Array.of(CANDIDATE_KIND.organic, CANDIDATE_KIND.sponsored)
    assert.deepEqual(itemsOf(rerank({ ...twice, kinds }, [], optionsOf(2))), [1])
    assert.throws(() => rerank({ ...twice, kinds: Uint8Array.of(0, 3) }, [], optionsOf(2)), invalid)
    const uneven = { items: Int32Array.of(1), scores: Float64Array.of(1, 2) }
    assert.throws(() => rerank(uneven, [], optionsOf(2)), { code: 'SHAPE_MISMATCH' })
    assert.throws(() => rerank({ ...twice, kinds: new Uint8Array(1) }, [], optionsOf(2)), { code: 'SHAPE_MISMATCH' })
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cap, explainPage, type Page, type PageRule, quota, rerank, slidingWindow, sponsored } from './index.ts'
import { MOST_LOOKS } from './repair-page.ts'
import { candidateArrays } from './testing/candidate-arrays.ts'
import { countForQuota, keepsHardRules, type Place, pageFaults, placesOf } from './testing/page-faults.ts'
import { type RandomPage, randomPage } from './testing/random-pages.ts'

type QuotaRule = PageRule & { kind: 'quota' }

/** Length and kept quotas of a page: what is compared, the first difference decides. */
function worthOf(random: RandomPage, places: readonly Place[]): number[] {
  const quotas = random.rules.filter((rule): rule is QuotaRule => rule.kind === 'quota')
  return [places.length, ...quotas.map((rule) => Math.min(rule.least, countForQuota(rule, places, random)))]
}

function isMore(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, index) => value !== other[index])
  return at >= 0 && one[at]! > other[at]!
}

/** The most that any page is worth on which every hard rule and the pins that were kept hold: all of them are tried. */
function exhaustiveWorth(random: RandomPage, page: Page): number[] {
  const { items, kinds } = random.candidates
  const lost = page.givenUp.map(({ rule }) => rule)
  const pins = random.options.pins.filter(({ item, position }) => !lost.includes(`pin(${item} at ${position})`))
  let best = [-1]
  const visit = (places: readonly Place[]): void => {
    const pin = pins.find(({ position }) => position === places.length + 1)
    if (pins.every(({ position }) => position <= places.length)) {
      const worth = worthOf(random, places)
      if (isMore(worth, best)) best = worth
    }
    if (places.length === random.options.limit) return
    for (const [at, item] of items.entries()) {
      if (pin ? pin.item !== item : pins.some((other) => other.item === item)) continue
      const longer = [...places, { item, kind: kinds![at]! }]
      if (keepsHardRules(random, longer)) visit(longer)
    }
  }
  visit([])
  return best
}

function itemsOf(page: Page): number[] {
  return page.page.map(({ item }) => item)
}

describe('repairPage', () => {
  it('finds the longest page, and the fullest quotas on it, whenever there are at most 8 candidates', () => {
    let repaired = 0
    for (let page = 0; page < 1200; page++) {
      const most = page % 60 === 0 ? 8 : 6
      const random = randomPage(8, page, { mostCandidates: most, longestPage: most })
      const solved = rerank(random.candidates, random.rules, random.options)
      const places = placesOf(random, solved)
      const context = `page ${page}: ${JSON.stringify([random.rules, random.options.pins, places])}`
      assert.deepEqual(worthOf(random, places), exhaustiveWorth(random, solved), context)
      if (solved.backfill && solved.backfill.from > 0) repaired++
    }
    assert.ok(repaired > 15, `${repaired} pages needed a repair`)
  })

  it('undoes an early choice that left a later place empty', () => {
    // Item 1 shares a creator with 2 and with 3: taking it leaves a page of one, without it there is one of two.
    const creators: Record<number, number[]> = { 1: [1, 2], 2: [1], 3: [2] }
    const page = explainPage(
      candidateArrays([1, 2, 3].map((item) => ({ item, score: -item }))),
      [cap({ by: 'video.creator', perPage: 1 })],
      { limit: 2, attributes: (_path, item) => creators[item] ?? [] },
    )
    assert.deepEqual(itemsOf(page), [2, 3])
    assert.deepEqual(page.backfill?.from, 1)
    assert.deepEqual(page.page[0]?.because, [{ rule: 'backfill', places: 1 }])
    assert.deepEqual(
      page.keptOut.map(({ item, rule, lostTo }) => [item, rule, lostTo]),
      [[1, 'cap(video.creator)', [2]]],
    )
  })

  it('gives up a quota before an item of the page, and the later quota before the earlier', () => {
    const genres: Record<number, number[]> = { 1: [1], 2: [1], 3: [2] }
    const attributes = (_path: string, item: number) => genres[item] ?? []
    const candidates = candidateArrays([1, 2, 3].map((item) => ({ item, score: -item })))
    const [ones, twos] = [1, 2].map((value) => quota({ by: 'video.genres', value, least: 1, among: 1 }))
    assert.ok(ones && twos)
    const first = rerank(candidates, [twos, ones], { limit: 3, attributes })
    assert.deepEqual(itemsOf(first), [3, 1, 2])
    assert.deepEqual(first.givenUp, [{ rule: 'quota(video.genres=1 in 1)', asked: 1, got: 0 }])
    assert.deepEqual(itemsOf(rerank(candidates, [ones, twos], { limit: 3, attributes })), [1, 2, 3])
  })

  it('spreads a value that most candidates have before only that is left', () => {
    const candidates = candidateArrays(Array.from({ length: 30 }, (_, item) => ({ item, score: -item })))
    // The worst 20 are of one creator; at most 2 of any 3 places may be, so the others have to last to the end.
    const attributes = (_path: string, item: number) => [item < 10 ? item + 5 : 1]
    const page = rerank(candidates, [slidingWindow({ by: 'video.creator', most: 2, within: 3 })], {
      limit: 30,
      attributes,
    })
    assert.equal(page.short, false)
    assert.deepEqual(itemsOf(page).slice(0, 6), [0, 10, 11, 1, 12, 13])
    assert.equal(page.backfill, undefined)
  })

  it('never moves an organic item so that an advertisement fits', () => {
    const creators: Record<number, number[]> = { 1: [1], 2: [2], 9: [1] }
    const candidates = candidateArrays([
      { item: 1, score: 3 },
      { item: 2, score: 2 },
      { item: 9, score: 1, kind: 'sponsored' },
    ])
    const rules = [sponsored({ slots: [2], notBeside: ['video.creator'] })]
    const page = explainPage(candidates, rules, { limit: 3, attributes: (_path, item) => creators[item] ?? [] })
    assert.deepEqual(itemsOf(page), [1, 2])
    assert.deepEqual(page.givenUp, [{ rule: 'sponsored', asked: 1, got: 0 }])
    assert.equal(page.keptOut[0]?.rule, 'sponsored')
  })

  it('says when a search was cut short, and keeps every rule then, too', () => {
    let cut = 0
    for (let page = 0; page < 300; page++) {
      const random = randomPage(5, page, { mostCandidates: 120, longestPage: 30 })
      const solved = rerank(random.candidates, random.rules, random.options)
      assert.deepEqual(pageFaults(random, solved), [], `page ${page}`)
      if (!solved.backfill?.cutShort) continue
      cut++
      assert.ok(solved.backfill.looks >= MOST_LOOKS)
    }
    assert.ok(cut > 5, `${cut} searches were cut short`)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CANDIDATE_KIND, diversify, type ExplainedPage, explainPage, type PageRule, rerank, ruleName } from './index.ts'
import { keepsHardRules, type Place, pageFaults, placesOf } from './testing/page-faults.ts'
import { type RandomPage, type RandomPageShape, randomPage } from './testing/random-pages.ts'

const SEED = 1998
const ANY: RandomPageShape = { mostCandidates: 40, longestPage: 20 }
/** Without what looks ahead, so that a page is what comes of taking the best candidate at every place. */
const PLAIN: RandomPageShape = { ...ANY, pins: false, without: ['quota', 'slidingWindow', 'determinantal'] }

function forEveryPage(
  pages: number,
  shape: RandomPageShape,
  check: (random: RandomPage, explained: ExplainedPage) => void,
): void {
  for (let page = 0; page < pages; page++) {
    const random = randomPage(SEED, page, shape)
    try {
      check(random, explainPage(random.candidates, random.rules, random.options))
    } catch (error) {
      throw new Error(`page ${page}: ${JSON.stringify(random.rules)}`, { cause: error })
    }
  }
}

function jaccard(one: readonly number[], other: readonly number[]): number {
  const union = new Set([...one, ...other])
  const shared = [...union].filter((value) => one.includes(value) && other.includes(value))
  return union.size === 0 ? 0 : shared.length / union.size
}

/** The candidates as places, in scored order. */
function scoredOrder({ candidates }: RandomPage): (Place & { score: number })[] {
  return Array.from(candidates.items, (item, at) => ({
    item,
    score: candidates.scores[at]!,
    kind: candidates.kinds![at]!,
  })).sort((a, b) => b.score - a.score)
}

/** The page by brute force: every candidate tried at every place, similarities computed anew. */
function naivePage(random: RandomPage): Place[] {
  const { rules, options } = random
  const ordered = scoredOrder(random)
  const organic = ordered.filter(({ kind }) => kind === 0).map(({ score }) => score)
  const best = organic[0] ?? 0
  const shown = organic.slice(0, options.limit).at(-1) ?? best
  const worst = shown === best ? (organic.at(-1) ?? best) : shown
  const rule = rules.find((one) => one.kind === 'diversify')
  const slotKind = (position: number) =>
    rules.find((one) => (one.kind === 'sponsored' || one.kind === 'exploration') && one.slots.includes(position))?.kind
  const page: Place[] = []
  const value = (candidate: Place & { score: number }): number => {
    if (rule === undefined || candidate.kind !== 0) return -ordered.indexOf(candidate)
    const relevance = best === worst ? 0 : (candidate.score - worst) / (best - worst)
    const valuesOf = (place: Place) => Array.from(options.attributes(rule.by, place.item))
    const alike = page.map((above) => jaccard(valuesOf(above), valuesOf(candidate)))
    return rule.lambda * relevance - (1 - rule.lambda) * Math.max(0, ...alike)
  }
  while (page.length < options.limit) {
    const feasible = ordered.filter(
      (candidate) => !page.includes(candidate) && keepsHardRules(random, [...page, candidate]),
    )
    const kind = slotKind(page.length + 1)
    const special = feasible.filter(
      (candidate) => kind !== undefined && candidate.kind === CANDIDATE_KIND[kind as 'sponsored'],
    )
    const choice = special.length > 0 ? special : feasible.filter((candidate) => candidate.kind === 0)
    const values = choice.map(value)
    const next = choice[values.indexOf(Math.max(...values))]
    if (next === undefined) break
    page.push(next)
  }
  return page
}

describe('rerank on random pages', () => {
  it('keeps every hard rule and pin, or names what it gave up, on 20,000 pages', () => {
    for (let page = 0; page < 20_000; page++) {
      const random = randomPage(SEED, page, { mostCandidates: 24, longestPage: 12 })
      const faults = pageFaults(random, rerank(random.candidates, random.rules, random.options))
      assert.deepEqual(faults, [], `page ${page}: ${JSON.stringify(random.rules)}`)
    }
  })

  it('shows what a brute-force page shows, and more items only where choices were undone', () => {
    let undone = 0
    forEveryPage(1000, PLAIN, (random, page) => {
      const naive = naivePage(random)
      if (page.backfill === undefined || page.backfill.from === 0) {
        assert.deepEqual(
          placesOf(random, page),
          naive.map(({ item, kind }) => ({ item, kind })),
        )
        return
      }
      undone++
      assert.ok(page.page.length > naive.length)
      const kept = naive.slice(0, page.backfill.from - 1).map(({ item }) => item)
      assert.deepEqual(
        page.page.slice(0, kept.length).map(({ item }) => item),
        kept,
      )
    })
    assert.ok(undone > 20, `choices were undone on ${undone} pages`)
  })

  it('leaves no candidate out of a short page that could still be added to it', () => {
    forEveryPage(600, ANY, (random, page) => {
      if (!page.short) return
      const places = placesOf(random, page)
      for (const candidate of scoredOrder(random)) {
        assert.ok(!keepsHardRules(random, [...places, { item: candidate.item, kind: candidate.kind }]))
      }
    })
  })

  it('keeps the scored order with lambda 1', () => {
    forEveryPage(500, ANY, (random) => {
      const others = random.rules.filter(({ kind }) => kind !== 'diversify' && kind !== 'determinantal')
      const scoreAlone = [...others, diversify({ by: 'video.genres', lambda: 1 })]
      const places = (rules: readonly PageRule[]) =>
        rerank(random.candidates, rules, random.options).page.map(({ item }) => item)
      assert.deepEqual(places(scoreAlone), places(others))
    })
  })

  it('accounts for every move to the place, by rules that are in force', () => {
    forEveryPage(1000, ANY, (random, { page, backfill }) => {
      const goals = random.rules.filter(({ kind }) => kind === 'diversify' || kind === 'determinantal').map(ruleName)
      const names = new Set(['deduplicate(item)', ...random.rules.map(ruleName), goals.join(' + ')])
      if (random.candidates.kinds?.some((kind) => kind !== 0)) names.add('sponsored').add('exploration')
      if (random.options.pins.length > 0) names.add('pin')
      if (backfill && backfill.from > 0) names.add('backfill')
      for (const { movedFrom, position, because } of page) {
        assert.equal(
          because.reduce((sum, move) => sum + move.places, 0),
          movedFrom - position,
        )
        for (const { rule } of because) assert.ok(names.has(rule), rule)
      }
    })
  })

  it('names for every absent candidate a rule that does keep it out', () => {
    forEveryPage(1000, ANY, (random, explained) => {
      const { page, keptOut, short } = explained
      assert.equal(page.length + keptOut.length, random.candidates.items.length)
      const places = placesOf(random, explained)
      const isPinned = new Set(random.options.pins.map(({ position }) => position))
      for (const absent of keptOut) {
        const ceiling = random.rules.find((rule) => ruleName(rule) === absent.rule)
        if (/^(cap|deduplicate)/.test(absent.rule)) {
          const culprits = places.filter(({ item }) => absent.lostTo.includes(item))
          const alone = ceiling ? [ceiling] : []
          assert.equal(culprits.length, absent.lostTo.length)
          const rules = { ...random, rules: alone, candidates: random.candidates }
          assert.ok(
            keepsHardRules(
              rules,
              culprits.map((place) => ({ ...place, kind: 0 })),
            ),
          )
          assert.ok(
            !keepsHardRules(
              rules,
              [...culprits, { item: absent.item, kind: 0 }].map((place) => ({ ...place, kind: 0 })),
            ),
          )
        } else if (absent.rule === 'limit') {
          assert.ok(!short)
          const better = page.filter((place) => place.movedFrom > absent.rank)
          for (const place of better) {
            const { kind } = places[place.position - 1]!
            assert.ok(kind !== 0 || isPinned.has(place.position))
          }
        } else if (absent.rule !== 'sponsored' && absent.rule !== 'exploration') {
          const taker = page[absent.position - 1]
          assert.ok(taker === undefined ? short : taker.movedFrom > absent.rank)
        }
      }
    })
  })

  it('gives the same bytes for the same input, and does not touch it', () => {
    forEveryPage(300, ANY, (random, { keptOut, ...page }) => {
      const before = JSON.stringify(random.candidates)
      assert.equal(JSON.stringify(rerank(random.candidates, random.rules, random.options)), JSON.stringify(page))
      assert.equal(JSON.stringify(random.candidates), before)
      assert.ok(Array.isArray(keptOut))
    })
  })
})

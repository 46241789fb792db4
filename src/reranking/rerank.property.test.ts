import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  cap,
  deduplicate,
  diversify,
  type ExplainedPage,
  explainPage,
  type PageAttributes,
  type PageCandidate,
  type PageRule,
  rerank,
  ruleName,
  sponsored,
} from './index.ts'

interface RandomPage {
  readonly candidates: PageCandidate[]
  readonly rules: PageRule[]
  readonly limit: number
  readonly attributes: PageAttributes
}

const RUNS = { seed: 1998, numRuns: 4000 }

const valuesOf = (most: number, kinds: number) =>
  fc.array(fc.array(fc.integer({ min: -2, max: kinds - 3 }), { maxLength: most }), { minLength: 60, maxLength: 60 })

const attributeTable = fc
  .record({ 'video.title': valuesOf(1, 25), 'video.creator': valuesOf(1, 6), 'video.genres': valuesOf(4, 6) })
  .map(
    (table): PageAttributes =>
      (path, item) =>
        table[path as keyof typeof table]?.[item] ?? [],
  )

const paid = fc.oneof(fc.constant(fc.constant(false)), fc.constant(fc.boolean()), fc.constant(fc.constant(true)))

const candidateList = fc
  .tuple(fc.constantFrom(60, 15), paid, fc.constantFrom(4, 1000))
  .chain(([items, isPaid, scores]) =>
    fc.array(
      fc.record({
        item: fc.integer({ min: 0, max: items - 1 }),
        score: fc.integer({ min: -scores, max: scores }),
        sponsored: isPaid,
      }),
      { maxLength: 40 },
    ),
  )

const slotList = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }))
  .map(([minimumDistance, gaps]) => {
    let slot = 1 - minimumDistance
    const slots = gaps.map((gap) => {
      slot += minimumDistance + gap
      return slot
    })
    return sponsored({ slots, minimumDistance })
  })

const ruleList: fc.Arbitrary<PageRule[]> = fc
  .tuple(
    fc.constantFrom(deduplicate('video.title'), undefined),
    fc.option(
      fc.constantFrom(0, 0.3, 0.7, 1).map((lambda) => diversify({ by: 'video.genres', lambda })),
      { nil: undefined },
    ),
    fc.option(
      fc.integer({ min: 1, max: 3 }).map((perPage) => cap({ by: 'video.creator', perPage })),
      { nil: undefined },
    ),
    fc.option(
      fc.integer({ min: 1, max: 4 }).map((perPage) => cap({ by: 'video.genres', perPage })),
      { nil: undefined },
    ),
    fc.option(slotList, { nil: undefined }),
  )
  .map((rules) => rules.filter((rule) => rule !== undefined))

const randomPage: fc.Arbitrary<RandomPage> = fc.record({
  candidates: candidateList,
  rules: ruleList,
  limit: fc.integer({ min: 1, max: 50 }),
  attributes: attributeTable,
})

function forEveryPage(check: (random: RandomPage, explained: ExplainedPage) => void): void {
  fc.assert(
    fc.property(randomPage, (random) => {
      check(random, explainPage(random.candidates, random.rules, random))
    }),
    RUNS,
  )
}

/** Whether these items together keep every ceiling, stated from the rules' words. */
function keepsCeilings(items: readonly number[], { rules, attributes }: RandomPage): boolean {
  if (new Set(items).size !== items.length) return false
  return rules.every((rule) => {
    if (rule.kind !== 'deduplicate' && rule.kind !== 'cap') return true
    const most = rule.kind === 'cap' ? rule.perPage : 1
    const all = items.flatMap((item) => [...new Set(attributes(rule.by, item))])
    return all.every((value) => all.filter((other) => other === value).length <= most)
  })
}

function jaccard(one: readonly number[], other: readonly number[]): number {
  const union = new Set([...one, ...other])
  const shared = [...union].filter((value) => one.includes(value) && other.includes(value))
  return union.size === 0 ? 0 : shared.length / union.size
}

/** The page by brute force: every candidate tried at every place, similarities computed anew. */
function naivePage(random: RandomPage, diversity: boolean): PageCandidate[] {
  const { candidates, rules, limit, attributes } = random
  const ordered = candidates
    .map((candidate, index) => ({ candidate, index }))
    .sort((a, b) => b.candidate.score - a.candidate.score || a.index - b.index)
    .map(({ candidate }) => candidate)
  const organic = ordered.filter((candidate) => !candidate.sponsored).map((candidate) => candidate.score)
  const best = organic[0] ?? 0
  const shown = organic.slice(0, limit).at(-1) ?? best
  const worst = shown === best ? (organic.at(-1) ?? best) : shown
  const rule = rules.find((one) => one.kind === 'diversify')
  const slots = rules.flatMap((one) => (one.kind === 'sponsored' ? one.slots : []))
  const page: PageCandidate[] = []
  const value = (candidate: PageCandidate): number => {
    if (!diversity || rule === undefined || candidate.sponsored) return -ordered.indexOf(candidate)
    const relevance = best === worst ? 0 : (candidate.score - worst) / (best - worst)
    const alike = page.map((above) => jaccard(attributes(rule.by, above.item), attributes(rule.by, candidate.item)))
    return rule.lambda * relevance - (1 - rule.lambda) * Math.max(0, ...alike)
  }
  while (page.length < limit) {
    const feasible = ordered.filter(
      (candidate) =>
        !page.includes(candidate) &&
        keepsCeilings(
          [...page, candidate].map((one) => one.item),
          random,
        ),
    )
    const payers = slots.includes(page.length + 1) ? feasible.filter((candidate) => candidate.sponsored) : []
    const choice = payers.length > 0 ? payers : feasible.filter((candidate) => !candidate.sponsored)
    const values = choice.map(value)
    const next = choice[values.indexOf(Math.max(...values))]
    if (next === undefined) break
    page.push(next)
  }
  return page
}

describe('rerank on random pages', () => {
  it('never breaks a hard rule and never shows an item twice', () => {
    forEveryPage((random, { page }) => {
      assert.ok(page.length <= random.limit)
      assert.ok(
        keepsCeilings(
          page.map((place) => place.item),
          random,
        ),
      )
      const paidFor = page.filter((place) => place.sponsored).map((place) => place.position)
      const rule = random.rules.find((one) => one.kind === 'sponsored')
      for (const [index, position] of paidFor.entries()) {
        assert.ok(rule?.slots.includes(position))
        const previous = paidFor[index - 1]
        if (rule && previous !== undefined) assert.ok(position - previous >= rule.minimumDistance)
      }
    })
  })

  it('shows what a brute-force page shows, and never fewer items than the page in scored order', () => {
    let narrowed = 0
    forEveryPage((random, { page, keptOut }) => {
      const free = naivePage(random, true)
      const scored = naivePage(random, false)
      const items = page.map((place) => place.item)
      if (free.length >= scored.length) {
        assert.deepEqual(
          items,
          free.map((candidate) => candidate.item),
        )
        return
      }
      narrowed++
      assert.deepEqual(items.toSorted(), scored.map((candidate) => candidate.item).toSorted())
      // Diversity had no say in who is on such a page: hard rules account for every absence.
      const absent = keptOut.filter((candidate) => !candidate.sponsored)
      assert.ok(absent.every((candidate) => candidate.rule === 'limit' || /^(cap|dedup)/.test(candidate.rule)))
      assert.ok(absent.every((candidate) => candidate.passedOver === undefined))
      for (const place of page.filter((one) => !one.sponsored)) {
        const barredAbove = absent.filter((candidate) => candidate.rank < place.movedFrom).length
        const byHardRules = place.because.filter((move) => /^(cap|dedup)/.test(move.rule))
        assert.ok(byHardRules.reduce((sum, move) => sum + move.places, 0) >= barredAbove)
      }
    })
    assert.ok(narrowed > 0, 'some random pages would be shortened by diversity')
  })

  it('leaves no candidate out of a short page that could still be added to it', () => {
    forEveryPage((random, { page, short }) => {
      assert.equal(short, page.length < random.limit)
      if (!short) return
      const slots = random.rules.flatMap((rule) => (rule.kind === 'sponsored' ? rule.slots : []))
      const items = page.map((place) => place.item)
      for (const { item, sponsored: isPaid } of random.candidates) {
        if (isPaid && !slots.includes(page.length + 1)) continue
        assert.ok(!keepsCeilings([...items, item], random))
      }
    })
  })

  it('keeps the scored order with lambda 1', () => {
    forEveryPage((random) => {
      const others = random.rules.filter((rule) => rule.kind !== 'diversify')
      const scoreAlone = [...others, diversify({ by: 'video.genres', lambda: 1 })]
      assert.deepEqual(rerank(random.candidates, scoreAlone, random), rerank(random.candidates, others, random))
    })
  })

  it('accounts for every move to the place, by rules that are in force', () => {
    forEveryPage((random, { page }) => {
      const names = new Set(['deduplicate(item)', ...random.rules.map(ruleName)])
      for (const { movedFrom, position, because, sponsored: isPaid } of page) {
        const moved = because.reduce((sum, move) => sum + move.places, 0)
        assert.equal(moved, movedFrom - position)
        for (const { rule } of because) assert.ok(names.has(rule) || (rule === 'sponsored' && !isPaid))
      }
    })
  })

  it('names for every absent candidate a rule that does keep it out', () => {
    forEveryPage((random, { page, keptOut }) => {
      assert.equal(page.length + keptOut.length, random.candidates.length)
      const slots = random.rules.flatMap((rule) => (rule.kind === 'sponsored' ? rule.slots : []))
      for (const absent of keptOut) {
        const above = page.slice(0, absent.position).map((place) => place.item)
        if (/^(cap|deduplicate)/.test(absent.rule)) {
          assert.ok(keepsCeilings([...above.slice(0, -1), absent.item], random))
          assert.ok(!keepsCeilings([...above, absent.item], random))
          assert.ok(absent.lostTo.includes(above.at(-1) ?? Number.NaN))
          assert.ok(!absent.sponsored || slots.some((slot) => slot > absent.position && slot <= random.limit))
          const culprit = random.rules.filter((rule) => ruleName(rule) === absent.rule)
          assert.ok(!keepsCeilings([...absent.lostTo, absent.item], { ...random, rules: culprit }))
        } else if (absent.rule.startsWith('diversify')) {
          assert.equal(page.length, random.limit)
          const preferred = page[absent.position - 1]
          assert.deepEqual(absent.lostTo, [preferred?.item])
          assert.ok((preferred?.movedFrom ?? 0) > absent.rank)
        } else if (absent.rule === 'limit') {
          assert.equal(page.length, random.limit)
          assert.ok(page.every((place) => place.sponsored || place.movedFrom < absent.rank))
        } else {
          assert.deepEqual([absent.rule, absent.sponsored], ['sponsored', true])
        }
      }
    })
  })

  it('gives the same bytes for the same input, and does not touch it', () => {
    forEveryPage((random, { keptOut, ...page }) => {
      const candidates = Object.freeze(random.candidates.map((candidate) => Object.freeze({ ...candidate })))
      assert.equal(JSON.stringify(rerank(candidates, random.rules, random)), JSON.stringify(page))
      assert.ok(Array.isArray(keptOut))
    })
  })
})

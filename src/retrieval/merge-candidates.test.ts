import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { SourceResult } from './candidate-source.ts'
import { mergeCandidates } from './merge-candidates.ts'
import { Verdicts, VerdictTable } from './verdicts.ts'

const ITEM_COUNT = 12

function result(items: readonly number[], because?: readonly number[]): SourceResult {
  const scores = items.map((_, rank) => 1 / (rank + 1))
  return because === undefined ? { items, scores } : { items, scores, because }
}

interface Given {
  readonly limit?: number
  readonly atLeast?: number
  readonly refused?: readonly number[]
  readonly quotas?: readonly number[]
}

function merge(results: readonly SourceResult[], { limit = 100, atLeast = 0, refused = [], ...given }: Given) {
  const quotas = given.quotas ?? results.map(() => 8)
  const accepts = (item: number): boolean => item >= 0 && item < ITEM_COUNT && !refused.includes(item)
  const { items, sources, because } = mergeCandidates(results, {
    quotas,
    limit,
    atLeast,
    itemCount: ITEM_COUNT,
    accepts,
  })
  return { items: Array.from(items), sources: Array.from(sources), because: Array.from(because) }
}

describe('merging candidates', () => {
  it('takes the first of every source, then the second of every source, each item once', () => {
    assert.deepEqual(merge([result([1, 2, 3]), result([4, 1, 5]), result([])], {}), {
      items: [1, 4, 2, 3, 5],
      sources: [0b011, 0b010, 0b001, 0b001, 0b010],
      because: [-1, -1, -1, -1, -1],
    })
  })

  it('gives a source of twice the quota twice the places', () => {
    const lists = [result([1, 2, 3]), result([4, 5, 6, 7, 8, 9])]
    assert.deepEqual(merge(lists, { quotas: [10, 20] }).items, [4, 1, 5, 6, 2, 7, 8, 3, 9])
    assert.deepEqual(merge(lists, { quotas: [20, 10] }).items, [1, 2, 4, 3, 5, 6, 7, 8, 9])
  })

  it('remembers every source of an item, also of one that comes when the list is full', () => {
    assert.deepEqual(merge([result([1, 2]), result([3, 1])], { limit: 2 }).sources, [0b11, 0b10])
  })

  it('keeps the first reason that any source has', () => {
    assert.deepEqual(merge([result([1, 2]), result([2, 1], [7, 8]), result([1], [9])], {}).because, [9, 7])
  })

  it('fills up with what was named last, but not above the limit', () => {
    const few = [result([10])]
    assert.deepEqual(merge(few, { atLeast: 4, refused: [9] }), {
      items: [10, 11, 8, 7],
      sources: [0b01, 0b10, 0b10, 0b10],
      because: [-1, -1, -1, -1],
    })
    assert.deepEqual(merge(few, { atLeast: 4, limit: 2 }).items, [10, 11])
    assert.equal(merge(few, { atLeast: 99 }).items.length, ITEM_COUNT)
  })

  it('has a bit for each of 31 sources and one for the catalogue', () => {
    const many = Array.from({ length: 31 }, (_, source) => result(source === 30 ? [5] : []))
    assert.deepEqual(merge(many, { atLeast: 2 }).sources, [2 ** 30, 2 ** 31])
  })

  it('equals the naive merge, whatever the sources say', () => {
    const list = fc.array(fc.integer({ min: -2, max: ITEM_COUNT + 2 }), { maxLength: 8 })
    fc.assert(
      fc.property(
        fc.array(list, { maxLength: 4 }),
        fc.array(fc.nat(ITEM_COUNT), { maxLength: 4 }),
        fc.nat(14),
        fc.nat(14),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 4 }),
        (lists, refused, limit, atLeast, quotas) => {
          const merged = merge(
            lists.map((items) => result(items)),
            { limit, atLeast, refused, quotas },
          )
          const isGood = (item: number): boolean => item >= 0 && item < ITEM_COUNT && !refused.includes(item)
          const turns = lists.flatMap((items, source) =>
            items.map((item, rank) => ({ item, turn: (rank + 1) / (quotas[source] ?? 1) })),
          )
          const inTurn = turns.sort((a, b) => a.turn - b.turn).map(({ item }) => item)
          const organic = [...new Set(inTurn.filter(isGood))].slice(0, limit)
          const rest = Array.from({ length: ITEM_COUNT }, (_, index) => ITEM_COUNT - 1 - index).filter(isGood)
          const missing = Math.max(0, Math.min(atLeast, limit) - organic.length)
          const filling = rest.filter((item) => !organic.includes(item)).slice(0, missing)
          assert.deepEqual(merged.items, [...organic, ...filling])
          assert.deepEqual(
            merged.sources,
            merged.items.map((item, place) =>
              place < organic.length
                ? lists.reduce((bits, items, source) => bits | (items.includes(item) ? 1 << source : 0), 0)
                : 1 << lists.length,
            ),
          )
        },
      ),
      { seed: 7, numRuns: 500 },
    )
  })
})

describe('verdicts', () => {
  it('judge an item once, and count it once for each reason', () => {
    const judged: number[] = []
    const verdicts = new Verdicts(4, (item) => {
      judged.push(item)
      return item === 0 ? undefined : item === 1 ? 'seen' : 'hidden'
    })
    const asked = [2, 0, 1, 2, 3, 0, 2].map((item) => verdicts.accepts(item, 1))
    assert.deepEqual(asked, [false, true, false, false, false, true, false])
    assert.deepEqual(judged, [2, 0, 1, 3])
    assert.deepEqual(Object.entries(verdicts.refusals(1)), [
      ['hidden', 2],
      ['seen', 1],
    ])
  })

  it('count only what those asked about whose answers are used', () => {
    const verdicts = new Verdicts(3, () => 'seen')
    verdicts.accepts(0, 0b01)
    verdicts.accepts(1, 0b01)
    verdicts.accepts(1, 0b10)
    assert.deepEqual(verdicts.refusals(0b10), { seen: 1 })
    assert.deepEqual(verdicts.refusals(0b11), { seen: 2 })
    assert.deepEqual(verdicts.refusals(0b100), {})
  })

  it('share a table one after the other, and say no to who asks after the end', () => {
    const table = new VerdictTable()
    const first = new Verdicts(4, (item) => (item === 1 ? 'seen' : undefined), table)
    assert.deepEqual([first.accepts(0, 1), first.accepts(1, 1)], [true, false])
    assert.equal(first.release(), table)
    const second = new Verdicts(3, (item) => (item === 0 ? 'hidden' : undefined), table)
    assert.deepEqual([second.accepts(0, 1), second.accepts(1, 1), second.accepts(3, 1)], [false, true, false])
    assert.equal(first.accepts(2, 1), false)
    assert.deepEqual([first.refusals(1), second.refusals(1)], [{ seen: 1 }, { hidden: 1 }])
  })

  it('never accept what has no number of an item', () => {
    const verdicts = new Verdicts(2, () => undefined)
    for (const item of [-1, 2, 0.5, Number.NaN]) assert.equal(verdicts.accepts(item, 1), false)
    assert.deepEqual(verdicts.refusals(1), {})
  })
})

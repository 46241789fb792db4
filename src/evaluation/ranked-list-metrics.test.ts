import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../foundation/index.ts'
import { meanOfDefined } from './mean-of-defined.ts'
import { rankMetricsByUser } from './rank-metrics-by-user.ts'
import { averagePrecisionAt, hitAt, precisionAt, recallAt, reciprocalRankAt } from './ranked-list-metrics.ts'

const RANKED = Float64Array.of(0, 1, 0, 1, 1)
const close = (value: number, wanted: number) =>
  assert.ok(Math.abs(value - wanted) < 1e-12, `${value} is not ${wanted}`)

describe('metrics of a ranked list', () => {
  it('equal the worked example: relevant at places 2, 4 and 5, six relevant in all', () => {
    close(precisionAt(RANKED, 4), 2 / 4)
    close(recallAt(RANKED, 6, 4), 2 / 6)
    close(averagePrecisionAt(RANKED, 6), (1 / 2 + 2 / 4 + 3 / 5) / 6)
    close(averagePrecisionAt(RANKED, 6, 4), (1 / 2 + 2 / 4) / 6)
    close(reciprocalRankAt(RANKED), 1 / 2)
    assert.equal(reciprocalRankAt(RANKED, 1), 0)
    assert.deepEqual([hitAt(RANKED, 1), hitAt(RANKED, 2)], [0, 1])
  })

  it('count the places that a short list leaves empty as misses', () => {
    close(precisionAt(Float64Array.of(1), 10), 1 / 10)
    close(precisionAt(Float64Array.of(1, 0), Number.POSITIVE_INFINITY), 1 / 2)
  })

  it('are not defined for recall and average precision when nothing is relevant', () => {
    assert.equal(recallAt(new Float64Array(3), 0, 3), Number.NaN)
    assert.equal(averagePrecisionAt(new Float64Array(3), 0), Number.NaN)
  })

  it('refuse a cutoff that is not a whole number from 1', () => {
    for (const k of [0, 1.5, Number.NaN]) {
      assert.throws(
        () => precisionAt(RANKED, k),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
      )
    }
  })
})

const itemLists = (lists: readonly (readonly number[])[]) => ({
  starts: Uint32Array.from([0, ...lists.map((_, user) => lists.slice(0, user + 1).flat().length)]),
  items: Int32Array.from(lists.flat()),
})

/** Straight from the definitions, with sets. */
function naiveMetrics(ranked: readonly number[], relevant: ReadonlySet<number>, k: number): number[] {
  const top = ranked.slice(0, k).map((item, place) => (relevant.has(item) && ranked.indexOf(item) === place ? 1 : 0))
  const hits = top.reduce<number>((sum, hit) => sum + hit, 0)
  const gain = (list: readonly number[]) => list.reduce((sum, hit, place) => sum + hit / Math.log2(place + 2), 0)
  const precisions = top.map(
    (hit, place) => (hit * top.slice(0, place + 1).reduce<number>((a, b) => a + b, 0)) / (place + 1),
  )
  return [
    hits / relevant.size,
    hits / k,
    gain(top) / gain(Array.from({ length: Math.min(k, relevant.size) }, () => 1)),
    precisions.reduce((sum, value) => sum + value, 0) / relevant.size,
    top.includes(1) ? 1 / (top.indexOf(1) + 1) : 0,
    hits > 0 ? 1 : 0,
  ]
}

describe('rankMetricsByUser', () => {
  it('equals the definitions for every user, with repeated items and lists of any length', () => {
    const lists = fc.array(fc.tuple(fc.array(fc.integer({ min: 0, max: 9 })), fc.array(fc.integer({ min: 0, max: 9 }))))
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 12 }), (users, k) => {
        const metrics = rankMetricsByUser(itemLists(users.map(([a]) => a)), itemLists(users.map(([, b]) => b)), k)
        const { recall, precision, ndcg, averagePrecision, reciprocalRank, hit } = metrics
        users.forEach(([ranked, relevant], user) => {
          const got = [recall, precision, ndcg, averagePrecision, reciprocalRank, hit].map((values) => values[user])
          if (relevant.length === 0) assert.ok(got.every(Number.isNaN))
          else {
            const wanted = naiveMetrics(ranked, new Set(relevant), k)
            for (const [index, value] of got.entries()) close(value ?? Number.NaN, wanted[index] ?? Number.NaN)
          }
        })
      }),
      { seed: 4 },
    )
  })

  it('takes a negative item for a place left empty and an item that nobody holds for a miss', () => {
    const metrics = rankMetricsByUser(itemLists([[-1, 99, 3]]), itemLists([[3]]), 3)
    assert.equal(metrics.reciprocalRank[0], 1 / 3)
  })

  it('refuses lists for different numbers of users and starts that do not fit', () => {
    assert.throws(
      () => rankMetricsByUser({ starts: Uint32Array.of(0, 2), items: Int32Array.of(1) }, itemLists([[1]]), 3),
      (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
    )
    assert.throws(
      () => rankMetricsByUser(itemLists([[1]]), itemLists([[1], [2]]), 3),
      (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
    )
  })
})

describe('meanOfDefined', () => {
  it('leaves out what is not defined, and is not defined when nothing is', () => {
    assert.equal(meanOfDefined(Float64Array.of(1, Number.NaN, 3)), 2)
    assert.equal(meanOfDefined(Float64Array.of(Number.NaN)), Number.NaN)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../foundation/index.ts'
import { queryReport } from './query-report.ts'

interface Search {
  readonly text: string
  readonly results: number
  readonly tookMs: number
  readonly clicks: number
}

const reportOf = (searches: readonly Search[], options = {}) =>
  queryReport(
    {
      texts: searches.map(({ text }) => text),
      results: searches.map(({ results }) => results),
      tookMs: searches.map(({ tookMs }) => tookMs),
      clicks: searches.map(({ clicks }) => clicks),
    },
    options,
  )
const times = (count: number, search: Search): Search[] => Array.from({ length: count }, () => search)

describe('a report on queries', () => {
  it('lists what finds nothing, what is slow and what is left, worst first', () => {
    const report = reportOf([
      ...times(3, { text: 'Red  Shoes ', results: 0, tookMs: 5, clicks: 0 }),
      ...times(2, { text: 'red shoes', results: 4, tookMs: 250, clicks: 1 }),
      ...times(10, { text: 'lamp', results: 9, tookMs: 10, clicks: 0 }),
      ...times(8, { text: 'chair', results: 9, tookMs: 20, clicks: 2 }),
      { text: 'desk', results: 0, tookMs: Number.NaN, clicks: 0 },
    ])
    assert.deepEqual([report.searches, report.queries], [24, 4])
    assert.deepEqual([report.zeroResultShare, report.slowShare, report.abandonedShare], [4 / 24, 2 / 23, 0.5])
    assert.deepEqual(report.zeroResult, [
      { text: 'Red Shoes', searches: 5, count: 3, share: 0.6 },
      { text: 'desk', searches: 1, count: 1, share: 1 },
    ])
    assert.deepEqual(report.slow, [
      { text: 'Red Shoes', searches: 5, count: 2, share: 0.4, medianMs: 5, longestMs: 250 },
    ])
    assert.deepEqual(report.abandoned, [{ text: 'lamp', searches: 10, count: 10, share: 1, excess: 5 }])
    assert.deepEqual(reportOf([], {}).zeroResult, [])
  })

  it('counts as one pass over the searches of a query would, whatever they are', () => {
    const search = fc.record({
      text: fc.constantFrom('a', 'A', ' a', 'b', 'b c', 'B  c'),
      results: fc.constantFrom(0, 1, 7, Number.NaN),
      tookMs: fc.constantFrom(1, 99, 100, 400, Number.NaN),
      clicks: fc.nat(2),
    })
    fc.assert(
      fc.property(fc.array(search, { minLength: 1, maxLength: 40 }), (searches) => {
        const report = reportOf(searches, { most: 100 })
        const key = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase()
        const count = (list: readonly { text: string; count: number }[], text: string) =>
          list.find((query) => key(query.text) === text)?.count ?? 0
        for (const text of ['a', 'b', 'b c']) {
          const own = searches.filter((each) => key(each.text) === text)
          assert.equal(count(report.zeroResult, text), own.filter(({ results }) => results === 0).length)
          assert.equal(count(report.slow, text), own.filter(({ tookMs }) => tookMs >= 100).length)
        }
        const lost = searches.filter(({ results, clicks }) => results !== 0 && clicks === 0).length
        const answered = searches.filter(({ results }) => results !== 0).length
        assert.ok(Object.is(report.abandonedShare, lost / answered))
      }),
      { seed: 3, numRuns: 200 },
    )
  })

  it('leaves rare queries out of its lists when asked, and refuses what makes no sense', () => {
    const searches = [
      ...times(3, { text: 'x', results: 0, tookMs: 1, clicks: 0 }),
      { text: 'y', results: 0, tookMs: 1, clicks: 0 },
    ]
    assert.deepEqual(
      reportOf(searches, { leastSearches: 2 }).zeroResult.map(({ text }) => text),
      ['x'],
    )
    for (const options of [{ slowMs: 0 }, { most: 0 }, { leastSearches: Number.NaN }]) {
      assert.throws(
        () => reportOf(searches, options),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
      )
    }
    assert.throws(
      () => queryReport({ texts: ['a'], results: [], tookMs: [1], clicks: [0] }),
      (error) => isSluiceError(error, 'SHAPE_MISMATCH'),
    )
  })
})

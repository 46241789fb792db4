import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../foundation/index.ts'
import {
  dailyPrecision,
  dailySubjectPrecision,
  resampledDailySubjectPrecision,
  type ScoredSubjects,
} from './daily-precision.ts'

interface Row {
  readonly label: number
  readonly score: number
  readonly day: number
  readonly subject: number
}

const rows = fc.array(
  fc.record({
    label: fc.integer({ min: 0, max: 1 }),
    score: fc.integer({ min: -4, max: 4 }),
    day: fc.integer({ min: 3, max: 6 }),
    subject: fc.integer({ min: 0, max: 7 }),
  }),
  { minLength: 1, maxLength: 40 },
)
const looks = fc.integer({ min: 1, max: 6 })

function columnsOf(list: readonly Row[]): ScoredSubjects {
  return {
    labels: Float64Array.from(list, ({ label }) => label),
    scores: Float64Array.from(list, ({ score }) => score),
    days: Int32Array.from(list, ({ day }) => day),
    subjects: Int32Array.from(list, ({ subject }) => subject),
  }
}

const daysOf = (list: readonly Row[]) => [...new Set(list.map(({ day }) => day))].sort((a, b) => a - b)
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

/** As the book tells it: group by card, take the maxima, leave out what was caught. */
function naiveSubjectPrecision(list: readonly Row[], k: number): number {
  const caught = new Set<number>()
  const shares = daysOf(list).map((day) => {
    const left = list.filter((row) => row.day === day && !caught.has(row.subject))
    const cards = [...new Set(left.map(({ subject }) => subject))].map((subject) => {
      const own = left.filter((row) => row.subject === subject)
      const score = Math.max(...own.map((row) => row.score))
      const isFraud = own.some(({ label }) => label === 1)
      return { subject, isFraud, score, at: left.findIndex((row) => row.subject === subject && row.score === score) }
    })
    cards.sort((a, b) => b.score - a.score || a.at - b.at)
    const hits = cards.slice(0, k).filter(({ isFraud }) => isFraud)
    for (const { subject } of hits) caught.add(subject)
    return hits.length / k
  })
  return mean(shares)
}

describe('precision of the looks of a day', () => {
  it('is the share of positive rows among the first k, mean over the days', () => {
    fc.assert(
      fc.property(rows, looks, (list, k) => {
        const shares = daysOf(list).map((day) => {
          const ranked = list.filter((row) => row.day === day).sort((a, b) => b.score - a.score)
          return ranked.slice(0, k).filter(({ label }) => label === 1).length / k
        })
        assert.ok(Math.abs(dailyPrecision(columnsOf(list), k) - mean(shares)) < 1e-12)
      }),
      { seed: 6, numRuns: 300 },
    )
  })

  it('of subjects takes the largest score of each and leaves out those that were found on earlier days', () => {
    fc.assert(
      fc.property(rows, looks, (list, k) => {
        const expected = naiveSubjectPrecision(list, k)
        assert.ok(Math.abs(dailySubjectPrecision(columnsOf(list), k) - expected) < 1e-12)
      }),
      { seed: 6, numRuns: 500 },
    )
  })

  it('of resampled subjects is that of the subjects and their copies', () => {
    fc.assert(
      fc.property(
        rows,
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 8, maxLength: 8 }),
        looks,
        (list, drawn, k) => {
          const kept = list.filter(({ subject }) => drawn[subject] === 1)
          // A day of which no subject was drawn is a day on which nothing was found.
          const days = daysOf(list).length / daysOf(kept).length
          const expected = kept.length === 0 ? 0 : naiveSubjectPrecision(kept, k) / days
          const value = resampledDailySubjectPrecision(columnsOf(list), k)(Uint32Array.from(drawn))
          assert.ok(Math.abs(value - expected) < 1e-12)
        },
      ),
      { seed: 6, numRuns: 300 },
    )
    const one = columnsOf([
      { label: 1, score: 2, day: 0, subject: 0 },
      { label: 0, score: 1, day: 0, subject: 1 },
      { label: 1, score: 0, day: 0, subject: 2 },
    ])
    assert.equal(resampledDailySubjectPrecision(one, 4)(Uint32Array.of(2, 1, 1)), 3 / 4)
    assert.equal(resampledDailySubjectPrecision(one, 4)(Uint32Array.of(5, 1, 1)), 1)
  })

  it('refuses what is no table of rows', () => {
    const good = columnsOf([{ label: 1, score: 2, day: 0, subject: 0 }])
    const wrong = [
      { ...good, days: new Int32Array(2) },
      { ...good, subjects: Int32Array.of(-1) },
      { ...good, scores: Float64Array.of(Number.NaN) },
      { ...good, labels: Float64Array.of(0.5) },
    ]
    for (const [index, given] of wrong.entries()) {
      const code = (['SHAPE_MISMATCH', 'INVALID_ARGUMENT', 'NOT_FINITE', 'INVALID_ARGUMENT'] as const)[index]!
      assert.throws(
        () => dailySubjectPrecision(given, 1),
        (error) => isSluiceError(error, code),
      )
    }
    assert.throws(
      () => dailyPrecision(good, 0.5),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
  })
})

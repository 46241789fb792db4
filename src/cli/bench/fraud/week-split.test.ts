import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFrom } from '../../../foundation/index.ts'
import { handbookFeatures } from './handbook-features.ts'
import type { DayOfPayments, ReplayedPayments } from './replay-payments.ts'
import { undersample } from './undersample.ts'
import { splitWeek } from './week-split.ts'

const FIRST_DAY = 3
const random = randomFrom(6, 'weeks')

/** Thirty-five days from day 3, of which a payment's one feature is its place in all. */
const days: DayOfPayments[] = []
for (let day = 0, place = 0; day < 35; day++) {
  const count = 20 + random.integer(10)
  days.push({
    rows: Float64Array.from({ length: count }, () => place++),
    labels: Float64Array.from({ length: count }, () => Number(random.uniform() < 0.1)),
    amounts: Float64Array.from({ length: count }, () => random.integer(99)),
    cards: Int32Array.from({ length: count }, () => random.integer(60)),
  })
}
const payments: ReplayedPayments = {
  columns: ['place'],
  ...{ days, firstDay: FIRST_DAY, startMs: 0, cardCount: 60, payments: 0, frauds: 0 },
}
const all = days.flatMap(({ rows, labels, cards }, index) =>
  [...rows].map((place, at) => ({ place, label: labels[at]!, card: cards[at]!, day: FIRST_DAY + index })),
)

describe('a week of payments', () => {
  it('is learnt for from weeks that end a week before it', () => {
    for (const weeks of [1, 3]) {
      const { train } = splitWeek(payments, 31, weeks)
      const expected = all.filter(({ day }) => day < 24 && day >= 24 - 7 * weeks)
      assert.deepEqual(
        [...train.rows],
        expected.map(({ place }) => place),
      )
      assert.deepEqual(
        [...train.days],
        expected.map(({ day }) => day),
      )
    }
  })

  it('is tested without the cards of which a fraud was known on the day: in the last week learnt from, or a week ago', () => {
    const { test } = splitWeek(payments, 31, 3)
    const expected = all.filter((payment) => {
      if (payment.day < 31) return false
      return !all.some(
        ({ card, label, day }) => card === payment.card && label === 1 && day >= 17 && day < payment.day - 7,
      )
    })
    assert.deepEqual(
      [...test.rows],
      expected.map(({ place }) => place),
    )
    assert.deepEqual(
      [...test.labels],
      expected.map(({ label }) => label),
    )
    assert.ok(expected.length < all.filter(({ day }) => day >= 31).length)
  })

  it('keeps every fraud and about the share of the others that was asked for', () => {
    const { train } = splitWeek(payments, 31, 3)
    const sample = undersample(train, 0.3, 1)
    const frauds = train.labels.reduce((sum, label) => sum + label, 0)
    assert.equal(
      sample.labels.reduce((sum, label) => sum + label, 0),
      frauds,
    )
    const share = (sample.rowCount - frauds) / (train.rowCount - frauds)
    assert.ok(share > 0.2 && share < 0.4, `${share}`)
    const places = [...train.rows]
    for (const [row, place] of sample.rows.entries())
      assert.equal(sample.cards[row], train.cards[places.indexOf(place)])
    assert.equal(undersample(train, 1, 1), train)
  })

  it("has the book's fifteen features, night until seven and no risk where nothing was paid", () => {
    const columns = {
      ...{ amount: 12, weekday: 5, hour: 6.9 },
      ...{ 'cardCount.1d': 1, 'cardCount.7d': 2, 'cardCount.30d': 3 },
      ...{ 'cardMean.1d': 4, 'cardMean.7d': 5, 'cardMean.30d': 6 },
      ...{ 'terminalCount.1d': 0, 'terminalCount.7d': 4, 'terminalCount.30d': 8 },
      ...{ 'terminalReports.1d': 0, 'terminalReports.7d': 1, 'terminalReports.30d': 6 },
    }
    const rows = Float64Array.from(Object.values(columns))
    const one = { ...splitWeek(payments, 31, 1).train, rowCount: 1, featureCount: rows.length, rows }
    const { rows: features } = handbookFeatures(one, Object.keys(columns))
    assert.deepEqual([...features], [12, 1, 1, 1, 4, 0, 0, 2, 5, 4, 0.25, 3, 6, 8, 0.75])
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFrom } from '../../../foundation/index.ts'
import { logistic } from '../../../models/index.ts'
import { compareCosts } from './cost-comparison.ts'
import type { ScoredWeek } from './fraud-figures.ts'

const PAYMENTS_A_DAY = 300
const OPTIONS = { seed: 6, samples: 50 }

/** Log-odds that are right, and amounts that have nothing to do with them. */
function week(from: number): ScoredWeek {
  const random = randomFrom(6, 'week', from)
  const count = 7 * PAYMENTS_A_DAY
  const scores = Float64Array.from({ length: count }, () => 1.5 * random.normal() - 3)
  return {
    scores,
    test: {
      labels: scores.map((score) => Number(random.uniform() < logistic(score))),
      amounts: Float64Array.from({ length: count }, () => 200 * random.uniform() ** 4),
      cards: Int32Array.from({ length: count }, (_, row) => row),
      days: Int32Array.from({ length: count }, (_, row) => from + Math.floor(row / PAYMENTS_A_DAY)),
    },
  }
}

const earlier = [0, 7, 14].map(week)
const heldOut = [28, 35].map(week)
const report = compareCosts(earlier, heldOut, OPTIONS)

describe('the costs of two ways of choosing reviews', () => {
  it('are less by amount than by a threshold where reviews are few, and no day has more than it has room for', () => {
    assert.equal(report.heldOutDays, 14)
    for (const { reviewsPerDay, fixedThreshold, costPolicy, saving } of report.capacities) {
      for (const { reviewsPerDay: made } of [fixedThreshold, costPolicy]) assert.ok(made <= reviewsPerDay)
      assert.ok(Math.abs(saving.estimate - (1 - costPolicy.costPerDay / fixedThreshold.costPerDay)) < 1e-12)
    }
    const [few] = report.capacities
    assert.ok(few!.saving.low > 0.05, `saving from ${few!.saving.low}`)
  })

  it('are the amounts of all frauds without any review', () => {
    const lost = heldOut.flatMap(({ test }) => [...test.amounts].map((amount, row) => amount * test.labels[row]!))
    const perDay = lost.reduce((sum, amount) => sum + amount, 0) / 14
    assert.ok(Math.abs(report.costPerDayWithoutReviews - perDay) < 1e-9)
  })

  it('take from the held-out weeks nothing that settles either way', () => {
    const flipped = heldOut.map(({ scores, test }) => ({
      scores,
      test: { ...test, labels: test.labels.map((label) => 1 - label) },
    }))
    const settled = ({ capacities, calibration }: typeof report) => [
      calibration,
      ...capacities.map(({ threshold, capacityPrice, costPolicy }) => [
        threshold,
        capacityPrice,
        costPolicy.reviewsPerDay,
      ]),
    ]
    assert.deepEqual(settled(compareCosts(earlier, flipped, OPTIONS)), settled(report))
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError, randomFrom } from '../../foundation/index.ts'
import { ACTIONS } from '../action.ts'
import { type ActionCosts, expectedCosts } from './action-costs.ts'
import { chooseThreshold, type ThresholdGoal } from './choose-threshold.ts'
import { cheapestAction, fitCapacityPrice } from './cost-policy.ts'
import type { ScoredSample } from './scored-sample.ts'

const COSTS: ActionCosts = { review: 5, falseBlock: 2, falseBlockShare: 0.2, reviewStops: 0.9 }

const sample = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean(), fc.integer({ min: 0, max: 90 })), {
    minLength: 2,
    maxLength: 30,
  })
  .filter((rows) => new Set(rows.map(([, isFraud]) => isFraud)).size === 2)
  .map(
    (rows): Required<ScoredSample> => ({
      scores: Float64Array.from(rows, ([score]) => score / 6),
      labels: Float64Array.from(rows, ([, isFraud]) => Number(isFraud)),
      amounts: Float64Array.from(rows, ([, , amount]) => amount),
      days: 2,
    }),
  )

/** What a threshold does, counted one by one. */
function countOf({ scores, labels, amounts, days }: Required<ScoredSample>, threshold: number) {
  let [alerts, found, frauds, cost] = [0, 0, 0, 0]
  for (let at = 0; at < scores.length; at++) {
    const isAlert = scores[at]! >= threshold
    alerts += Number(isAlert)
    found += isAlert ? labels[at]! : 0
    frauds += labels[at]!
    cost += expectedCosts(labels[at]!, amounts[at]!, COSTS)[isAlert ? 'review' : 'allow']
  }
  return { precision: found / alerts, recall: found / frauds, alertsPerDay: alerts / days, cost: cost / scores.length }
}

function chosen(given: Required<ScoredSample>, goal: ThresholdGoal) {
  const choice = chooseThreshold(given, goal)
  const thresholds = [Number.POSITIVE_INFINITY, ...given.scores]
  return { choice, all: thresholds.map((threshold) => countOf(given, threshold)) }
}

describe('a threshold', () => {
  it('does to the sample what it says', () => {
    fc.assert(
      fc.property(sample, fc.double({ min: 0, max: 1, noNaN: true }), (given, atLeast) => {
        for (const goal of [
          { kind: 'precision', atLeast },
          { kind: 'recall', atLeast },
          { kind: 'cost', costs: COSTS },
          { kind: 'capacity', perDay: atLeast * 10 },
        ] as const) {
          const { threshold, cost, reached: _, ...counts } = chooseThreshold(given, goal)
          const { cost: counted, ...expected } = countOf(given, threshold)
          assert.deepEqual(counts, expected)
          if (goal.kind === 'cost') assert.ok(Math.abs(cost! - counted) < 1e-9)
        }
      }),
      { seed: 6, numRuns: 300 },
    )
  })

  it('finds most at a precision, has fewest false alerts at a recall, costs least, fills a capacity', () => {
    fc.assert(
      fc.property(sample, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
        const precise = chosen(given, { kind: 'precision', atLeast: share })
        const reaching = precise.all.filter(({ precision }) => precision >= share)
        assert.equal(precise.choice.reached, reaching.length > 0)
        if (precise.choice.reached) {
          assert.equal(precise.choice.recall, Math.max(...reaching.map(({ recall }) => recall)))
        }
        const found = chosen(given, { kind: 'recall', atLeast: share })
        const fewest = found.all.filter(({ recall }) => recall >= share).map(({ alertsPerDay }) => alertsPerDay)
        assert.equal(found.choice.alertsPerDay, Math.min(...fewest))
        const cheap = chosen(given, { kind: 'cost', costs: COSTS })
        assert.ok(cheap.choice.cost! <= Math.min(...cheap.all.map(({ cost }) => cost)) + 1e-9)
        const full = chosen(given, { kind: 'capacity', perDay: share * 10 })
        const fitting = full.all.map(({ alertsPerDay }) => alertsPerDay).filter((alerts) => alerts <= share * 10)
        assert.equal(full.choice.alertsPerDay, Math.max(...fitting))
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  it('is refused for what has one class, other lengths or no finite scores', () => {
    const labels = Float64Array.of(0, 1)
    const bad: readonly [ScoredSample, string][] = [
      [{ scores: Float64Array.of(1, 2), labels: Float64Array.of(1, 1), days: 1 }, 'ONE_CLASS_ONLY'],
      [{ scores: Float64Array.of(1), labels, days: 1 }, 'SHAPE_MISMATCH'],
      [{ scores: Float64Array.of(1, Number.NaN), labels, days: 1 }, 'NOT_FINITE'],
      [{ scores: Float64Array.of(1, 2), labels, days: 0 }, 'OUT_OF_RANGE'],
    ]
    for (const [given, code] of bad) {
      assert.throws(
        () => chooseThreshold(given, { kind: 'recall', atLeast: 0.5 }),
        (error) => isSluiceError(error) && error.code === code,
      )
    }
  })
})

describe('the action of least cost', () => {
  it('is one than which none costs less, with the price of a review', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(share, fc.double({ min: 0, max: 1e4, noNaN: true }), fc.nat(20), (probability, amount, price) => {
        const policy = { costs: { ...COSTS, stepUp: 1 }, capacityPrice: price }
        const costs = expectedCosts(probability, amount, policy.costs)
        const priced = { ...costs, review: costs.review + price }
        const action = cheapestAction(probability, amount, policy)
        const least = Math.min(...ACTIONS.map((each) => priced[each]))
        assert.ok(priced[action] - least <= 1e-12 * (1 + least))
      }),
      { seed: 8, numRuns: 500 },
    )
  })

  it('reviews no more a day than there is room for at the fitted price, and as many when more are worth it', () => {
    const random = randomFrom(9, 'demand')
    const count = 5000
    const probabilities = Float64Array.from({ length: count }, () => random.uniform() ** 4)
    const amounts = Float64Array.from({ length: count }, () => 200 * random.uniform())
    const reviews = (capacityPrice: number) =>
      probabilities.reduce(
        (sum, p, at) => sum + Number(cheapestAction(p, amounts[at]!, { costs: COSTS, capacityPrice }) === 'review'),
        0,
      )
    const worthIt = reviews(0)
    for (const perDay of [0, 3, 10, 1e6]) {
      const price = fitCapacityPrice({ probabilities, amounts, days: 10 }, { costs: COSTS }, perDay)
      assert.equal(reviews(price), Math.min(worthIt, perDay * 10))
    }
  })
})

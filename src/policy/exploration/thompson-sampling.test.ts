import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { randomFrom } from '../../foundation/index.ts'
import { type RateBelief, thompsonChoice, thompsonPropensities } from './thompson-sampling.ts'

const belief = fc.record({
  successes: fc.double({ min: 0.5, max: 60, noNaN: true }),
  failures: fc.double({ min: 0.5, max: 400, noNaN: true }),
})

describe('Thompson sampling', () => {
  it('is as likely to choose the second of two as the closed form for whole numbers says', () => {
    const cases = [
      [2, 17, 1, 16],
      [1, 1, 1, 1],
      [11, 91, 5, 21],
      [40, 60, 61, 40],
      [60, 900, 75, 1_000],
    ] as const
    for (const [a1, b1, a2, b2] of cases) {
      const [, second] = thompsonPropensities([
        { successes: a1, failures: b1 },
        { successes: a2, failures: b2 },
      ])
      const truth = probabilityThatSecondIsLarger(a1, b1, a2, b2)
      assert.ok(Math.abs(second! - truth) < 1e-4, `${second} of ${truth}`)
    }
  })

  it('chooses as often as its propensities say', () => {
    const beliefs = [
      { successes: 1.2, failures: 15 },
      { successes: 3, failures: 40 },
      { successes: 0.6, failures: 3 },
      { successes: 12, failures: 90 },
    ]
    const draws = 40_000
    const counts = new Float64Array(beliefs.length)
    const random = randomFrom(7, 'draws')
    for (let draw = 0; draw < draws; draw++) counts[thompsonChoice(beliefs, random)]! += 1
    thompsonPropensities(beliefs).forEach((propensity, index) => {
      const deviation = Math.sqrt((propensity * (1 - propensity)) / draws)
      const share = counts[index]! / draws
      assert.ok(Math.abs(share - propensity) < 4 * deviation + 1e-4, `${share} of ${propensity}`)
    })
  })

  it('has propensities that sum to 1, are equal for equal beliefs and do not hang on the order', () => {
    fc.assert(
      fc.property(fc.array(belief, { minLength: 1, maxLength: 12 }), (beliefs) => {
        const propensities = thompsonPropensities([...beliefs, beliefs[0]!])
        const backwards = thompsonPropensities([beliefs[0]!, ...beliefs.toReversed()]).reverse()
        assert.ok(Math.abs(propensities.reduce((sum, value) => sum + value, 0) - 1) < 1e-9)
        assert.ok(Math.abs(propensities[0]! - propensities.at(-1)!) < 1e-9)
        assert.ok(propensities.every((value, index) => Math.abs(value - backwards[index]!) < 1e-9))
      }),
      { seed: 3, numRuns: 30 },
    )
  })

  it('chooses nothing from nothing', () => {
    const none: readonly RateBelief[] = []
    assert.equal(thompsonChoice(none, randomFrom(1)), -1)
    assert.equal(thompsonPropensities(none).length, 0)
  })
})

/** P(X2 > X1) for two Beta variables of whole numbers, as a finite sum. */
function probabilityThatSecondIsLarger(a1: number, b1: number, a2: number, b2: number): number {
  let sum = 0
  for (let i = 0; i < a2; i++) {
    sum += Math.exp(logBeta(a1 + i, b1 + b2) - Math.log(b2 + i) - logBeta(1 + i, b2) - logBeta(a1, b1))
  }
  return sum
}

function logBeta(a: number, b: number): number {
  return logFactorial(a - 1) + logFactorial(b - 1) - logFactorial(a + b - 1)
}

function logFactorial(n: number): number {
  let sum = 0
  for (let k = 2; k <= n; k++) sum += Math.log(k)
  return sum
}

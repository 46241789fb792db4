import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FeatureReasons } from './reason-words.ts'

const NAMES = ['cardCount.1h', 'amount', 'terminalRisk.7d', 'isNight', 'distinct.1d', 'pair', 'sinceLast', 'hour']
const effects = fc.constantFrom(0, 0.005, 0.01, -0.01, 0.2, -0.2, 1, -3, 7)

describe('FeatureReasons', () => {
  it('names the five largest effects of a hundredth and more, of equal ones the earlier column first', () => {
    const reasons = new FeatureReasons(NAMES)
    const row = new Float64Array(NAMES.length)
    fc.assert(
      fc.property(fc.array(effects, { minLength: 8, maxLength: 8 }), (contributions) => {
        const expected = NAMES.map((name, column) => ({ name, contribution: contributions[column]! }))
          .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
          .slice(0, 5)
          .filter(({ contribution }) => Math.abs(contribution) >= 0.01)
        const got = reasons.of(row, Float64Array.from(contributions))
        assert.deepEqual(
          got.map(({ name, contribution }) => ({ name, contribution })),
          expected,
        )
      }),
      { seed: 1 },
    )
  })

  it('says in words what the column is, its value, and which way it moves the risk', () => {
    const reasons = new FeatureReasons(NAMES)
    const row = Float64Array.of(14, 1234.56, Number.NaN, 1, -2_500_000, 0.123456, 999.5, 0)
    const said = reasons.of(row, Float64Array.of(5, 4, -3, 0, 2, 1, 0, 0)).map(({ because }) => because)
    assert.deepEqual(said, [
      'card count, 1h: 14 (raises the risk)',
      'amount: 1,235 (raises the risk)',
      'terminal risk, 7d: not known (lowers the risk)',
      'distinct, 1d: -2,500,000 (raises the risk)',
      'pair: 0.1235 (raises the risk)',
    ])
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { addExactly, addTotal, differenceOfTotals } from './exact-sum.ts'

/** The running total of amounts, as its rounded value and what rounding took. */
function total(amounts: readonly number[]): [number, number] {
  const highs = new Float64Array(1)
  const lows = new Float64Array(1)
  for (const amount of amounts) addExactly(highs, lows, 0, highs[0]!, lows[0]!, amount)
  return [highs[0]!, lows[0]!]
}

describe('a running total in two parts', () => {
  it('keeps a small amount beside a huge one', () => {
    assert.deepEqual(total([1e300, 1]), [1e300, 1])
    assert.deepEqual(total([1, 1e300, -1e300]), [1, 0])
  })

  it('holds ten times 0.1, whose plain sum is not 1', () => {
    assert.equal(
      Array<number>(10)
        .fill(0.1)
        .reduce((sum, amount) => sum + amount),
      0.9999999999999999,
    )
    assert.equal(total(Array<number>(10).fill(0.1))[0], 1)
  })

  it('equals arithmetic in whole numbers of any size, as long as 106 bits hold them', () => {
    const amount = fc.oneof(
      fc.integer(),
      fc.integer().map((value) => value * 2 ** 40),
    )
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 200 }), (amounts) => {
        const [high, low] = total(amounts)
        assert.equal(
          BigInt(high) + BigInt(low),
          amounts.reduce((sum, value) => sum + BigInt(value), 0n),
        )
      }),
      { seed: 1971, numRuns: 500 },
    )
  })

  it('gives what was added since, to the last bit, whatever was added before', () => {
    const amount = fc.integer().map((value) => value / 100)
    fc.assert(
      fc.property(fc.array(amount), fc.array(amount, { minLength: 1 }), (before, after) => {
        const since = (amounts: readonly number[]) => {
          const totals = new Float64Array(4)
          for (const each of amounts) addTotal(totals, 0, totals[0]!, totals[1]!, each)
          totals.copyWithin(2, 0, 2)
          for (const each of after) addTotal(totals, 0, totals[0]!, totals[1]!, each)
          return differenceOfTotals(totals[0]!, totals[1]!, totals[2]!, totals[3]!)
        }
        assert.equal(since(before), since([]))
        assert.equal(since([]), total(after)[0])
      }),
      { seed: 1969, numRuns: 500 },
    )
  })
})

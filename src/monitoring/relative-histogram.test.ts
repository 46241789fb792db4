import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFrom } from '../foundation/index.ts'
import { RelativeHistogram } from './relative-histogram.ts'

describe('a relative histogram', () => {
  it('knows every quantile to 1 %, as sorting all values would', () => {
    const random = randomFrom(1)
    const histogram = new RelativeHistogram({ least: 1e-8, most: 1e8 })
    const values = Array.from({ length: 5_000 }, () => Math.exp(3 * random.normal()))
    for (const value of values) histogram.add(value)
    values.sort((a, b) => a - b)
    for (const share of [0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1]) {
      const exact = values[Math.max(1, Math.ceil(share * values.length)) - 1]!
      const found = histogram.quantile(share)!
      assert.ok(Math.abs(found / exact - 1) <= 0.0101, `${share}: ${found} for ${exact}`)
    }
  })

  it('counts what lies beyond its ends at its ends, and NaN not at all', () => {
    const histogram = new RelativeHistogram({ least: 1, most: 100 })
    for (const value of [0, -5, Number.NaN]) histogram.add(value)
    assert.deepEqual([histogram.count, histogram.quantile(1)], [2, 1])
    histogram.add(Number.POSITIVE_INFINITY)
    const most = histogram.quantile(1)!
    assert.ok(most > 98 && most < 102, `${most}`)
  })

  it('has no quantile before the first value', () => {
    assert.equal(new RelativeHistogram({ least: 1, most: 2 }).quantile(0.5), undefined)
  })
})

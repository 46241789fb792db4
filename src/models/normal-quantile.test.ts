import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { normalHalfWidth } from './normal-quantile.ts'

describe('the half width of a normal interval', () => {
  it('is that of scipy.stats.norm.ppf((1 + level) / 2) to 1e-12', () => {
    const expected: readonly (readonly [number, number])[] = [
      [0.1, 0.12566134685507416],
      [0.5, 0.6744897501960817],
      [0.9, 1.6448536269514722],
      [0.95, 1.959963984540054],
      [0.99, 2.5758293035489004],
      [0.999999, 4.891638475671085],
    ]
    for (const [level, width] of expected)
      assert.ok(Math.abs(normalHalfWidth(level) - width) < 1e-11 * width, `${level}`)
  })
})

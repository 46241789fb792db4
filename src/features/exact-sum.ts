/**
 * Writes `(high + low) + amount` to place `at` of a column of running totals, where `high` holds a total and `low`
 * what rounding took from it. 106 bits, so that the difference of two totals is the sum of the amounts between them,
 * however large the amounts before were.
 *
 * @see Dekker 1971, A floating-point technique for extending the available precision; Knuth's two-sum.
 */
export function addExactly(
  highs: Float64Array,
  lows: Float64Array,
  at: number,
  high: number,
  low: number,
  amount: number,
): void {
  const sum = high + amount
  const part = sum - high
  const lost = high - (sum - part) + (amount - part) + low
  const total = sum + lost
  highs[at] = total
  lows[at] = lost - (total - sum)
}

/** {@link addExactly} for one column in which the two parts of a total lie side by side, from `at` on. */
export function addTotal(totals: Float64Array, at: number, high: number, low: number, amount: number): void {
  const sum = high + amount
  const part = sum - high
  const lost = high - (sum - part) + (amount - part) + low
  const total = sum + lost
  totals[at] = total
  totals[at + 1] = lost - (total - sum)
}

/**
 * What lies between two totals in two parts, `(high + low) - (beforeHigh + beforeLow)`, rounded once.
 *
 * @see Knuth, The Art of Computer Programming 2, 4.2.2, theorem B (two-sum).
 */
export function differenceOfTotals(high: number, low: number, beforeHigh: number, beforeLow: number): number {
  const difference = high - beforeHigh
  const part = difference - high
  const lost = high - (difference - part) - (beforeHigh + part)
  return difference + (lost + (low - beforeLow))
}

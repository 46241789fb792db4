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

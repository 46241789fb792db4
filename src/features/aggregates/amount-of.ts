/** What the event of a row adds to a sum: a field that is absent adds nothing, but is an occurrence. */
export function amountOf(amounts: Float64Array | undefined, row: number): number {
  const amount = amounts === undefined ? Number.NaN : amounts[row]!
  return Number.isNaN(amount) ? 0 : amount
}

/**
 * Mean of the values that are defined; NaN marks a user or query for whom the metric is not defined.
 *
 * @param values - shape (n,)
 * @returns NaN when none is defined
 */
export function meanOfDefined(values: Float64Array): number {
  let sum = 0
  let count = 0
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!
    if (Number.isNaN(value)) continue
    sum += value
    count++
  }
  return sum / count
}

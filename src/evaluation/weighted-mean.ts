/**
 * Mean of values with weights.
 *
 * @param values - shape (n,)
 * @param weights - shape (n,); absent means 1 each
 * @returns NaN when nothing weighs
 */
export function weightedMean(values: Float64Array, weights?: Float64Array): number {
  let sum = 0
  let total = 0
  for (let row = 0; row < values.length; row++) {
    const weight = weights === undefined ? 1 : weights[row]!
    sum += weight * values[row]!
    total += weight
  }
  return sum / total
}

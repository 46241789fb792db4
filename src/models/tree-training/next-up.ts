const doubles = new Float64Array(1)
const words = new BigInt64Array(doubles.buffer)

/** The next double towards infinity; infinity stays. */
export function nextUp(value: number): number {
  if (value === Number.POSITIVE_INFINITY || Number.isNaN(value)) return value
  if (value === 0) return Number.MIN_VALUE
  doubles[0] = value
  words[0]! += value > 0 ? 1n : -1n
  return doubles[0]!
}

/** Doubles and singles beside each other: which number of one stands for a comparison in the other. */

const single = new Float32Array(1)
const singleBits = new Int32Array(single.buffer)
const double = new Float64Array(1)
const doubleBits = new BigInt64Array(double.buffer)

/**
 * The largest double that rounds to single precision below `threshold`: at most it is the same as below `threshold`
 * after rounding, for every double.
 *
 * @param threshold - a number of single precision
 */
export function lastBelowSingle(threshold: number): number {
  if (threshold === Number.NEGATIVE_INFINITY) return threshold
  // Halfway is a double; ties go to the even neighbour, which may be either.
  const half = (withinTwo128(neighbourBelowSingle(threshold)) + withinTwo128(threshold)) / 2
  return Math.fround(half) < threshold ? half : neighbourBelowDouble(half)
}

/** The largest single that is at most a double: for every single, at most the one is the same as at most the other. */
export function singleAtMost(value: number): number {
  const rounded = Math.fround(value)
  return rounded > value ? neighbourBelowSingle(rounded) : rounded
}

/** The largest single below a double. */
export function singleBelow(value: number): number {
  const rounded = Math.fround(value)
  return rounded >= value ? neighbourBelowSingle(rounded) : rounded
}

/** Rounding to single precision takes infinity for the number that would follow the largest. */
function withinTwo128(value: number): number {
  return Math.max(-(2 ** 128), Math.min(2 ** 128, value))
}

function neighbourBelowSingle(value: number): number {
  if (value === Number.NEGATIVE_INFINITY) return value
  if (value === 0) return -(2 ** -149)
  single[0] = value
  singleBits[0]! += value > 0 ? -1 : 1
  return single[0]
}

function neighbourBelowDouble(value: number): number {
  if (value === 0) return -Number.MIN_VALUE
  double[0] = value
  doubleBits[0]! += value > 0 ? -1n : 1n
  return double[0]
}

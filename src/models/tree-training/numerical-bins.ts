import type { NumericalBins } from './feature-bins.ts'
import { nextUp } from './next-up.ts'

/** LightGBM's kZeroThreshold: what is no larger counts as zero. */
const ZERO = 1e-35

export interface BinLimits {
  readonly maxBins: number
  readonly minRowsInBin: number
}

/** Different values, ascending, and how often each occurs. */
export interface DistinctValues {
  readonly values: Float64Array
  readonly counts: Int32Array
  readonly length: number
}

/**
 * Bins for a number as LightGBM finds them: a bin of its own for zero, to both sides of it bins of about as many rows,
 * a value that fills a bin alone gets it, bounds midway between values; and a last bin for what is missing when
 * something is.
 *
 * @param distinct - the different values of the sample that are not missing; a zero stands between negative and positive
 * @param missingCount - how many of the sample are missing
 * @see LightGBM's `BinMapper::FindBin` and `GreedyFindBin`.
 */
export function findNumericalBins(distinct: DistinctValues, missingCount: number, limits: BinLimits): NumericalBins {
  const hasMissing = missingCount > 0
  const maxBins = hasMissing ? limits.maxBins - 1 : limits.maxBins
  return {
    kind: 'numerical',
    upperBounds: Float64Array.from(boundsAroundZero(distinct, { ...limits, maxBins })),
    hasMissing,
    minimum: distinct.length === 0 ? Number.NaN : distinct.values[0]!,
    maximum: distinct.length === 0 ? Number.NaN : distinct.values[distinct.length - 1]!,
  }
}

function isSame(a: number, b: number): boolean {
  // Far apart is the common case, and cheap to see.
  if (b - a > 1e-15 * Math.abs(a) && b - a > 1e-300) return false
  return a === b || b <= nextUp(a)
}

function boundsAroundZero(distinct: DistinctValues, { maxBins, minRowsInBin }: BinLimits): number[] {
  const firstNotNegative = firstAbove(distinct, -ZERO)
  const firstPositive = firstAbove(distinct, ZERO)
  const negative = countOf(distinct, 0, firstNotNegative)
  const positive = countOf(distinct, firstPositive, distinct.length)
  let bounds: number[] = []
  if (firstNotNegative > 0 && maxBins > 1) {
    const share = Math.floor((negative / (negative + positive)) * (maxBins - 1))
    const side = { maxBins: Math.max(1, share), minRowsInBin }
    bounds = greedyBounds(slice(distinct, 0, firstNotNegative), negative, side)
    bounds[bounds.length - 1] = -ZERO
  }
  const rest = maxBins - 1 - bounds.length
  if (firstPositive === distinct.length || rest <= 0) return [...bounds, Number.POSITIVE_INFINITY]
  const side = { maxBins: rest, minRowsInBin }
  return [...bounds, ZERO, ...greedyBounds(slice(distinct, firstPositive, distinct.length), positive, side)]
}

function firstAbove({ values, length }: DistinctValues, bound: number): number {
  let index = 0
  while (index < length && values[index]! <= bound) index++
  return index
}

function countOf({ counts }: DistinctValues, from: number, to: number): number {
  let count = 0
  for (let i = from; i < to; i++) count += counts[i]!
  return count
}

function slice({ values, counts }: DistinctValues, from: number, to: number): DistinctValues {
  return { values: values.subarray(from, to), counts: counts.subarray(from, to), length: to - from }
}

function greedyBounds(distinct: DistinctValues, total: number, limits: BinLimits): number[] {
  return distinct.length <= limits.maxBins
    ? boundsOfEach(distinct, limits.minRowsInBin)
    : boundsOfEqualSize(distinct, total, limits)
}

/** A bin a value, but for values that are too few. */
function boundsOfEach({ values, counts, length }: DistinctValues, minRowsInBin: number): number[] {
  const bounds: number[] = []
  let inBin = 0
  for (let i = 0; i + 1 < length; i++) {
    inBin += counts[i]!
    if (inBin >= minRowsInBin && pushBound(bounds, values[i]!, values[i + 1]!)) inBin = 0
  }
  bounds.push(Number.POSITIVE_INFINITY)
  return bounds
}

function boundsOfEqualSize({ values, counts, length }: DistinctValues, total: number, limits: BinLimits): number[] {
  const maxBins = Math.max(1, Math.min(limits.maxBins, Math.floor(total / Math.max(1, limits.minRowsInBin))))
  const whole = total / maxBins
  let restBins = maxBins
  let restRows = total
  for (let i = 0; i < length; i++) {
    if (counts[i]! < whole) continue
    restBins--
    restRows -= counts[i]!
  }
  let size = restRows / restBins
  const bounds: number[] = []
  let inBin = 0
  let binCount = 0
  for (let i = 0; i + 1 < length; i++) {
    const isBig = counts[i]! >= whole
    if (!isBig) restRows -= counts[i]!
    inBin += counts[i]!
    const nextIsBig = counts[i + 1]! >= whole
    if (!(isBig || inBin >= size || (nextIsBig && inBin >= Math.max(1, size / 2)))) continue
    pushBound(bounds, values[i]!, values[i + 1]!)
    if (++binCount >= maxBins - 1) break
    inBin = 0
    if (!isBig) size = restRows / --restBins
  }
  bounds.push(Number.POSITIVE_INFINITY)
  return bounds
}

/** Adds the bound between two values, unless it is the last one again. */
function pushBound(bounds: number[], low: number, high: number): boolean {
  const bound = nextUp((low + high) / 2)
  const last = bounds.at(-1)
  if (last !== undefined && isSame(last, bound)) return false
  bounds.push(bound)
  return true
}

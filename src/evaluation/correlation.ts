import { requireFinite, requireRows, requireSameLength } from './checked-inputs.ts'
import { orderByScore } from './order-by-score.ts'
import { weightedMean } from './weighted-mean.ts'

/**
 * Pearson's correlation: how close two quantities lie to a line.
 *
 * @param first - shape (n,), finite
 * @param second - shape (n,), finite
 * @returns in [-1, 1]; NaN (not defined) when either is constant
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`, `INVALID_ARGUMENT` (no row)
 * @remarks O(n), two passes.
 */
export function pearsonCorrelation(first: Float64Array, second: Float64Array): number {
  requirePairs('correlation', first, second)
  const [meanFirst, meanSecond] = [weightedMean(first), weightedMean(second)]
  let products = 0
  let squaresFirst = 0
  let squaresSecond = 0
  for (let row = 0; row < first.length; row++) {
    const a = first[row]! - meanFirst
    const b = second[row]! - meanSecond
    products += a * b
    squaresFirst += a * a
    squaresSecond += b * b
  }
  return products / (Math.sqrt(squaresFirst) * Math.sqrt(squaresSecond))
}

/**
 * Spearman's rank correlation; tied rows share the mean of their ranks.
 *
 * @returns in [-1, 1]; NaN when either is constant
 * @throws SluiceError as {@link pearsonCorrelation}
 * @remarks O(n log n).
 */
export function spearmanCorrelation(first: Float64Array, second: Float64Array): number {
  requirePairs('rank correlation', first, second)
  return pearsonCorrelation(averageRanks(first), averageRanks(second))
}

/**
 * Kendall's tau-b: pairs in the same order less pairs in the opposite order, corrected for ties.
 *
 * @returns in [-1, 1]; NaN when either is constant
 * @throws SluiceError as {@link pearsonCorrelation}
 * @remarks O(n log n).
 * @see Knight 1966, Journal of the American Statistical Association 61(314).
 */
export function kendallTauB(first: Float64Array, second: Float64Array): number {
  requirePairs('rank correlation', first, second)
  const order = lexicographicOrder(first, second)
  const seconds = Float64Array.from(order, (row) => second[row]!)
  const pairs = (order.length * (order.length - 1)) / 2
  const tiedFirst = tiedPairs(order.length, (a, b) => first[order[a]!] === first[order[b]!])
  const tiedBoth = tiedPairs(order.length, (a, b) => first[order[a]!] === first[order[b]!] && seconds[a] === seconds[b])
  // Sorting by the second exchanges each discordant pair once.
  const discordant = sortAndCountExchanges(seconds)
  const tiedSecond = tiedPairs(order.length, (a, b) => seconds[a] === seconds[b])
  const difference = pairs - tiedFirst - tiedSecond + tiedBoth - 2 * discordant
  return difference / (Math.sqrt(pairs - tiedFirst) * Math.sqrt(pairs - tiedSecond))
}

/** Ranks from the largest (1) down, ties averaged. */
function averageRanks(values: Float64Array): Float64Array {
  const order = orderByScore(values)
  const ranks = new Float64Array(values.length)
  for (let start = 0, end = 1; end <= order.length; end++) {
    if (end < order.length && values[order[end]!] === values[order[start]!]) continue
    const rank = (start + end + 1) / 2
    for (; start < end; start++) ranks[order[start]!] = rank
  }
  return ranks
}

function lexicographicOrder(first: Float64Array, second: Float64Array): Uint32Array {
  return Uint32Array.from(first, (_, row) => row).sort((a, b) => first[a]! - first[b]! || second[a]! - second[b]!)
}

/** Pairs within the runs of equal neighbours. */
function tiedPairs(count: number, equal: (previous: number, next: number) => boolean): number {
  let pairs = 0
  let run = 1
  for (let index = 1; index < count; index++) {
    run = equal(index - 1, index) ? run + 1 : 1
    pairs += run - 1
  }
  return pairs
}

/** Bottom-up merge sort in place; the count of pairs that stood in the wrong order. */
function sortAndCountExchanges(values: Float64Array): number {
  const merged = new Float64Array(values.length)
  let exchanges = 0
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      exchanges += mergeRuns(values, merged, start, start + width, Math.min(start + 2 * width, values.length))
    }
    values.set(merged)
  }
  return exchanges
}

function mergeRuns(values: Float64Array, merged: Float64Array, start: number, middle: number, end: number): number {
  let left = start
  let right = middle
  let exchanges = 0
  for (let place = start; place < end; place++) {
    if (left < middle && left < end && (right >= end || values[left]! <= values[right]!))
      merged[place] = values[left++]!
    else {
      exchanges += middle - left
      merged[place] = values[right++]!
    }
  }
  return exchanges
}

function requirePairs(what: string, first: Float64Array, second: Float64Array): void {
  requireSameLength(what, first, second)
  requireRows(what, first)
  requireFinite(what, first)
  requireFinite(what, second)
}

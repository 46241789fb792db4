/** Points along a column, with the share of the column below each. */
export interface Knots {
  /** Strictly increasing; at most as many as asked for, fewer when the column has fewer distinct values. */
  readonly values: readonly number[]
  /** The mid-rank of each knot, in [0, 1], strictly increasing: weight below it plus half the weight at it. */
  readonly ranks: readonly number[]
}

const CAPPING_ROUNDS = 4

/**
 * Knots at quantiles that lie closer together towards both ends (Chebyshev's spacing), where the tails of a ranking
 * feature carry most of what it says. A value that repeats counts for about one `count`-th of the column at most when
 * the levels are laid, so that a column of mostly zeros still gets knots along its tail. With no more distinct values
 * than knots, each value is a knot.
 *
 * @param values - shape (n,), known values only, any order
 * @param weights - shape (n,), above 0
 * @param count - at least 2
 * @remarks O(n log n). The quantile is the smallest value that reaches the level (inverted distribution function).
 */
export function quantileKnots(values: Float64Array, weights: Float64Array, count: number): Knots {
  const distinct = distinctValues(values, weights)
  const total = sumOf(distinct.weights)
  const capped = capWeights(distinct.weights, count)
  const levels = chebyshevLevels(count, sumOf(capped))
  const knots = { values: [] as number[], ranks: [] as number[] }
  let [level, reached, below] = [0, 0, 0]
  for (let index = 0; index < capped.length; index++) {
    reached += capped[index]!
    const first = level
    while (level < count && reached >= levels[level]!) level++
    if (level > first || capped.length <= count) {
      knots.values.push(distinct.values[index]!)
      knots.ranks.push((below + distinct.weights[index]! / 2) / total)
    }
    below += distinct.weights[index]!
  }
  return knots
}

function chebyshevLevels(count: number, total: number): number[] {
  return Array.from({ length: count }, (_, index) => ((1 - Math.cos((Math.PI * index) / (count - 1))) / 2) * total)
}

/** Weights cut to one `count`-th of what is then left of them, to within a few rounds. */
function capWeights(weights: Float64Array, count: number): Float64Array {
  let capped = weights
  for (let round = 0; round < CAPPING_ROUNDS; round++) {
    const cap = sumOf(capped) / count
    capped = weights.map((weight) => Math.min(weight, cap))
  }
  return capped
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

interface Distinct {
  /** Ascending. */
  readonly values: Float64Array
  /** The weight at each. */
  readonly weights: Float64Array
}

/** Numbers sorted by themselves, and weights found again by search, are faster than a sort through indices. */
function distinctValues(values: Float64Array, weights: Float64Array): Distinct {
  const sorted = values.toSorted()
  let count = 0
  for (let index = 0; index < sorted.length; index++) {
    if (index === 0 || sorted[index] !== sorted[index - 1]) sorted[count++] = sorted[index]!
  }
  const distinct = { values: sorted.subarray(0, count), weights: new Float64Array(count) }
  for (let index = 0; index < values.length; index++) {
    distinct.weights[positionOf(values[index]!, distinct.values)]! += weights[index]!
  }
  return distinct
}

function positionOf(value: number, ascending: Float64Array): number {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

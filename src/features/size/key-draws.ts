/** Different keys, and how unevenly events fall on them: the key of rank `r` is drawn in proportion to `r^-skew`. */
export interface Population {
  readonly count: number
  /** Zipf's exponent, at least 0: 0 for all alike; what people choose is mostly between 0.5 and 1. */
  readonly skew: number
}

/** Groups of keys that are drawn alike: `keys[g]` of them, each with probability `shares[g]`. */
export interface KeyGroups {
  readonly keys: Float64Array
  readonly shares: Float64Array
}

/** The keys of one population, or of combinations whose parts are drawn independently of each other. */
export function keyGroups(populations: readonly Population[]): KeyGroups {
  // The more parts, the coarser each: the groups of a combination are as many as their product.
  const growth = [1.1, 1.1, 1.3, 2][Math.min(3, populations.length)]!
  return populations.map((population) => groupsOf(population, growth)).reduce(combined)
}

/** Ranks one by one at the head, then in groups that are each `growth` times as long as the one before. */
function groupsOf({ count, skew }: Population, growth: number): KeyGroups {
  const keys: number[] = []
  const weights: number[] = []
  for (let rank = 1; rank <= count; ) {
    const end = Math.min(count + 1, Math.max(rank + 1, Math.floor(rank * growth)))
    keys.push(end - rank)
    weights.push(((rank + end - 1) / 2) ** -skew)
    rank = end
  }
  const total = weights.reduce((sum, weight, group) => sum + weight * keys[group]!, 0)
  return { keys: Float64Array.from(keys), shares: Float64Array.from(weights, (weight) => weight / total) }
}

function combined(left: KeyGroups, right: KeyGroups): KeyGroups {
  const keys = new Float64Array(left.keys.length * right.keys.length)
  const shares = new Float64Array(keys.length)
  for (let a = 0, group = 0; a < left.keys.length; a++) {
    for (let b = 0; b < right.keys.length; b++, group++) {
      keys[group] = left.keys[a]! * right.keys[b]!
      shares[group] = left.shares[a]! * right.shares[b]!
    }
  }
  return { keys, shares }
}

/** How many different keys are met in so many draws. */
export function expectedDistinct({ keys, shares }: KeyGroups, draws: number): number {
  let distinct = 0
  for (let group = 0; group < keys.length; group++) distinct -= keys[group]! * Math.expm1(-draws * shares[group]!)
  return distinct
}

/** How a key's own piece of an arena grows: capacities of `first`, twice that, and so on. */
interface Pieces {
  readonly first: number
  /** How many entries a capacity holds before the next one is taken. */
  readonly holds: (capacity: number) => number
}

export const RINGS: Pieces = { first: 4, holds: (capacity) => capacity }
const MOMENTS = 12

/**
 * How many entries an arena has room for whose keys take pieces as they need them and leave smaller ones to others: of
 * every capacity as many as were in use at the same time, at the worst of the moments on the way to the end.
 *
 * @param entriesOf - the entries that a key of a group is expected to have when the given share of the time has gone
 * @param moments - how many moments are looked at; with 1 it is the room that is in use at the end
 */
export function arenaEntries(
  { keys }: KeyGroups,
  entriesOf: (group: number, progress: number) => number,
  pieces: Pieces = RINGS,
  moments: number = MOMENTS,
): number {
  const peaks = new Float64Array(32)
  for (let moment = 1; moment <= moments; moment++) {
    const inUse = new Float64Array(peaks.length)
    for (let group = 0; group < keys.length; group++) {
      addPieces(inUse, keys[group]!, entriesOf(group, 2 ** ((moment - moments) / 2)), pieces)
    }
    for (let size = 0; size < peaks.length; size++) peaks[size] = Math.max(peaks[size]!, inUse[size]!)
  }
  return peaks.reduce((sum, count, size) => sum + count * pieces.first * 2 ** size, 0)
}

function addPieces(inUse: Float64Array, keys: number, mean: number, { first, holds }: Pieces): void {
  let below = Math.exp(-mean)
  for (let size = 0; size < inUse.length && below < 1 - 1e-9; size++) {
    const upTo = poissonAtMost(holds(first * 2 ** size), mean)
    inUse[size]! += keys * Math.max(0, upTo - below)
    below = Math.max(below, upTo)
  }
}

/** The probability of at most `count` events where `mean` are expected. */
function poissonAtMost(count: number, mean: number): number {
  if (mean > 40) return normalBelow((count + 0.5 - mean) / Math.sqrt(mean))
  if (count > 120) return 1
  let term = Math.exp(-mean)
  let sum = term
  for (let index = 1; index <= count; index++) {
    term *= mean / index
    sum += term
  }
  return Math.min(1, sum)
}

/** The standard normal distribution; Abramowitz & Stegun 1964, 26.2.17, to 7.5e-8. */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return z > 0 ? 1 - density * series : density * series
}

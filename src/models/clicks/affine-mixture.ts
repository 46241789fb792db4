import type { ClickBias } from './click-bias.ts'
import type { ClickCounts } from './click-log.ts'

/** Click rates at the top that pairs are thought to have: so many kinds of pairs. */
const KINDS = 8
/** Pairs are told apart by where they mostly stood, in so many groups: good ones were shown higher. */
const GROUPS = 6
const LEAST_RATE = 1e-6
const LEAST_SHARE = 1e-9

/** A mixture of kinds of pairs; at position `k` kind `g` is clicked by `slopes[k] * rates[g] + floors[k]`. */
export interface AffineMixture {
  /** Shape (positions,); 1 at the top. */
  readonly slopes: Float64Array
  /** Shape (positions,); 0 at the top. */
  readonly floors: Float64Array
  /** Shape (kinds,): click rates at the top. */
  readonly rates: Float64Array
  /** Shape (groups * kinds,): how common each kind is among the pairs of a group. */
  readonly shares: Float64Array
}

export interface MixtureOptions {
  /** What is fitted of positions: nothing, slopes alone (floors stay 0), or both. */
  readonly lines: 'fixed' | 'slopes' | 'affine'
  readonly iterations: number
  /** Whether a pair counts; all do when absent. */
  readonly counts?: ((pair: number) => boolean) | undefined
}

/** Where a pair stood on the whole, as one of a few groups of like size: shape (pairCount,). */
export function exposureGroups({ pairCount, starts, positions, shown }: ClickCounts): Int32Array {
  const depths = Float64Array.from({ length: pairCount }, (_, pair) => {
    let [sum, total] = [0, 0]
    for (let cell = starts[pair]!; cell < starts[pair + 1]!; cell++) {
      sum += shown[cell]! * Math.log1p(positions[cell]!)
      total += shown[cell]!
    }
    return total > 0 ? sum / total : 0
  })
  const sorted = depths.slice().sort()
  const edges = Float64Array.from(
    { length: GROUPS - 1 },
    (_, group) => sorted[Math.floor(((group + 1) * pairCount) / GROUPS)] ?? 0,
  )
  return Int32Array.from(depths, (depth) => edges.filter((edge) => edge < depth).length)
}

/** Lines to begin with, all kinds alike in every group, at rates spread over what pairs were clicked. */
export function startMixture(
  counts: ClickCounts,
  { slopes, floors }: Pick<ClickBias, 'slopes' | 'floors'>,
): AffineMixture {
  const { pairCount, starts, positions, shown, clicks } = counts
  const found: number[] = []
  for (let pair = 0; pair < pairCount; pair++) {
    let [clicked, exposure] = [0, 0]
    for (let cell = starts[pair]!; cell < starts[pair + 1]!; cell++) {
      clicked += clicks[cell]! - shown[cell]! * floors[positions[cell]!]!
      exposure += shown[cell]! * slopes[positions[cell]!]!
    }
    if (exposure > 0) found.push(clicked / exposure)
  }
  const sorted = Float64Array.from(found).sort()
  const rates = Float64Array.from({ length: KINDS }, (_, kind) => {
    const rate = Math.max(0, sorted[Math.floor(((kind + 0.5) * sorted.length) / KINDS)]!)
    return Math.min(0.9, rate * (0.8 + (0.4 * kind) / KINDS) + 1e-4 * (kind + 1))
  })
  return {
    slopes: slopes.slice(),
    floors: floors.slice(),
    rates,
    shares: new Float64Array(GROUPS * KINDS).fill(1 / KINDS),
  }
}

/**
 * Expectation-maximisation. Each step gives every pair its share in each kind by how it was clicked, then fits straight
 * lines from the rates of the kinds to the click rates of every position, and rates to lines.
 *
 * @remarks O(cells * kinds) an iteration.
 */
export function fitMixture(
  counts: ClickCounts,
  groups: Int32Array,
  from: AffineMixture,
  options: MixtureOptions,
): AffineMixture {
  const model = {
    slopes: from.slopes.slice(),
    floors: from.floors.slice(),
    rates: from.rates.slice(),
    shares: from.shares.slice(),
  }
  const size = counts.positionCount * KINDS
  const sums = {
    shown: new Float64Array(size),
    clicks: new Float64Array(size),
    shares: new Float64Array(GROUPS * KINDS),
  }
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    for (const each of Object.values(sums)) each.fill(0)
    expect(counts, groups, model, sums, options.counts)
    updateShares(model.shares, sums.shares)
    if (options.lines !== 'fixed') updateLines(model, sums, options.lines === 'affine')
    updateRates(model, sums)
    if (options.lines !== 'fixed') measureByTop(model)
  }
  return model
}

/** The log likelihood of every pair's clicks: shape (pairCount,). */
export function mixtureLikelihoods(counts: ClickCounts, groups: Int32Array, model: AffineMixture): Float64Array {
  const out = new Float64Array(counts.pairCount)
  const logs = clickLogs(model)
  const powers = new Float64Array(KINDS)
  return out.map((_, pair) => fillPosterior(counts, pair, groups[pair]!, model, logs, powers))
}

/** What each pair would be clicked at the top, given how it was clicked: shape (pairCount,), the mean of its kinds. */
export function expectedRates(counts: ClickCounts, groups: Int32Array, model: AffineMixture): Float64Array {
  const logs = clickLogs(model)
  const posterior = new Float64Array(KINDS)
  return new Float64Array(counts.pairCount).map((_, pair) => {
    fillPosterior(counts, pair, groups[pair]!, model, logs, posterior)
    return posterior.reduce((sum, share, kind) => sum + share * model.rates[kind]!, 0)
  })
}

interface Sums {
  /** Shape (positions * kinds,). */
  readonly shown: Float64Array
  readonly clicks: Float64Array
  readonly shares: Float64Array
}

interface ClickLogs {
  readonly clicked: Float64Array
  readonly passed: Float64Array
}

function rateAt({ slopes, floors, rates }: AffineMixture, position: number, kind: number): number {
  return Math.min(1 - LEAST_RATE, Math.max(LEAST_RATE, slopes[position]! * rates[kind]! + floors[position]!))
}

function clickLogs(model: AffineMixture): ClickLogs {
  const size = model.slopes.length * KINDS
  const rate = (index: number): number => rateAt(model, Math.floor(index / KINDS), index % KINDS)
  return {
    clicked: Float64Array.from({ length: size }, (_, index) => Math.log(rate(index))),
    passed: Float64Array.from({ length: size }, (_, index) => Math.log1p(-rate(index))),
  }
}

/** The pair's share in every kind, into `out`; returns the log likelihood of its clicks. */
function fillPosterior(
  { starts, positions, shown, clicks }: ClickCounts,
  pair: number,
  group: number,
  { shares }: AffineMixture,
  { clicked, passed }: ClickLogs,
  out: Float64Array,
): number {
  let most = Number.NEGATIVE_INFINITY
  for (let kind = 0; kind < KINDS; kind++) {
    let log = Math.log(shares[group * KINDS + kind]!)
    for (let cell = starts[pair]!; cell < starts[pair + 1]!; cell++) {
      const at = positions[cell]! * KINDS + kind
      log += clicks[cell]! * clicked[at]! + (shown[cell]! - clicks[cell]!) * passed[at]!
    }
    out[kind] = log
    most = Math.max(most, log)
  }
  let sum = 0
  for (let kind = 0; kind < KINDS; kind++) {
    out[kind] = Math.exp(out[kind]! - most)
    sum += out[kind]!
  }
  for (let kind = 0; kind < KINDS; kind++) out[kind]! /= sum
  return most + Math.log(sum)
}

function expect(
  counts: ClickCounts,
  groups: Int32Array,
  model: AffineMixture,
  sums: Sums,
  isCounted: (pair: number) => boolean = () => true,
): void {
  const { pairCount, starts, positions, shown, clicks } = counts
  const logs = clickLogs(model)
  const posterior = new Float64Array(KINDS)
  for (let pair = 0; pair < pairCount; pair++) {
    if (starts[pair] === starts[pair + 1] || !isCounted(pair)) continue
    fillPosterior(counts, pair, groups[pair]!, model, logs, posterior)
    for (let kind = 0; kind < KINDS; kind++) {
      const share = posterior[kind]!
      sums.shares[groups[pair]! * KINDS + kind]! += share
      for (let cell = starts[pair]!; cell < starts[pair + 1]!; cell++) {
        const at = positions[cell]! * KINDS + kind
        sums.shown[at]! += share * shown[cell]!
        sums.clicks[at]! += share * clicks[cell]!
      }
    }
  }
}

function updateShares(shares: Float64Array, sums: Float64Array): void {
  for (let group = 0; group < GROUPS; group++) {
    const part = sums.subarray(group * KINDS, (group + 1) * KINDS)
    const total = part.reduce((sum, value) => sum + value, 0)
    for (let kind = 0; kind < KINDS; kind++) {
      shares[group * KINDS + kind] = Math.max(LEAST_SHARE, total > 0 ? part[kind]! / total : 1 / KINDS)
    }
  }
}

/** One step of Fisher scoring a position: weighted least squares of click rates on the rates of the kinds. */
function updateLines(
  model: AffineMixture & { slopes: Float64Array; floors: Float64Array },
  sums: Sums,
  hasFloors: boolean,
): void {
  for (let position = 0; position < model.slopes.length; position++) {
    let [w, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0]
    for (let kind = 0; kind < KINDS; kind++) {
      const at = position * KINDS + kind
      if (sums.shown[at]! <= 0) continue
      const rate = rateAt(model, position, kind)
      const weight = 1 / (rate * (1 - rate))
      const x = model.rates[kind]!
      w += sums.shown[at]! * weight
      wx += sums.shown[at]! * weight * x
      wxx += sums.shown[at]! * weight * x * x
      wy += sums.clicks[at]! * weight
      wxy += sums.clicks[at]! * weight * x
    }
    if (wxx === 0) continue
    const determinant = w * wxx - wx * wx
    const slope = hasFloors && determinant > 1e-12 * w * wxx ? (w * wxy - wx * wy) / determinant : wxy / wxx
    model.slopes[position] = Math.max(LEAST_RATE, slope)
    model.floors[position] = hasFloors ? (wy - model.slopes[position]! * wx) / w : 0
  }
}

function updateRates(model: AffineMixture, sums: Sums): void {
  for (let kind = 0; kind < KINDS; kind++) {
    let [above, below] = [0, 0]
    for (let position = 0; position < model.slopes.length; position++) {
      const at = position * KINDS + kind
      const rate = rateAt(model, position, kind)
      const weight = model.slopes[position]! / (rate * (1 - rate))
      above += weight * (sums.clicks[at]! - sums.shown[at]! * model.floors[position]!)
      below += weight * sums.shown[at]! * model.slopes[position]!
    }
    if (below > 0) model.rates[kind] = Math.max(LEAST_RATE, above / below)
  }
}

/** Lines and rates are known up to one line between them: rates are those at the top. */
function measureByTop({ slopes, floors, rates }: AffineMixture): void {
  const [slope, floor] = [slopes[0]!, floors[0]!]
  for (let kind = 0; kind < KINDS; kind++) rates[kind] = slope * rates[kind]! + floor
  for (let position = 0; position < slopes.length; position++) {
    slopes[position]! /= slope
    floors[position]! -= slopes[position]! * floor
  }
}

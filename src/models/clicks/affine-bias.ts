import {
  type AffineMixture,
  exposureGroups,
  fitMixture,
  type MixtureOptions,
  mixtureLikelihoods,
  startMixture,
} from './affine-mixture.ts'
import type { ClickBias } from './click-bias.ts'
import { type ClickCounts, type ClickLog, countClicks, everyQuery } from './click-log.ts'
import { harvestCounts } from './harvest-propensities.ts'

const ITERATIONS = 100
/** A part left out changes little: it goes on from the whole. */
const PART_ITERATIONS = 30
/** Of the jackknife: the standard errors are themselves known to about a sixth. */
const PARTS = 20
/** Lines have few parameters: of a larger log every second query is looked at, or every third, and so on. */
const MOST_CELLS = 50_000

/**
 * What positions do to clicks where people trust them: at the top they click what they would pass over further down,
 * so that click rates fall by more than attention does, and by no common factor. The rate of a pair at position `k` is a
 * straight line in its rate at the top; lines are found by a mixture over a few kinds of pairs, whose shares may differ
 * between pairs that stood high and low. Without such trust the floors come out about 0 and the slopes are the examination
 * propensities.
 *
 * @returns slopes and floors with standard errors by the jackknife over twentieths of the queries
 * @throws SluiceError as {@link harvestPropensities}: positions have to be linked by pairs that stood at both
 * @remarks About 700 passes of O(cells * 8), over at most some 50,000 cells (pairs and positions).
 * @see Agarwal, Wang, Li, Bendersky & Najork 2019, WWW (trust bias); Vardasbi, Oosterhuis & de Rijke 2020, CIKM (affine
 * corrections).
 */
export function fitAffineBias(log: ClickLog): ClickBias {
  const counts = enoughOf(countClicks(log))
  const groups = exposureGroups(counts)
  const whole = fitLines(counts, groups, { lines: 'affine' })
  const partCount = Math.min(PARTS, counts.queryCount)
  const part = (left: number): AffineMixture => {
    const options = {
      lines: 'affine',
      iterations: PART_ITERATIONS,
      counts: (pair: number) => counts.queries[pair]! % partCount !== left,
    } as const
    return fitMixture(counts, groups, whole, options)
  }
  const parts = Array.from({ length: partCount }, (_, left) => part(left))
  return {
    method: 'affine',
    slopes: whole.slopes,
    floors: whole.floors,
    slopeErrors: jackknifeErrors(parts.map(({ slopes }) => slopes)),
    floorErrors: jackknifeErrors(parts.map(({ floors }) => floors)),
  }
}

/**
 * How much likelier clicks are under straight lines than under propensities alone, by query, when both were fitted to the
 * other half of the queries: shape (queries,). Above 0 speaks for lines.
 */
export function affineAdvantages(log: ClickLog): Float64Array {
  const counts = enoughOf(countClicks(log))
  const groups = exposureGroups(counts)
  const advantages = new Float64Array(counts.queryCount)
  for (const half of [0, 1]) {
    const isLearnt = (pair: number): boolean => counts.queries[pair]! % 2 === half
    const [lines, slopes] = (['affine', 'slopes'] as const).map((kind) => {
      return mixtureLikelihoods(counts, groups, fitLines(counts, groups, { lines: kind, counts: isLearnt }))
    }) as [Float64Array, Float64Array]
    for (let pair = 0; pair < counts.pairCount; pair++) {
      if (!isLearnt(pair)) advantages[counts.queries[pair]!]! += lines[pair]! - slopes[pair]!
    }
  }
  return advantages
}

function enoughOf(counts: ClickCounts): ClickCounts {
  const stride = Math.ceil(counts.positions.length / MOST_CELLS)
  return stride > 1 ? everyQuery(counts, stride) : counts
}

function fitLines(counts: ClickCounts, groups: Int32Array, options: Omit<MixtureOptions, 'iterations'>): AffineMixture {
  return fitMixture(counts, groups, startMixture(counts, harvestCounts(counts)), { ...options, iterations: ITERATIONS })
}

/** By value, from the estimates without each part. */
function jackknifeErrors(parts: readonly Float64Array[]): Float64Array {
  const count = parts.length
  return parts[0]!.map((_, index) => {
    const mean = parts.reduce((sum, values) => sum + values[index]!, 0) / count
    const squares = parts.reduce((sum, values) => sum + (values[index]! - mean) ** 2, 0)
    return Math.sqrt(((count - 1) / count) * squares)
  })
}

import { SluiceError } from '../../foundation/index.ts'
import { factorCholesky, solveCholesky } from '../cholesky.ts'
import type { ClickBias } from './click-bias.ts'
import { type ClickCounts, type ClickLog, countClicks } from './click-log.ts'

const ITERATIONS = 100
const STEP_TOLERANCE = 1e-10
/** A step in a logarithm beyond this is cut: far from the optimum the quadratic says little. */
const LONGEST_STEP = 1
/** Pulls a logarithm towards 0 as a hundredth of a click would, so that a position without clicks stays finite. */
const PULL = 0.01

/**
 * Examination propensities from what chance and change have done already: pairs that stood at different positions, under
 * other rankers, on other days or by random swaps. Where the same pair stood at two positions, relevance is the same
 * and the ratio of its click rates is that of the propensities. Each pair's relevance is conditioned away: given how often
 * it was clicked in all, its clicks fall on its positions in proportion to times shown times propensity. Nothing is
 * assumed of relevance, of features or of the logging ranker.
 *
 * @returns slopes relative to the top, with standard errors that hold when clicks on a query depend on each other
 * @throws SluiceError `NO_TRAINING_DATA` when no clicked pair links a position with the top, and as {@link countClicks}
 * @remarks Newton's method on a concave likelihood, some ten steps of O(cells * positions of a pair + positions^3).
 * @see Agarwal, Zaitsev, Wang, Li, Najork & Joachims 2019, WSDM (intervention harvesting); Hausman, Hall & Griliches 1984,
 * Econometrica 52 (the conditional likelihood).
 */
export function harvestPropensities(log: ClickLog): ClickBias {
  return harvestCounts(countClicks(log))
}

/** As {@link harvestPropensities}, of a log that is summed up. */
export function harvestCounts(counts: ClickCounts): ClickBias {
  requireLinked(counts)
  const { positionCount: size } = counts
  const logs = new Float64Array(size)
  const state = { gradient: new Float64Array(size), curvature: new Float64Array(size * size) }
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    sumDerivatives(counts, logs, state)
    const step = state.gradient.slice()
    factorCholesky(state.curvature, size)
    solveCholesky(state.curvature, size, step)
    const longest = step.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const scale = Math.min(1, LONGEST_STEP / longest)
    for (let position = 0; position < size; position++) logs[position]! += scale * step[position]!
    if (longest < STEP_TOLERANCE) break
  }
  const errors = robustErrors(counts, logs, state)
  const slopes = logs.map(Math.exp)
  return {
    method: 'harvested',
    slopes,
    floors: new Float64Array(size),
    slopeErrors: slopes.map((slope, position) => slope * errors[position]!),
    floorErrors: new Float64Array(size),
  }
}

interface Derivatives {
  readonly gradient: Float64Array
  /** Shape (positions * positions,): minus the second derivative; the top is fixed. */
  readonly curvature: Float64Array
}

function sumDerivatives(counts: ClickCounts, logs: Float64Array, { gradient, curvature }: Derivatives): void {
  const size = logs.length
  gradient.fill(0)
  curvature.fill(0)
  for (let pair = 0; pair < counts.pairCount; pair++) addPair(counts, pair, logs, gradient, curvature)
  for (let position = 0; position < size; position++) {
    gradient[position]! -= PULL * logs[position]!
    curvature[position * size + position]! += PULL
    curvature[position * size] = 0
    curvature[position] = 0
  }
  curvature[0] = 1
  gradient[0] = 0
}

/** The pair's clicks fall on its positions by a multinomial; adds its score, and its information when there is room. */
function addPair(
  { starts, positions, shown, clicks }: ClickCounts,
  pair: number,
  logs: Float64Array,
  gradient: Float64Array,
  curvature?: Float64Array,
): void {
  const [from, to] = [starts[pair]!, starts[pair + 1]!]
  let total = 0
  let weight = 0
  for (let cell = from; cell < to; cell++) {
    total += clicks[cell]!
    weight += shown[cell]! * Math.exp(logs[positions[cell]!]!)
  }
  if (total === 0 || to - from < 2) return
  const share = (cell: number): number => (shown[cell]! * Math.exp(logs[positions[cell]!]!)) / weight
  for (let cell = from; cell < to; cell++) {
    const position = positions[cell]!
    gradient[position]! += clicks[cell]! - total * share(cell)
    if (!curvature) continue
    curvature[position * logs.length + position]! += total * share(cell)
    for (let other = from; other < to; other++) {
      curvature[position * logs.length + positions[other]!]! -= total * share(cell) * share(other)
    }
  }
}

/** The sandwich: the spread of the queries' scores between two inverses of the curvature. */
function robustErrors(counts: ClickCounts, logs: Float64Array, state: Derivatives): Float64Array {
  const size = logs.length
  sumDerivatives(counts, logs, state)
  factorCholesky(state.curvature, size)
  const scores = new Float64Array(counts.queryCount * size)
  for (let pair = 0; pair < counts.pairCount; pair++) {
    const start = counts.queries[pair]! * size
    addPair(counts, pair, logs, scores.subarray(start, start + size))
  }
  const variances = new Float64Array(size)
  for (let query = 0; query < counts.queryCount; query++) {
    const influence = scores.subarray(query * size, (query + 1) * size)
    influence[0] = 0
    solveCholesky(state.curvature, size, influence)
    for (let position = 0; position < size; position++) variances[position]! += influence[position]! ** 2
  }
  return variances.map(Math.sqrt)
}

/**
 * How many of the first positions can be compared with the top: through pairs with a click that stood at both, or by a
 * chain of such pairs.
 */
export function linkedPositions({ pairCount, positionCount, starts, positions, clicks }: ClickCounts): number {
  const leaders = Int32Array.from({ length: positionCount }, (_, position) => position)
  const leaderOf = (position: number): number => {
    let at = position
    while (leaders[at] !== at) at = leaders[at]!
    return at
  }
  for (let pair = 0; pair < pairCount; pair++) {
    const cells = { from: starts[pair]!, to: starts[pair + 1]! }
    if (!clicks.subarray(cells.from, cells.to).some((count) => count > 0)) continue
    for (let cell = cells.from + 1; cell < cells.to; cell++) {
      const [first, second] = [leaderOf(positions[cells.from]!), leaderOf(positions[cell]!)]
      leaders[Math.max(first, second)] = Math.min(first, second)
    }
  }
  const alone = leaders.findIndex((_, position) => leaderOf(position) !== 0)
  return alone < 0 ? positionCount : alone
}

function requireLinked(counts: ClickCounts): void {
  const linked = linkedPositions(counts)
  if (linked === counts.positionCount) return
  throw new SluiceError(
    'NO_TRAINING_DATA',
    `intervention harvesting: expected pairs that stood at position ${linked} and, directly or by others between, at the top, with a click, got none; swap neighbours on some pages, or regress on features`,
  )
}

import { SluiceError } from '../../foundation/index.ts'
import { treeObjective } from '../tree-objectives/tree-objective.ts'
import { fitTrees } from '../tree-training/fit-trees.ts'
import { TreeModel } from '../trees/tree-model.ts'
import type { ClickBias } from './click-bias.ts'
import { type ClickCounts, type ClickLog, countClicks } from './click-log.ts'

/** Rates are predicted by trees that did not see the query. */
const FOLDS = 3
const ROUNDS = 12
const TOLERANCE = 5e-3
/** Steps in the logarithm are so much longer: position and features share what they explain, and plain steps are short. */
const STRETCH = 1.6
const LEAST_RATE = 1e-4

export interface PairFeatures {
  /** Shape (pairCount * featureCount,), row-major: what is known of each pair, such as what a ranker sees. */
  readonly rows: Float64Array
  readonly featureCount: number
  /** 1 when absent. */
  readonly seed?: number | undefined
}

/**
 * Examination propensities where every pair stands at one place, by dual learning: relevance is regressed on features
 * given propensities, propensities follow from what was clicked against what was expected, and round again. It stands on
 * features that explain relevance as far as position follows it: what the logging ranker saw has to be among them. Where
 * pairs stood at several positions {@link harvestPropensities} assumes less.
 *
 * Relevance is the Poisson regression of boosted trees with propensity as exposure, each query's by trees grown on
 * others.
 *
 * @returns slopes with standard errors over queries, given the regression: how far that is off they do not tell
 * @throws SluiceError `SHAPE_MISMATCH` when there is not a row a pair, `NO_TRAINING_DATA` without a click, and as
 * {@link countClicks} and `fitTrees`
 * @remarks At most 12 rounds of three small ensembles.
 * @see Wang, Golbandi, Bendersky, Metzler & Najork 2018, WSDM (regression-EM); Ai, Bi, Luo, Guo & Croft 2018, SIGIR.
 */
export function regressPropensities(log: ClickLog, features: PairFeatures): ClickBias {
  const counts = countClicks(log)
  requireFeatures(counts, features)
  let slopes: Float64Array = new Float64Array(counts.positionCount).fill(1)
  for (let round = 0; round < ROUNDS; round++) {
    const rates = regressRates(counts, slopes, features)
    const next = slopesFrom(counts, rates)
    const change = next.reduce(
      (most, slope, position) => Math.max(most, Math.abs(Math.log(slope / slopes[position]!))),
      0,
    )
    slopes = next.map((slope, position) => slopes[position]! * (slope / slopes[position]!) ** STRETCH)
    if (change < TOLERANCE) break
  }
  const errors = errorsOf(counts, regressRates(counts, slopes, features), slopes)
  const none = new Float64Array(slopes.length)
  return { method: 'regressed', slopes, floors: none, slopeErrors: errors, floorErrors: none.slice() }
}

function requireFeatures({ pairCount, clicks }: ClickCounts, { rows, featureCount }: PairFeatures): void {
  if (rows.length !== pairCount * featureCount) {
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `propensities by regression: expected ${featureCount} features of each of ${pairCount} pairs, got ${rows.length} values`,
    )
  }
  if (clicks.some((count) => count > 0)) return
  throw new SluiceError('NO_TRAINING_DATA', 'propensities by regression: expected a click, got none; gather some pages')
}

/** What is expected to be clicked at the top: shape (pairCount,). */
function regressRates(counts: ClickCounts, slopes: Float64Array, features: PairFeatures): Float64Array {
  const exposures = new Float64Array(counts.pairCount)
  const labels = new Float64Array(counts.pairCount)
  forEachCell(counts, (pair, position, shown, clicks) => {
    exposures[pair]! += shown * slopes[position]!
    labels[pair]! += clicks
  })
  const rates = new Float64Array(counts.pairCount)
  for (let fold = 0; fold < FOLDS; fold++) {
    const isHeld = (pair: number): boolean => counts.queries[pair]! % FOLDS === fold
    const pairs = Array.from(exposures.keys())
    const learnt = pairs.filter((pair) => !isHeld(pair) && exposures[pair]! > 0)
    const trees = fitTrees(
      rowsOf(features, learnt),
      treeObjective({
        kind: 'poisson',
        labels: Float64Array.from(learnt, (pair) => labels[pair]! / exposures[pair]!),
        weights: Float64Array.from(learnt, (pair) => exposures[pair]!),
      }),
      {
        iterations: 100,
        learningRate: 0.1,
        leaves: 8,
        minRowsInLeaf: 20,
        featureFraction: 0.5,
        seed: features.seed ?? 1,
      },
    )
    const held = pairs.filter(isHeld)
    const logs = new Float64Array(held.length)
    new TreeModel(trees).scoreRows(rowsOf(features, held).rows, held.length, logs)
    held.forEach((pair, index) => {
      rates[pair] = Math.max(LEAST_RATE, Math.exp(logs[index]!))
    })
  }
  return rates
}

function rowsOf(
  { rows, featureCount }: PairFeatures,
  pairs: readonly number[],
): { rows: Float64Array; rowCount: number; featureCount: number } {
  const out = new Float64Array(pairs.length * featureCount)
  pairs.forEach((pair, index) => {
    out.set(rows.subarray(pair * featureCount, (pair + 1) * featureCount), index * featureCount)
  })
  return { rows: out, rowCount: pairs.length, featureCount }
}

/** Clicks by position over those that are expected of what was shown there, measured by the top. */
function slopesFrom(counts: ClickCounts, rates: Float64Array): Float64Array {
  const clicked = new Float64Array(counts.positionCount)
  const expected = new Float64Array(counts.positionCount)
  forEachCell(counts, (pair, position, shown, clicks) => {
    clicked[position]! += clicks
    expected[position]! += shown * rates[pair]!
  })
  const shares = clicked.map((count, position) =>
    expected[position]! > 0 ? Math.max(count, 0.5) / expected[position]! : 0,
  )
  return shares.map((share) => Math.max(LEAST_RATE, share / shares[0]!))
}

/** By the spread over queries of what they add to a slope. */
function errorsOf(counts: ClickCounts, rates: Float64Array, slopes: Float64Array): Float64Array {
  const size = counts.positionCount
  const expected = new Float64Array(size)
  const clicked = new Float64Array(size)
  forEachCell(counts, (pair, position, shown, clicks) => {
    expected[position]! += shown * rates[pair]!
    clicked[position]! += clicks
  })
  const level = clicked[0]! / expected[0]!
  const influences = new Float64Array(counts.queryCount * size)
  forEachCell(counts, (pair, position, shown, clicks) => {
    const off = clicks - level * slopes[position]! * shown * rates[pair]!
    influences[counts.queries[pair]! * size + position]! += off / (level * expected[position]!)
  })
  return slopes.map((slope, position) => {
    let sum = 0
    for (let query = 0; query < counts.queryCount; query++) {
      const own = influences[query * size + position]!
      sum += (position === 0 ? 0 : own - slope * influences[query * size]!) ** 2
    }
    return Math.sqrt(sum)
  })
}

function forEachCell(
  { pairCount, starts, positions, shown, clicks }: ClickCounts,
  visit: (pair: number, position: number, shown: number, clicks: number) => void,
): void {
  for (let pair = 0; pair < pairCount; pair++) {
    for (let cell = starts[pair]!; cell < starts[pair + 1]!; cell++)
      visit(pair, positions[cell]!, shown[cell]!, clicks[cell]!)
  }
}

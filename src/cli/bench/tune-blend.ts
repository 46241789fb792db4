import { meanOfDefined } from '../../evaluation/index.ts'
import { type ItemModel, marksOf, standardise, topItems } from '../../models/index.ts'
import type { RetrievalData } from './retrieval-data.ts'
import { type RetrievalMetric, userMetrics } from './retrieval-metrics.ts'
import type { SearchResult, Trial } from './seeded-search.ts'

/** Steps of the weights: each is a whole number of these parts, and together they are 1. */
const PARTS = 10
/** Only the best so many of each model are looked at while weights are chosen; the blend itself ranks all. */
const CANDIDATES = 200

/**
 * Tries all weights in steps of a tenth that add up to 1, by what the blend ranks for the users of `valid`.
 *
 * @param members - fitted on `tuning`, by name
 * @remarks One pass over the users: O(users * (cost of the members + weights * members * candidates)).
 */
export function tuneBlend(
  members: ReadonlyMap<string, ItemModel>,
  { tuning, valid }: RetrievalData,
  metric: RetrievalMetric,
): SearchResult {
  const grid = weightsOf(members.size)
  const ranked = grid.map((): number[] => [])
  const starts = new Uint32Array(tuning.userCount + 1)
  for (let user = 0; user < tuning.userCount; user++) {
    if (valid.starts[user]! < valid.starts[user + 1]!) {
      const history = tuning.items.subarray(tuning.starts[user], tuning.starts[user + 1])
      rankWithAll(Array.from(members.values()), history, grid, metric.k, ranked)
    }
    starts[user + 1] = ranked[0]!.length
  }
  const trials = grid.map((weights, place): Trial => {
    const lists = { starts, items: Int32Array.from(ranked[place]!) }
    const score = meanOfDefined(userMetrics([metric], lists, valid).get(metric.name)!)
    const names = Array.from(members.keys())
    return { options: Object.fromEntries(names.map((name, member) => [name, weights[member]!])), score }
  })
  return { best: trials.reduce((best, trial) => (trial.score > best.score ? trial : best)), trials }
}

function rankWithAll(
  models: readonly ItemModel[],
  history: Int32Array,
  grid: readonly (readonly number[])[],
  k: number,
  ranked: number[][],
): void {
  const met = marksOf(history, models[0]!.itemCount)
  const scores = models.map((model) => {
    const own = new Float64Array(model.itemCount)
    model.scoreItems(history, undefined, own)
    standardise(own, met)
    return own
  })
  const candidates = candidatesOf(scores, met, k)
  const mixed = new Float64Array(met.length)
  grid.forEach((weights, place) => {
    for (const item of candidates) {
      let sum = 0
      for (let member = 0; member < weights.length; member++) sum += weights[member]! * scores[member]![item]!
      mixed[item] = sum
    }
    const { items } = topItems(candidates, mixed, k, undefined, Number.NEGATIVE_INFINITY)
    // Lists of one length, so that all weights share the starts.
    for (let rank = 0; rank < k; rank++) ranked[place]!.push(items[rank] ?? -1)
  })
}

function candidatesOf(scores: readonly Float64Array[], met: Uint8Array, k: number): number[] {
  const isNew = (item: number): boolean => met[item] === 0
  const limit = Math.max(k, CANDIDATES)
  const all = new Set<number>()
  for (const own of scores) {
    for (const item of topItems(own.keys(), own, limit, isNew, Number.NEGATIVE_INFINITY).items) all.add(item)
  }
  return Array.from(all).sort((a, b) => a - b)
}

/** All weights in steps of 1 / PARTS that add up to 1. */
function weightsOf(count: number): number[][] {
  const grid: number[][] = []
  const fill = (begun: readonly number[], left: number): void => {
    if (begun.length === count - 1) grid.push([...begun, left].map((parts) => parts / PARTS))
    else for (let parts = left; parts >= 0; parts--) fill([...begun, parts], left - parts)
  }
  fill([], PARTS)
  return grid
}

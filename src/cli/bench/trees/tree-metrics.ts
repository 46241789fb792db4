import {
  logLoss,
  meanAbsoluteError,
  meanOfDefined,
  meanSquaredError,
  ndcgByQuery,
  rocAuc,
  rootMeanSquaredError,
} from '../../../evaluation/index.ts'
import { SluiceError } from '../../../foundation/index.ts'

/** What a model said of labelled rows. */
export interface ScoredRows {
  /** Shape (rowCount,). */
  readonly labels: Float64Array
  /** Shape (rowCount * classCount,), row-major. */
  readonly rawScores: Float64Array
  /** Shape (rowCount * classCount,), row-major: probabilities, rates. */
  readonly responses: Float64Array
  readonly classCount: number
  /** Rows of every query, in order. */
  readonly groupSizes?: Int32Array | undefined
  /** Shape (rowCount,); absent: 1 each. A query weighs what its rows do in the mean. */
  readonly weights?: Float64Array | undefined
  /** What a label is worth to NDCG; absent: 2^label - 1. */
  readonly labelGains?: readonly number[] | undefined
}

const SMALLEST_PROBABILITY = 1e-15

const METRICS: Readonly<Record<string, (rows: ScoredRows) => number>> = {
  auc: ({ labels, rawScores, weights }) => rocAuc(labels, rawScores, weights),
  binary_logloss: ({ labels, responses, weights }) => logLoss(labels, responses, weights),
  binary_error: ({ labels, responses, weights }) =>
    shareWrong(labels, weights, (row) => (responses[row]! > 0.5 ? 1 : 0)),
  l2: ({ labels, responses, weights }) => meanSquaredError(labels, responses, weights),
  rmse: ({ labels, responses, weights }) => rootMeanSquaredError(labels, responses, weights),
  l1: ({ labels, responses, weights }) => meanAbsoluteError(labels, responses, weights),
  poisson: ({ labels, responses, weights }) =>
    meanOver(labels, weights, (label, row) => responses[row]! - label * logOf(responses[row]!)),
  cross_entropy: ({ labels, responses, weights }) =>
    meanOver(
      labels,
      weights,
      (label, row) => -label * logOf(responses[row]!) - (1 - label) * logOf(1 - responses[row]!),
    ),
  multi_logloss: ({ labels, responses, classCount, weights }) =>
    meanOver(labels, weights, (label, row) => -logOf(responses[row * classCount + label]!)),
  multi_error: ({ labels, rawScores, classCount, weights }) =>
    shareWrong(labels, weights, (row) => largest(rawScores.subarray(row * classCount, (row + 1) * classCount))),
}

/** What LightGBM reports of an objective, or what one expects of it, when nobody says. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  binary: ['auc', 'binary_logloss'],
  cross_entropy: ['cross_entropy'],
  poisson: ['poisson', 'l2'],
  multiclass: ['multi_logloss', 'multi_error'],
  lambdarank: ['ndcg'],
}

/** The metrics that go with an objective: `l2` and `l1` for the regressions. */
export function usualMetrics(objective: string): readonly string[] {
  return USUAL[objective] ?? ['l2', 'l1']
}

/**
 * Metrics by LightGBM's names and rules: NDCG has the gain 2^label - 1, keeps ties in the order of the rows, and counts
 * a query without a relevant row as 1.
 *
 * @param names - `ndcg` stands for `ndcg@k` at every k of `evalAt`
 * @throws SluiceError `INVALID_ARGUMENT` at a name that is not known, or for NDCG without queries; what the metrics throw
 */
export function treeMetrics(
  names: readonly string[],
  rows: ScoredRows,
  evalAt: readonly number[] = [1, 3, 5, 10],
): Record<string, number> {
  const all = names.flatMap((name) => (name === 'ndcg' ? evalAt.map((k) => `ndcg@${k}`) : [name]))
  return Object.fromEntries(all.map((name) => [name, metric(name, rows)]))
}

function metric(name: string, rows: ScoredRows): number {
  const cutoff = /^ndcg@([1-9]\d*)$/.exec(name)?.[1]
  if (cutoff !== undefined) return meanNdcg(rows, Number(cutoff))
  const known = Object.hasOwn(METRICS, name) ? METRICS[name] : undefined
  if (known) return known(rows)
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `metric: expected some of ${Object.keys(METRICS).join(', ')}, ndcg, ndcg@<k>, got ${name}`,
  )
}

function meanNdcg({ labels, rawScores, groupSizes, weights, labelGains }: ScoredRows, k: number): number {
  if (!groupSizes) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      'ndcg: expected queries, got none; give --test-group, or qid: in the rows',
    )
  }
  const starts = new Uint32Array(groupSizes.length + 1)
  groupSizes.forEach((size, query) => {
    starts[query + 1] = starts[query]! + size
  })
  const gains = labelGains ? labels.map((label) => labelGains[label] ?? Number.NaN) : labels
  const gain = labelGains ? 'linear' : 'exponential'
  const values = ndcgByQuery(gains, rawScores, starts, { k, gain, ties: 'inputOrder', whenNoneRelevant: 1 })
  return weights ? meanOver(values, queryWeights(weights, starts), (value) => value) : meanOfDefined(values)
}

/** Shape (queries,): the mean weight of the rows of each. */
function queryWeights(weights: Float64Array, starts: Uint32Array): Float64Array {
  return Float64Array.from({ length: starts.length - 1 }, (_, query) => {
    const rows = weights.subarray(starts[query], starts[query + 1])
    return rows.reduce((sum, weight) => sum + weight, 0) / rows.length
  })
}

function meanOver(
  labels: Float64Array,
  weights: Float64Array | undefined,
  loss: (label: number, row: number) => number,
): number {
  let sum = 0
  let total = 0
  for (let row = 0; row < labels.length; row++) {
    const weight = weights === undefined ? 1 : weights[row]!
    sum += weight * loss(labels[row]!, row)
    total += weight
  }
  return sum / total
}

function shareWrong(labels: Float64Array, weights: Float64Array | undefined, call: (row: number) => number): number {
  return meanOver(labels, weights, (label, row) => (call(row) === label ? 0 : 1))
}

function largest(scores: Float64Array): number {
  return scores.indexOf(scores.reduce((best, score) => Math.max(best, score)))
}

function logOf(probability: number): number {
  return Math.log(Math.max(probability, SMALLEST_PROBABILITY))
}

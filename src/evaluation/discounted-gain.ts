import { SluiceError } from '../foundation/index.ts'
import { requireCutoff, requireSameLength } from './checked-inputs.ts'
import { orderByScore } from './order-by-score.ts'

/** How a label becomes a gain, and where the list ends. */
export interface GainOptions {
  /** Places that count, from 1; absent means all. */
  readonly k?: number | undefined
  /** `linear` (the default): the label itself; `exponential`: 2^label - 1, which LightGBM and web search use. */
  readonly gain?: 'linear' | 'exponential' | undefined
}

/** For a list that comes with scores. */
export interface ScoredGainOptions extends GainOptions {
  /**
   * `averaged` (the default): the mean over all orders of tied rows, as scikit-learn has it, so that a constant score
   * gains nothing from the order of the input; `inputOrder`: tied rows stay as they came, as LightGBM has it.
   */
  readonly ties?: 'averaged' | 'inputOrder' | undefined
}

/** What the normalised gain is where no label is positive. */
export interface NoneRelevant {
  /** 0 (the default) as scikit-learn has it; 1 as LightGBM has it; NaN leaves the query out of {@link meanOfDefined}. */
  readonly whenNoneRelevant?: number | undefined
}

/**
 * Discounted cumulative gain of a ranked list: the sum of gain / log2(place + 1), places from 1.
 *
 * @param rankedLabels - labels in rank order, at least 0
 * @returns at least 0
 * @throws SluiceError `INVALID_ARGUMENT` when `k` is no cutoff or a label is negative or NaN
 * @see Järvelin & Kekäläinen 2002, ACM TOIS 20(4).
 */
export function dcgOfRanked(rankedLabels: Float64Array, options: GainOptions = {}): number {
  return discountedSum(gainsOf(rankedLabels, options.gain), options.k)
}

/**
 * Normalised discounted cumulative gain of a ranked list: its gain over that of the best possible list.
 *
 * @param rankedLabels - labels in rank order, at least 0
 * @param judgedLabels - labels of all judged items, ranked or not, in any order
 * @returns in [0, 1], or `whenNoneRelevant`
 * @throws SluiceError `INVALID_ARGUMENT` when `k` is no cutoff or a label is negative or NaN
 * @remarks O(n log n) in the judged items.
 */
export function ndcgOfRanked(
  rankedLabels: Float64Array,
  judgedLabels: Float64Array,
  options: GainOptions & NoneRelevant = {},
): number {
  return normalised(dcgOfRanked(rankedLabels, options), judgedLabels, options)
}

/**
 * Discounted cumulative gain of scored rows.
 *
 * @param labels - shape (n,), relevance, at least 0
 * @param scores - shape (n,), larger ranks first; NaN is refused
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE` (a score), `INVALID_ARGUMENT` (a label or `k`)
 * @remarks O(n log n).
 */
export function dcg(labels: Float64Array, scores: Float64Array, options: ScoredGainOptions = {}): number {
  requireSameLength('discounted gain', labels, scores)
  const gains = gainsOf(labels, options.gain)
  const order = orderByScore(scores)
  const ranked = Float64Array.from(order, (row) => gains[row]!)
  if (options.ties !== 'inputOrder') averageTies(ranked, order, scores)
  return discountedSum(ranked, options.k)
}

/**
 * Normalised discounted cumulative gain of scored rows, one query.
 *
 * @param labels - shape (n,), relevance, at least 0
 * @param scores - shape (n,), larger ranks first; NaN is refused
 * @returns in [0, 1], or `whenNoneRelevant`
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE` (a score), `INVALID_ARGUMENT` (a label or `k`)
 * @remarks O(n log n) time, O(n) memory.
 * @see Järvelin & Kekäläinen 2002, ACM TOIS 20(4); McSherry & Najork 2008, ECIR, for ties.
 */
export function ndcg(
  labels: Float64Array,
  scores: Float64Array,
  options: ScoredGainOptions & NoneRelevant = {},
): number {
  return normalised(dcg(labels, scores, options), labels, options)
}

/**
 * {@link ndcg} of every query.
 *
 * @param starts - shape (queries + 1,): query `q` has the rows `starts[q]` to `starts[q + 1]` (excluded)
 * @returns shape (queries,)
 * @throws SluiceError as {@link ndcg}, and `SHAPE_MISMATCH` when the last start is not the number of rows
 */
export function ndcgByQuery(
  labels: Float64Array,
  scores: Float64Array,
  starts: Uint32Array,
  options: ScoredGainOptions & NoneRelevant = {},
): Float64Array {
  requireSameLength('ndcg by query', labels, scores)
  if (starts.at(-1) !== labels.length) {
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `ndcg by query: expected starts that end with the number of rows (${labels.length}), got ${starts.at(-1)}`,
    )
  }
  const values = new Float64Array(starts.length - 1)
  return values.map((_, query) => {
    const [start, end] = [starts[query]!, starts[query + 1]!]
    return ndcg(labels.subarray(start, end), scores.subarray(start, end), options)
  })
}

function normalised(gained: number, labels: Float64Array, options: GainOptions & NoneRelevant): number {
  const ideal = discountedSum(gainsOf(labels, options.gain).sort().reverse(), options.k)
  return ideal > 0 ? gained / ideal : (options.whenNoneRelevant ?? 0)
}

function gainsOf(labels: Float64Array, gain: GainOptions['gain'] = 'linear'): Float64Array {
  const row = labels.findIndex((label) => !(label >= 0 && label < Number.POSITIVE_INFINITY))
  if (row >= 0) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `gain: expected finite labels of at least 0, got ${labels[row]} at ${row}`,
    )
  }
  return gain === 'linear' ? labels.slice() : labels.map((label) => 2 ** label - 1)
}

/** The gain of tied rows is their mean: the expectation over their orders, for the sum is linear in each gain. */
function averageTies(ranked: Float64Array, order: Uint32Array, scores: Float64Array): void {
  let start = 0
  for (let end = 1; end <= ranked.length; end++) {
    if (end < ranked.length && scores[order[end]!] === scores[order[start]!]) continue
    if (end - start > 1) {
      let sum = 0
      for (let place = start; place < end; place++) sum += ranked[place]!
      ranked.fill(sum / (end - start), start, end)
    }
    start = end
  }
}

function discountedSum(rankedGains: Float64Array, k = Number.POSITIVE_INFINITY): number {
  requireCutoff('discounted gain', k)
  const end = Math.min(k, rankedGains.length)
  const weights = discounts(end)
  let sum = 0
  for (let place = 0; place < end; place++) sum += rankedGains[place]! * weights[place]!
  return sum
}

let discountTable = new Float64Array(0)

/** 1 / log2(place + 2) for places from 0, computed once. */
function discounts(count: number): Float64Array {
  if (discountTable.length < count) {
    discountTable = new Float64Array(Math.max(count, 2 * discountTable.length, 128))
    for (let place = 0; place < discountTable.length; place++) discountTable[place] = 1 / Math.log2(place + 2)
  }
  return discountTable
}

import { SluiceError } from '../foundation/index.ts'
import { requireCutoff } from './checked-inputs.ts'
import { dcgOfRanked } from './discounted-gain.ts'
import { averagePrecisionAt, hitAt, precisionAt, recallAt, reciprocalRankAt } from './ranked-list-metrics.ts'

/** A list of items for every user: user `u` has `items[starts[u]]` to `items[starts[u + 1]]` (excluded). */
export interface ItemLists {
  /** Shape (users + 1,). */
  readonly starts: Uint32Array
  /** Item numbers, at least 0; a negative number is a place left empty. */
  readonly items: Int32Array
}

/** One value a user, shape (users,); NaN for a user with no relevant item. */
export interface RankMetrics {
  readonly recall: Float64Array
  readonly precision: Float64Array
  /** Binary gain. */
  readonly ndcg: Float64Array
  /** Divided by all relevant items of the user, as TREC has it. */
  readonly averagePrecision: Float64Array
  readonly reciprocalRank: Float64Array
  readonly hit: Float64Array
}

/**
 * The usual metrics of top-k lists, user by user, ready for {@link meanOfDefined} and `bootstrapMean`.
 * An item that stands twice in a list counts at its first place; one that is relevant twice counts once.
 *
 * @param ranked - items best first
 * @param relevant - held-out items in any order
 * @param k - places that count; the same for every user, whatever the length of the list
 * @throws SluiceError `SHAPE_MISMATCH` when the two speak of different numbers of users or starts do not fit the items,
 * `INVALID_ARGUMENT` when `k` is not a whole number from 1
 * @remarks O(entries + users * k).
 */
export function rankMetricsByUser(ranked: ItemLists, relevant: ItemLists, k: number): RankMetrics {
  requireComparable(ranked, relevant, k)
  const metrics = emptyMetrics(ranked.starts.length - 1)
  const place = new RelevantItems(relevant)
  const labels = new Float64Array(k)
  const perfect = new Float64Array(k).fill(1)
  for (let user = 0; user < metrics.hit.length; user++) {
    const count = place.markUser(user)
    if (count === 0) continue
    place.labelTop(ranked, user, labels)
    metrics.recall[user] = recallAt(labels, count, k)
    metrics.precision[user] = precisionAt(labels, k)
    metrics.ndcg[user] = dcgOfRanked(labels) / dcgOfRanked(perfect, { k: Math.min(k, count) })
    metrics.averagePrecision[user] = averagePrecisionAt(labels, count, k)
    metrics.reciprocalRank[user] = reciprocalRankAt(labels, k)
    metrics.hit[user] = hitAt(labels, k)
  }
  return metrics
}

/** Which items are relevant to the user at hand, by a mark an item: no allocation a user. */
class RelevantItems {
  readonly #relevant: ItemLists
  readonly #marks: Int32Array

  constructor(relevant: ItemLists) {
    this.#relevant = relevant
    this.#marks = new Int32Array(1 + relevant.items.reduce((most, item) => Math.max(most, item), -1))
  }

  /** Marks the user's relevant items and returns how many different ones there are. */
  markUser(user: number): number {
    const { starts, items } = this.#relevant
    let count = 0
    for (let entry = starts[user]!; entry < starts[user + 1]!; entry++) {
      const item = items[entry]!
      if (item < 0 || this.#marks[item] === user + 1) continue
      this.#marks[item] = user + 1
      count++
    }
    return count
  }

  /** Labels of the user's first places into `labels`; takes the marks of items that were found. */
  labelTop(ranked: ItemLists, user: number, labels: Float64Array): void {
    labels.fill(0)
    const start = ranked.starts[user]!
    const end = Math.min(ranked.starts[user + 1]!, start + labels.length)
    for (let entry = start; entry < end; entry++) {
      const item = ranked.items[entry]!
      if (item < 0 || item >= this.#marks.length || this.#marks[item] !== user + 1) continue
      this.#marks[item] = 0
      labels[entry - start] = 1
    }
  }
}

function emptyMetrics(userCount: number): RankMetrics {
  const undefinedValues = () => new Float64Array(userCount).fill(Number.NaN)
  return {
    recall: undefinedValues(),
    precision: undefinedValues(),
    ndcg: undefinedValues(),
    averagePrecision: undefinedValues(),
    reciprocalRank: undefinedValues(),
    hit: undefinedValues(),
  }
}

function requireComparable(ranked: ItemLists, relevant: ItemLists, k: number): void {
  requireCutoff('rank metrics by user', k)
  if (!Number.isFinite(k)) {
    throw new SluiceError('INVALID_ARGUMENT', `rank metrics by user: expected a finite cutoff k, got ${k}`)
  }
  if (ranked.starts.length !== relevant.starts.length) {
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `rank metrics by user: expected starts for the same users, got ${ranked.starts.length} and ${relevant.starts.length}`,
    )
  }
  for (const { starts, items } of [ranked, relevant]) {
    if (starts.at(-1) === items.length) continue
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `rank metrics by user: expected starts that end with the number of items (${items.length}), got ${starts.at(-1)}`,
    )
  }
}

import { assert } from '../foundation/index.ts'
import { type ItemSimilarity, jaccardSimilarity, VectorSimilarity } from './item-similarity.ts'
import type { GoalStatement, PageProblem } from './page-problem.ts'

/** A variance below this counts as this: a copy of an item above has lost 13.8 of its logarithm. */
const LEAST_VARIANCE = 1e-6

/** Above the error of `exp` and `log` together, so that an early end never decides a tie. */
const LOG_ERROR = 1e-9

/**
 * The variance that the items of a page leave of a candidate, by a Cholesky factor that grows with the page: row `i`
 * of it belongs to candidate `i`, and a placed item adds one number to each row.
 *
 * Variances only fall, so a stale one is a bound, and a row is brought up to date only when its candidate could still
 * be the next. The numbers are those of the eager algorithm, in the same order of sums.
 *
 * @remarks `logVariance` O(placed since * (width + page)) at most; O(n * page) memory.
 * @see Chen, Zhang & Zhou 2018, NeurIPS 31, algorithm 1; Minoux 1978 for the lazy evaluation.
 */
export class DeterminantalNovelty {
  readonly #similarity: ItemSimilarity
  readonly #limit: number
  /** Shape (n * limit,), row-major: the Cholesky rows. */
  readonly #rows: Float64Array
  /** Shape (n,): how much of each row is there. */
  readonly #done: Int32Array
  /** Shape (n,): d^2, what is left of each variance after so much of its row. */
  readonly #variance: Float64Array
  /** Shape (n,): the logarithm of a variance that was once current, and bounds it from above. */
  readonly #logarithm: Float64Array
  /** The candidates of the page that added a direction. */
  readonly #basis: Int32Array
  readonly #deviations: Float64Array
  #size = 0

  constructor({ lists, vectors }: GoalStatement, { ranked, limit }: PageProblem) {
    assert(lists !== undefined || vectors !== undefined, 'a determinantal goal compares lists or vectors')
    this.#similarity = lists ? jaccardSimilarity(lists) : new VectorSimilarity(vectors!, ranked)
    this.#limit = Math.min(limit, ranked.count)
    this.#rows = new Float64Array(ranked.count * this.#limit)
    this.#done = new Int32Array(ranked.count)
    this.#variance = new Float64Array(ranked.count).fill(1)
    this.#logarithm = new Float64Array(ranked.count)
    this.#basis = new Int32Array(this.#limit)
    this.#deviations = new Float64Array(this.#limit)
  }

  /** Log of the variance, at most 0; or, when it does not exceed `toBeat`, any number from it to `toBeat`. */
  logVariance(candidate: number, toBeat: number): number {
    const known = this.#logarithm[candidate]!
    if (known <= toBeat || this.#done[candidate] === this.#size) return known
    const enough = Math.exp(toBeat) * (1 - LOG_ERROR)
    if (enough >= LEAST_VARIANCE) {
      while (this.#variance[candidate]! >= enough && this.#extend(candidate));
    } else {
      while (this.#extend(candidate));
    }
    const log = Math.log(Math.max(this.#variance[candidate]!, LEAST_VARIANCE))
    this.#logarithm[candidate] = log
    return log
  }

  place(placed: number): void {
    while (this.#extend(placed));
    // What the page spans already adds no direction, and dividing by what is left of it would add noise.
    if (this.#variance[placed]! < LEAST_VARIANCE) return
    this.#deviations[this.#size] = Math.sqrt(this.#variance[placed]!)
    this.#basis[this.#size++] = placed
  }

  /** Adds the next number to a candidate's row; false when it has them all. */
  #extend(candidate: number): boolean {
    const at = this.#done[candidate]!
    if (at === this.#size) return false
    const rows = this.#rows
    const placed = this.#basis[at]!
    const own = candidate * this.#limit
    const other = placed * this.#limit
    let inner = 0
    for (let index = 0; index < at; index++) inner += rows[own + index]! * rows[other + index]!
    const entry = (this.#similarity.between(candidate, placed) - inner) / this.#deviations[at]!
    rows[own + at] = entry
    this.#variance[candidate]! -= entry * entry
    this.#done[candidate] = at + 1
    return true
  }
}

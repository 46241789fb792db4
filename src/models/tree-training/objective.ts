/**
 * What trees are fitted to: where to start, and which way the score of every row should move. It holds the labels (and
 * groups and weights) itself. Scores, gradients and hessians are class-major: class `c` of row `i` stands at
 * `c * rowCount + i`. Gradients already carry the weights of the rows.
 */
export interface TreeObjective {
  /** As LightGBM writes it into a model: `binary sigmoid:1`, `regression`, `lambdarank`, `multiclass num_class:5`. */
  readonly text: string
  readonly rowCount: number
  /** Trees per iteration: 1, or the number of classes. */
  readonly scoresPerRow: number
  /** Shape (scoresPerRow,): where boosting starts; all 0 to start from nothing. */
  initialScores(): Float64Array
  /**
   * First and second derivatives of the loss by the score, for the rows of the range (all without one).
   *
   * @param scores - shape (scoresPerRow * rowCount,), read
   * @param gradients - as long, written
   * @param hessians - as long, written, at least 0
   */
  gradients(scores: Float64Array, gradients: Float32Array, hessians: Float32Array, range?: RowRange): void
  /**
   * The value of a leaf, before shrinkage, where the Newton step is not the minimum of the loss (medians, quantiles).
   *
   * @param rows - the rows of the leaf that were in the bag, ascending
   * @param scores - the scores before this tree
   */
  renewLeaf?(rows: Int32Array, scores: Float64Array): number
  /**
   * Rows at which the gradients may be cut into ranges: ascending, from 0 to rowCount. Absent: anywhere. Ranking gives
   * the starts of its groups.
   */
  readonly cuts?: Int32Array
  /** Plain data that another thread builds the same objective from; absent: gradients stay on the caller's thread. */
  readonly recipe?: ObjectiveRecipe
  /** Where a kernel of ours computes the same gradients; it is then used instead of {@link gradients}. */
  readonly kernel?: GradientKernel
}

/** Rows from `from` up to, not including, `to`. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

/** What goes to another thread: plain values and typed arrays (over shared memory, or they are copied). */
export interface ObjectiveRecipe {
  readonly kind: string
  readonly [field: string]: unknown
}

/**
 * Gradients of one score a row in compiled code.
 *
 * `logistic`: p = 1 / (1 + exp(-steepness * score)), gradient = weight * steepness * (p - target),
 * hessian = weight * steepness^2 * p * (1 - p). `squared`: gradient = weight * (score - target), hessian = weight.
 */
export interface GradientKernel {
  readonly kind: 'logistic' | 'squared'
  /** Shape (rowCount,); for `logistic` from 0 to 1. */
  readonly targets: Float32Array
  /** Shape (rowCount,); absent means 1 each. */
  readonly weights?: Float32Array
  /** Of `logistic`; LightGBM's `sigmoid`, 1 by default. */
  readonly steepness?: number
}

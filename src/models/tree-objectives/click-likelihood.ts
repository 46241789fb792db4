export interface ShownClicks {
  /** Shape (rows,): a click when above 0. */
  readonly labels: Float64Array
  /** Shape (lists + 1,): list `l` has the rows `starts[l]` to `starts[l + 1]` (excluded). */
  readonly starts: Uint32Array
}

/**
 * How likely clicks fall on the rows of their lists that they fell on, as a function of the scores, which are the logarithms
 * of what rows draw: the mean over clicks of the logarithm of the softmax. Larger is better. It hangs less on single
 * clicks than NDCG, which knows but one order of a list.
 *
 * @remarks O(n) a list of n.
 * @see McFadden 1974, Conditional logit analysis of qualitative choice behavior.
 */
export function clickLikelihood({ labels, starts }: ShownClicks): (scores: Float64Array) => number {
  const clicks = labels.reduce((count, label) => count + (label > 0 ? 1 : 0), 0)
  return (scores) => {
    let sum = 0
    for (let list = 0; list + 1 < starts.length; list++) {
      const [from, to] = [starts[list]!, starts[list + 1]!]
      let [most, own, total] = [Number.NEGATIVE_INFINITY, 0, 0]
      for (let row = from; row < to; row++) most = Math.max(most, scores[row]!)
      for (let row = from; row < to; row++) total += Math.exp(scores[row]! - most)
      const whole = most + Math.log(total)
      for (let row = from; row < to; row++) if (labels[row]! > 0) own += scores[row]! - whole
      sum += own
    }
    return sum / Math.max(1, clicks)
  }
}

import { requireSameLength } from './checked-inputs.ts'
import { orderByScore } from './order-by-score.ts'

/**
 * Labels in the order in which a model ranks them: the form that the metrics of ranked lists read.
 *
 * @param labels - shape (n,)
 * @param scores - shape (n,), larger ranks first, ties keep input order
 * @returns shape (n,)
 * @throws SluiceError `SHAPE_MISMATCH`, or `NOT_FINITE` when a score is NaN
 * @remarks O(n log n).
 */
export function labelsByScore(labels: Float64Array, scores: Float64Array): Float64Array {
  requireSameLength('labels by score', labels, scores)
  return Float64Array.from(orderByScore(scores), (row) => labels[row]!)
}

/**
 * Labels of a ranked list of items; an item without judgement has label 0, and so has the repetition of an item.
 *
 * @param ranked - items, best first
 * @param judged - the label of every judged item
 * @returns shape (ranked.length,)
 */
export function labelsOfRanking(ranked: Int32Array, judged: ReadonlyMap<number, number>): Float64Array {
  const met = new Set<number>()
  return Float64Array.from(ranked, (item) => {
    if (met.has(item)) return 0
    met.add(item)
    return judged.get(item) ?? 0
  })
}

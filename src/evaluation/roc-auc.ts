import { SluiceError } from '../foundation/index.ts'
import { drawnWeights, type ScoreOrder, scoreOrder } from './score-order.ts'

/**
 * Area under the ROC curve: the chance that a positive row scores above a negative one, a tie counting half.
 *
 * @param labels - shape (n,), 0 or 1
 * @param scores - shape (n,), any scale; NaN is refused
 * @param weights - shape (n,), at least 0; absent means 1 each
 * @returns in [0, 1]
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`, `INVALID_ARGUMENT`; `ONE_CLASS_ONLY` when the positive or the
 * negative rows weigh nothing
 * @remarks O(n log n).
 * @see Fawcett 2006, Pattern Recognition Letters 27.
 */
export function rocAuc(labels: Float64Array, scores: Float64Array, weights?: Float64Array): number {
  const order = scoreOrder('ROC AUC', labels, scores, weights)
  const area = rocAucInOrder(order, order.weights)
  if (!Number.isNaN(area)) return area
  throw new SluiceError(
    'ONE_CLASS_ONLY',
    'ROC AUC: expected rows of both classes, got one class only; widen the selection of rows',
  )
}

/**
 * ROC AUC as a statistic for `bootstrap`: sorts once, then one pass a resample.
 *
 * @param clusters - shape (n,), the cluster of every row from 0, such as its user
 * @param weights - shape (n,), at least 0; absent means 1 each
 * @returns a function from how often each cluster was drawn to the area; NaN when a resample holds one class only
 * @throws SluiceError as {@link rocAuc}, but not for one class
 */
export function resampledRocAuc(
  labels: Float64Array,
  scores: Float64Array,
  clusters: Int32Array,
  weights?: Float64Array,
): (drawn: Uint32Array) => number {
  const order = scoreOrder('ROC AUC', labels, scores, weights)
  const weightsOf = drawnWeights('ROC AUC', order, clusters)
  return (drawn) => rocAucInOrder(order, weightsOf(drawn))
}

/** Rectangle and triangle of each run of tied scores; weights in the order of the scores. NaN for one class. */
function rocAucInOrder({ labels, lastOfTie }: ScoreOrder, weights: Float64Array): number {
  let positives = 0
  let negatives = 0
  let tiedPositives = 0
  let tiedNegatives = 0
  let area = 0
  for (let place = 0; place < labels.length; place++) {
    if (labels[place] === 1) tiedPositives += weights[place]!
    else tiedNegatives += weights[place]!
    if (lastOfTie[place] === 0) continue
    area += tiedNegatives * (positives + tiedPositives / 2)
    positives += tiedPositives
    negatives += tiedNegatives
    tiedPositives = 0
    tiedNegatives = 0
  }
  return area / (positives * negatives)
}

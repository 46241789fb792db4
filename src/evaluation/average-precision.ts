import { SluiceError } from '../foundation/index.ts'
import { drawnWeights, type ScoreOrder, scoreOrder } from './score-order.ts'

/**
 * Average precision of scored binary rows: precision weighted by the rise of recall at every distinct score, without
 * interpolation. Tied rows enter together, so their order does not matter.
 *
 * @param labels - shape (n,), 0 or 1
 * @param scores - shape (n,), any scale; NaN is refused
 * @param weights - shape (n,), at least 0; absent means 1 each
 * @returns in [0, 1]
 * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`, `INVALID_ARGUMENT`; `ONE_CLASS_ONLY` without a positive row
 * @remarks O(n log n). For a ranked list see `averagePrecisionAt`.
 */
export function averagePrecision(labels: Float64Array, scores: Float64Array, weights?: Float64Array): number {
  const order = scoreOrder('average precision', labels, scores, weights)
  const value = averagePrecisionInOrder(order, order.weights)
  if (!Number.isNaN(value)) return value
  throw new SluiceError(
    'ONE_CLASS_ONLY',
    'average precision: expected at least one positive row, got none; widen the selection of rows',
  )
}

/**
 * Average precision as a statistic for `bootstrap`: sorts once, then one pass a resample.
 *
 * @param clusters - shape (n,), the cluster of every row from 0, such as its user
 * @param weights - shape (n,), at least 0; absent means 1 each
 * @returns a function from how often each cluster was drawn to the value; NaN when a resample holds no positive row
 * @throws SluiceError as {@link averagePrecision}, but not for one class
 */
export function resampledAveragePrecision(
  labels: Float64Array,
  scores: Float64Array,
  clusters: Int32Array,
  weights?: Float64Array,
): (drawn: Uint32Array) => number {
  const order = scoreOrder('average precision', labels, scores, weights)
  const weightsOf = drawnWeights('average precision', order, clusters)
  return (drawn) => averagePrecisionInOrder(order, weightsOf(drawn))
}

function averagePrecisionInOrder({ labels, lastOfTie }: ScoreOrder, weights: Float64Array): number {
  let positives = 0
  let all = 0
  let tiedPositives = 0
  let sum = 0
  for (let place = 0; place < labels.length; place++) {
    const weight = weights[place]!
    all += weight
    if (labels[place] === 1) tiedPositives += weight
    if (lastOfTie[place] === 0 || tiedPositives === 0) continue
    positives += tiedPositives
    sum += tiedPositives * (positives / all)
    tiedPositives = 0
  }
  return sum / positives
}

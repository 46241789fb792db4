import { SluiceError } from '../foundation/index.ts'
import { requireBinary, requireClusterNumbers, requireSameLength, requireWeights } from './checked-inputs.ts'
import { orderByScore } from './order-by-score.ts'

/** Labelled rows from the largest score to the smallest, with the ends of the runs of equal scores marked. */
export interface ScoreOrder {
  /** Shape (n,), row numbers. */
  readonly order: Uint32Array
  /** Shape (n,), 0 or 1. */
  readonly labels: Uint8Array
  /** Shape (n,), 1 at the last row of a run of equal scores. */
  readonly lastOfTie: Uint8Array
  /** Shape (n,). */
  readonly weights: Float64Array
}

/** @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE` (a score), `INVALID_ARGUMENT` (a label or a weight) */
export function scoreOrder(
  what: string,
  labels: Float64Array,
  scores: Float64Array,
  weights: Float64Array | undefined,
): ScoreOrder {
  requireSameLength(what, labels, scores)
  requireBinary(what, labels)
  requireWeights(what, labels, weights)
  const order = orderByScore(scores)
  return {
    order,
    labels: Uint8Array.from(order, (row) => labels[row]!),
    lastOfTie: Uint8Array.from(order, (row, place) => (scores[row] === scores[order[place + 1] ?? -1] ? 0 : 1)),
    weights: Float64Array.from(order, (row) => (weights === undefined ? 1 : weights[row]!)),
  }
}

/**
 * A function from how often each cluster was drawn to the weights of the rows in the order of their scores. The array
 * that it returns is overwritten by the next call.
 *
 * @param clusters - shape (n,), the cluster of every row
 * @throws SluiceError `SHAPE_MISMATCH` when there is not one cluster a row, or (the function) when a row is of a cluster
 * that is not among those drawn
 */
export function drawnWeights(
  what: string,
  { order, weights }: ScoreOrder,
  clusters: Int32Array,
): (drawn: Uint32Array) => Float64Array {
  requireClusterNumbers(what, order, clusters)
  const sortedClusters = Int32Array.from(order, (row) => clusters[row]!)
  const needed = 1 + clusters.reduce((most, cluster) => Math.max(most, cluster), -1)
  const product = new Float64Array(order.length)
  return (drawn) => {
    requireClusters(what, needed, drawn.length)
    for (let place = 0; place < product.length; place++) {
      product[place] = drawn[sortedClusters[place]!]! * weights[place]!
    }
    return product
  }
}

function requireClusters(what: string, needed: number, drawn: number): void {
  if (needed <= drawn) return
  throw new SluiceError('SHAPE_MISMATCH', `${what} clusters: expected ${drawn} clusters, as drawn, got ${needed}`)
}

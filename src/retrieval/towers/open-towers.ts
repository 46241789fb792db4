import type { RequestFrame, Sequence } from '../../features/index.ts'
import type { ScoredItems } from '../../models/index.ts'

/** What is read of a retrieval request. */
interface ClosestRequest {
  readonly frame: RequestFrame
  readonly subject: number
  readonly itemCount: number
  accept(item: number): boolean
}

/** A fitted two-tower model over a state. */
export interface OpenTowers {
  /**
   * The items closest to a subject, from above 0 to 1; undefined when nothing is known of it that training met.
   *
   * @param recent - what the subject of the request met last
   */
  closest(recent: Sequence, request: ClosestRequest, limit: number): ScoredItems | undefined
  /**
   * How close items are to a subject's vector, in standard deviations from the average of the people and items that the
   * model learnt from; `NaN` for an item without a vector.
   */
  closenessOf(vector: Float32Array, items: ArrayLike<number>, out: Float64Array): void
  /** The unit vector of a subject, valid until the next call; undefined when nothing is known of it that training met. */
  userVector(subject: number, recent: Sequence): Float32Array | undefined
}

/**
 * What positions do to clicks: a pair that `m` of those who see it at the top click is clicked at position `k` by
 * `slopes[k] * m + floors[k]`. Without floors the slopes are the examination propensities relative to the top.
 */
export interface ClickBias {
  /** How it was estimated. */
  readonly method: 'harvested' | 'regressed' | 'affine'
  /** Shape (positions,), above 0; 1 at the top. */
  readonly slopes: Float64Array
  /** Shape (positions,), at least 0: clicks that a position draws whatever stands there; 0 at the top. */
  readonly floors: Float64Array
  /** Shape (positions,): of the slopes; 0 at the top, by which all are measured. */
  readonly slopeErrors: Float64Array
  /** Shape (positions,): of the floors. */
  readonly floorErrors: Float64Array
}

/** Sums over rows, in units of the tree's fixed point: whole numbers, exact. */
export interface RowSums {
  readonly gradient: number
  readonly hessian: number
}

/** How to part the rows of a leaf. */
export interface Split {
  /** Above the least gain that a split must have. */
  readonly gain: number
  readonly feature: number
  readonly left: RowSums
  /** Added to the L2 penalty when the values of the two sides are computed. */
  readonly extraL2: number
  readonly rule: ThresholdRule | CategoryRule
}

export interface ThresholdRule {
  readonly kind: 'threshold'
  /** Bins up to and including this go left. */
  readonly bin: number
  /** Whether what is missing goes left. */
  readonly missingLeft: boolean
}

export interface CategoryRule {
  readonly kind: 'categories'
  readonly leftBins: readonly number[]
}

/** The bounds of a leaf's value that monotone constraints set. */
export interface ValueBounds {
  readonly lower: number
  readonly upper: number
}

export const UNBOUNDED: ValueBounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY }

/** How sums become values and gains. */
export interface Penalties {
  readonly l1: number
  readonly l2: number
}

/** LightGBM's kEpsilon. */
const TINY = 1e-15

/** A gradient pulled to 0 by the L1 penalty. */
export function shrunk(gradient: number, l1: number): number {
  return Math.sign(gradient) * Math.max(0, Math.abs(gradient) - l1)
}

/** The Newton step of a leaf within its bounds, before shrinkage. */
export function leafValue(gradient: number, hessian: number, { l1, l2 }: Penalties, bounds: ValueBounds): number {
  const value = -shrunk(gradient, l1) / (hessian + TINY + l2)
  return Math.min(bounds.upper, Math.max(bounds.lower, value))
}

/** Twice what a leaf of its own lowers the loss by. */
export function leafGain(gradient: number, hessian: number, { l1, l2 }: Penalties): number {
  return shrunk(gradient, l1) ** 2 / (hessian + TINY + l2)
}

/** Ranges of a number. */
export interface NumericalBins {
  readonly kind: 'numerical'
  /** Shape (n,), ascending, the last infinite: a value belongs to the first bin whose bound it does not exceed. */
  readonly upperBounds: Float64Array
  /** Whether a bin of its own, after the others, holds what is missing; otherwise NaN counts as 0. */
  readonly hasMissing: boolean
  /** Least and greatest value seen; NaN when there was none. */
  readonly minimum: number
  readonly maximum: number
}

/** Categories that have a bin; bin 0 holds all others and what is missing. */
export interface CategoricalBins {
  readonly kind: 'categorical'
  /** The category of bin 1, 2, ...: the most frequent first. */
  readonly categories: Int32Array
  /** Whether bin 0 is anything that can occur in prediction: a rare category or a missing one was seen. */
  readonly hasMissing: boolean
}

export type FeatureBins = NumericalBins | CategoricalBins

export function binCountOf(bins: FeatureBins): number {
  if (bins.kind === 'categorical') return bins.categories.length + 1
  return bins.upperBounds.length + (bins.hasMissing ? 1 : 0)
}

/** Whether no split on this feature can exist. */
export function isTrivial(bins: FeatureBins): boolean {
  return binCountOf(bins) < 2 || (bins.kind === 'categorical' && bins.categories.length < 1)
}

/** The bin of NaN. */
export function missingBinOf(bins: NumericalBins): number {
  return bins.hasMissing ? bins.upperBounds.length : bins.upperBounds.findIndex((bound) => bound >= 0)
}

/** LightGBM's `feature_infos`: the range of a number, the categories, or `none`. */
export function featureInfo(bins: FeatureBins): string {
  if (isTrivial(bins)) return 'none'
  return bins.kind === 'categorical' ? bins.categories.join(':') : `[${bins.minimum}:${bins.maximum}]`
}

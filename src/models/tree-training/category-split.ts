import { leafGain, type Penalties, type RowSums, type Split } from './split.ts'

export interface CategorySplitSettings extends Penalties {
  readonly minRowsInLeaf: number
  readonly minHessianInLeaf: number
  readonly minGain: number
  readonly oneHotCategories: number
  readonly categorySmoothing: number
  readonly categoryL2: number
  readonly maxCategoriesInSplit: number
  readonly minRowsInCategoryGroup: number
}

/** A leaf and one feature of it. Sums in units; a unit of each is worth so much. */
export interface CategoryHistogram {
  readonly feature: number
  readonly binCount: number
  /** Pairs (hessian, gradient) of 32 bits, one a bin. */
  readonly histogram: Int32Array
  readonly gradientUnit: number
  readonly hessianUnit: number
  readonly total: RowSums
  readonly rowCount: number
}

interface Side extends RowSums {
  readonly rows: number
}

interface Candidate {
  readonly total: number
  readonly left: Side
  readonly bins: readonly number[]
}

/**
 * The best split of a leaf by categories, with LightGBM's rules: one category against the rest when they are few;
 * otherwise the categories in the order of their mean gradients, cut somewhere, from either end. Bin 0 (rare and
 * missing) always goes right.
 *
 * @returns undefined when no split gains more than `minGain`
 * @see Fisher 1958, "On grouping for maximum homogeneity", for why an order suffices; LightGBM's
 * `FindBestThresholdCategorical` for the limits.
 */
export function findCategorySplit(leaf: CategoryHistogram, settings: CategorySplitSettings): Split | undefined {
  const isOneHot = leaf.binCount <= settings.oneHotCategories
  const extraL2 = isOneHot ? 0 : settings.categoryL2
  const { gradientUnit, hessianUnit, total } = leaf
  const own = leafGain(total.gradient * gradientUnit, total.hessian * hessianUnit, settings) + settings.minGain
  const penalties = { l1: settings.l1, l2: settings.l2 + extraL2 }
  const candidates = isOneHot ? oneAgainstRest(leaf, settings) : manyAgainstMany(leaf, settings)
  let best: Candidate | undefined
  for (const { left, bins } of candidates) {
    const gained = gainOf(leaf, left, penalties)
    if (gained > (best?.total ?? own)) best = { total: gained, left, bins }
  }
  if (!best) return undefined
  const { gradient, hessian } = best.left
  return {
    gain: best.total - own,
    feature: leaf.feature,
    left: { gradient, hessian },
    extraL2,
    rule: { kind: 'categories', leftBins: best.bins },
  }
}

function gainOf(leaf: CategoryHistogram, left: Side, penalties: Penalties): number {
  const { gradientUnit, hessianUnit, total } = leaf
  const leftGain = leafGain(left.gradient * gradientUnit, left.hessian * hessianUnit, penalties)
  const gradient = (total.gradient - left.gradient) * gradientUnit
  const hessian = (total.hessian - left.hessian) * hessianUnit
  return leftGain + leafGain(gradient, hessian, penalties)
}

function binSide({ histogram, total, rowCount }: CategoryHistogram, bin: number): Side {
  const hessian = histogram[2 * bin]! >>> 0
  return { hessian, gradient: histogram[2 * bin + 1]!, rows: Math.round((hessian * rowCount) / total.hessian) }
}

function* oneAgainstRest(
  leaf: CategoryHistogram,
  settings: CategorySplitSettings,
): Generator<Omit<Candidate, 'total'>> {
  const { minRowsInLeaf, minHessianInLeaf } = settings
  for (let bin = 1; bin < leaf.binCount; bin++) {
    const left = binSide(leaf, bin)
    if (left.rows < minRowsInLeaf || left.hessian * leaf.hessianUnit < minHessianInLeaf) continue
    if (leaf.rowCount - left.rows < minRowsInLeaf) continue
    if ((leaf.total.hessian - left.hessian) * leaf.hessianUnit < minHessianInLeaf) continue
    yield { left, bins: [bin] }
  }
}

function* manyAgainstMany(
  leaf: CategoryHistogram,
  settings: CategorySplitSettings,
): Generator<Omit<Candidate, 'total'>> {
  const ordered = binsByMeanGradient(leaf, settings.categorySmoothing)
  yield* prefixes(leaf, ordered, settings)
  yield* prefixes(leaf, ordered.toReversed(), settings)
}

function binsByMeanGradient(leaf: CategoryHistogram, smoothing: number): number[] {
  const means = new Map<number, number>()
  for (let bin = 1; bin < leaf.binCount; bin++) {
    const { gradient, hessian, rows } = binSide(leaf, bin)
    if (rows < smoothing || rows === 0) continue
    means.set(bin, (gradient * leaf.gradientUnit) / (hessian * leaf.hessianUnit + smoothing))
  }
  return [...means.keys()].sort((a, b) => means.get(a)! - means.get(b)! || a - b)
}

/** The first 1, 2, ... of the bins, where both sides are large enough. */
function* prefixes(
  leaf: CategoryHistogram,
  ordered: readonly number[],
  settings: CategorySplitSettings,
): Generator<Omit<Candidate, 'total'>> {
  const { minRowsInLeaf, minHessianInLeaf, minRowsInCategoryGroup } = settings
  const most = Math.min(settings.maxCategoriesInSplit, Math.floor((ordered.length + 1) / 2))
  const left = { gradient: 0, hessian: 0, rows: 0 }
  let group = 0
  for (let i = 0; i < most; i++) {
    const bin = binSide(leaf, ordered[i]!)
    left.gradient += bin.gradient
    left.hessian += bin.hessian
    left.rows += bin.rows
    group += bin.rows
    if (left.rows < minRowsInLeaf || left.hessian * leaf.hessianUnit < minHessianInLeaf) continue
    const right = leaf.rowCount - left.rows
    if (right < minRowsInLeaf || right < minRowsInCategoryGroup) return
    if ((leaf.total.hessian - left.hessian) * leaf.hessianUnit < minHessianInLeaf) return
    if (group < minRowsInCategoryGroup) continue
    group = 0
    yield { left: { ...left }, bins: ordered.slice(0, i + 1) }
  }
}

import { CATEGORICAL, DEFAULT_LEFT, MISSING_NAN, MISSING_ZERO, type TreeEnsemble } from './tree-ensemble.ts'

/** Closer to zero than this is zero: LightGBM's `kZeroThreshold`, which is a float. */
export const ZERO_THRESHOLD = Math.fround(1e-35)

/**
 * The leaf in which a row ends, counted within the tree.
 *
 * @param rows - the row starts at `start` and has one value a feature
 * @remarks O(depth).
 */
export function leafIn(ensemble: TreeEnsemble, tree: number, rows: Float64Array, start: number): number {
  const first = ensemble.nodeStarts[tree]!
  let child = ensemble.nodeStarts[tree + 1] === first ? ~0 : 0
  while (child >= 0) {
    const node = first + child
    const left = goesLeft(ensemble, node, rows[start + ensemble.splitFeatures[node]!]!)
    child = left ? ensemble.leftChildren[node]! : ensemble.rightChildren[node]!
  }
  return ~child
}

/** Whether a value goes left at a node (of all trees); LightGBM's `Tree::Decision`. */
export function goesLeft(ensemble: TreeEnsemble, node: number, value: number): boolean {
  const decision = ensemble.decisions[node]!
  if ((decision & CATEGORICAL) !== 0) return isInSet(ensemble, ensemble.thresholds[node]!, value)
  const missing = decision >> 2
  const isUnknown = Number.isNaN(value)
  const isMissing = missing === MISSING_NAN ? isUnknown : missing === MISSING_ZERO && (isUnknown || isZero(value))
  if (isMissing) return (decision & DEFAULT_LEFT) !== 0
  return (isUnknown ? 0 : value) <= ensemble.thresholds[node]!
}

/**
 * Whether a value is one of the categories of a set. Fractions are cut off, towards zero; what is missing, negative or
 * too large is in no set.
 */
export function isInSet({ categoryStarts, categoryBits }: TreeEnsemble, set: number, value: number): boolean {
  if (!(value > -1 && value < 2 ** 31)) return false
  const category = Math.trunc(value)
  const word = categoryStarts[set]! + (category >> 5)
  return word < categoryStarts[set + 1]! && ((categoryBits[word]! >> (category & 31)) & 1) === 1
}

function isZero(value: number): boolean {
  return value >= -ZERO_THRESHOLD && value <= ZERO_THRESHOLD
}

import { CATEGORICAL, DEFAULT_LEFT, MISSING_NONE, MISSING_ZERO, type TreeEnsemble } from './tree-ensemble.ts'

const CATEGORICAL_OFFSET = 2 ** 31

/** Where questions are written: the same memory as doubles and as words. */
export interface QuestionLayout {
  readonly doubles: Float64Array
  readonly words: Uint32Array
  /** Address of the ensemble's bitsets. */
  readonly bits: number
}

/** Whether some node takes what is nearly zero for missing. */
export function asksForZeros({ decisions }: TreeEnsemble): boolean {
  return decisions.some((decision) => (decision & CATEGORICAL) === 0 && decision >> 2 === MISSING_ZERO)
}

/**
 * Writes what a node asks as `assembly/tree-walks.ts` wants it: 12 bytes from `doubles[position]` on. Every comparison
 * is one "greater than" between doubles that sends NaN to the first child:
 *
 * - what is missing goes left: `value > threshold` goes right, the second child;
 * - what is missing goes right: `-value > the double below -threshold`, which is `value <= threshold`, goes left, which
 *   is then the second child;
 * - where zero is missing, both ask for the value that is NaN when nearly zero;
 * - where nothing is missing, NaN counts as 0, so it goes where 0 goes.
 *
 * @returns whether the left child is the second one
 */
export function writeQuestion(ensemble: TreeEnsemble, layout: QuestionLayout, position: number, node: number): boolean {
  const { featureCount, splitFeatures, thresholds, decisions, categoryStarts } = ensemble
  const { doubles, words } = layout
  const feature = splitFeatures[node]!
  const threshold = thresholds[node]!
  const decision = decisions[node]!
  if ((decision & CATEGORICAL) !== 0) {
    words[2 * position] = layout.bits + 4 * categoryStarts[threshold]!
    words[2 * position + 1] = categoryStarts[threshold + 1]! - categoryStarts[threshold]!
    words[2 * position + 2] = CATEGORICAL_OFFSET + 8 * feature
    return true
  }
  const missing = decision >> 2
  const missingLeft = missing === MISSING_NONE ? threshold >= 0 : (decision & DEFAULT_LEFT) !== 0
  const block = (missing === MISSING_ZERO ? 2 : 0) + (missingLeft ? 0 : 1)
  doubles[position] = missingLeft ? threshold : doubleBelow(-threshold)
  words[2 * position + 2] = 8 * (block * featureCount + feature)
  return !missingLeft
}

const bitView = new DataView(new ArrayBuffer(8))

/** The next smaller double; below minus infinity there is none. */
function doubleBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE
  if (value === Number.NEGATIVE_INFINITY) return value
  bitView.setFloat64(0, value)
  bitView.setBigInt64(0, bitView.getBigInt64(0) + (value > 0 ? -1n : 1n))
  return bitView.getFloat64(0)
}

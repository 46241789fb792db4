import type { Kernels } from '../../foundation/index.ts'
import { CATEGORICAL, DEFAULT_LEFT, MISSING_NONE, MISSING_ZERO, type TreeEnsemble } from './tree-ensemble.ts'

const CATEGORICAL_OFFSET = 2 ** 31

/** Where questions are written: the same memory as doubles and as words. */
export interface QuestionLayout {
  readonly doubles: Float64Array
  readonly words: Uint32Array
  /** Address of the sets of categories, each followed by a word of 0. */
  readonly sets: number
  readonly blocks: RowBlocks
  /** How many words behind the threshold or set the offset of what is asked stands. */
  readonly offsetAt: number
}

/** What the values of a prepared row consist of; the last two are byte offsets. */
export interface RowBlocks {
  /** As `assembly/tree-walks.ts` takes it: 1 for values that are NaN when nearly zero, 2 for categories. */
  readonly flags: number
  readonly categories: number
  /** What is always NaN. */
  readonly nothing: number
}

export function rowBlocksOf({ decisions, featureCount }: TreeEnsemble): RowBlocks {
  const hasSets = decisions.some((decision) => (decision & CATEGORICAL) !== 0)
  const hasZeros = decisions.some((decision) => (decision & CATEGORICAL) === 0 && decision >> 2 === MISSING_ZERO)
  const numerical = hasZeros ? 4 : 2
  return {
    flags: (hasZeros ? 1 : 0) + (hasSets ? 2 : 0),
    categories: 8 * numerical * featureCount,
    nothing: 8 * (numerical + (hasSets ? 1 : 0)) * featureCount,
  }
}

/** Copies the sets of categories into the memory of the kernels and returns their address. */
export function placeSets({ arena }: Kernels, { categoryStarts, categoryBits }: TreeEnsemble): number {
  const count = categoryStarts.length - 1
  const placed = arena.uint32s(categoryBits.length + count)
  for (let set = 0; set < count; set++) {
    const words = categoryBits.subarray(categoryStarts[set]!, categoryStarts[set + 1]!)
    placed.set(words, categoryStarts[set]! + set)
  }
  return placed.byteOffset
}

/**
 * Writes what a node asks as `assembly/tree-walks.ts` wants it: a threshold or set at
 * `doubles[position]` and the offset of what is asked behind it. Every comparison is one "greater than" between doubles
 * that sends NaN to the first child:
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
    words[2 * position] = layout.sets + 4 * (categoryStarts[threshold]! + threshold)
    words[2 * position + 1] = categoryStarts[threshold + 1]! - categoryStarts[threshold]!
    words[2 * position + layout.offsetAt] = CATEGORICAL_OFFSET + layout.blocks.categories + 8 * feature
    return true
  }
  const missing = decision >> 2
  const missingLeft = missing === MISSING_NONE ? threshold >= 0 : (decision & DEFAULT_LEFT) !== 0
  const block = (missing === MISSING_ZERO ? 2 : 0) + (missingLeft ? 0 : 1)
  doubles[position] = missingLeft ? threshold : doubleBelow(-threshold)
  words[2 * position + layout.offsetAt] = 8 * (block * featureCount + feature)
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

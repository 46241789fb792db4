import { SluiceError } from '../../foundation/index.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { leafIn } from './tree-walk.ts'

/** Some iterations in a row: a truncated ensemble. */
export interface IterationRange {
  /** 0 by default. */
  readonly firstIteration?: number | undefined
  /** All that follow by default; more than there are is all there are. */
  readonly iterationCount?: number | undefined
}

/**
 * The trees of a range of iterations.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when a number is negative or not whole
 */
export function treesOf(
  { treeCount, classCount }: TreeEnsemble,
  { firstIteration = 0, iterationCount = Number.POSITIVE_INFINITY }: IterationRange = {},
): { from: number; to: number } {
  requireCount('firstIteration', firstIteration)
  if (iterationCount !== Number.POSITIVE_INFINITY) requireCount('iterationCount', iterationCount)
  const iterations = treeCount / classCount
  const from = Math.min(firstIteration, iterations)
  return { from: from * classCount, to: Math.min(from + iterationCount, iterations) * classCount }
}

/**
 * Raw scores of rows, in plain TypeScript: the leaves of every class summed in the order of the trees, or their mean
 * where the ensemble averages.
 *
 * @param rows - shape (rowCount * featureCount,), row-major; NaN is missing
 * @param out - shape (rowCount * classCount,), row-major
 * @remarks O(rows * trees * depth); {@link TreeScorer} does the same several times faster, to the bit.
 */
export function scoreTrees(
  ensemble: TreeEnsemble,
  rows: Float64Array,
  rowCount: number,
  out: Float64Array,
  range?: IterationRange,
): void {
  const { featureCount, classCount, leafStarts, leafValues } = ensemble
  const { from, to } = treesOf(ensemble, range)
  out.fill(0, 0, rowCount * classCount)
  for (let row = 0; row < rowCount; row++) {
    for (let tree = from; tree < to; tree++) {
      const leaf = leafStarts[tree]! + leafIn(ensemble, tree, rows, row * featureCount)
      out[row * classCount + (tree % classCount)]! += leafValues[leaf]!
    }
  }
  if (ensemble.averageOutput) divideByIterations(out.subarray(0, rowCount * classCount), (to - from) / classCount)
}

/** The mean over the iterations, as a random forest wants it; nothing over none. */
export function divideByIterations(scores: Float64Array, iterations: number): void {
  if (iterations === 0) return
  for (let index = 0; index < scores.length; index++) scores[index]! /= iterations
}

/**
 * The leaves in which rows end, counted within each tree.
 *
 * @returns shape (rowCount * trees of the range,), row-major
 * @remarks O(rows * trees * depth).
 */
export function leavesOf(
  ensemble: TreeEnsemble,
  rows: Float64Array,
  rowCount: number,
  range?: IterationRange,
): Int32Array {
  const { from, to } = treesOf(ensemble, range)
  const leaves = new Int32Array(rowCount * (to - from))
  let next = 0
  for (let row = 0; row < rowCount; row++) {
    for (let tree = from; tree < to; tree++) leaves[next++] = leafIn(ensemble, tree, rows, row * ensemble.featureCount)
  }
  return leaves
}

function requireCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 0) return
  throw new SluiceError('INVALID_ARGUMENT', `trees, ${name}: expected a whole number from 0, got ${value}`)
}

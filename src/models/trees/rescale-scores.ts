import { assert } from '../../foundation/index.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'

/**
 * The ensemble whose raw score is `slope * score + intercept`, of the same order when the slope is above 0: leaves and
 * what nodes would say are multiplied, and the first tree takes the intercept. So the scores of an objective that only
 * orders become log-odds, and explanations with them.
 *
 * @param objective - what the new scores are, by LightGBM's name
 * @remarks O(nodes); columns that stay are shared.
 */
export function rescaleScores(
  ensemble: TreeEnsemble,
  { slope, intercept, objective }: { slope: number; intercept: number; objective: string },
): TreeEnsemble {
  const { classCount, averageOutput, treeCount, nodeStarts, leafStarts } = ensemble
  assert(classCount === 1 && !averageOutput && treeCount > 0, 'scores are rescaled of a sum of trees, one a row')
  const nodesOfFirst = nodeStarts[1]!
  const leavesOfFirst = leafStarts[1]!
  return {
    ...ensemble,
    objective,
    nodeValues: ensemble.nodeValues.map((value, node) => value * slope + (node < nodesOfFirst ? intercept : 0)),
    leafValues: ensemble.leafValues.map((value, leaf) => value * slope + (leaf < leavesOfFirst ? intercept : 0)),
    shrinkages: ensemble.shrinkages.map((shrinkage) => shrinkage * slope),
  }
}

import { SluiceError } from '../../foundation/index.ts'
import { leavesOf } from '../trees/predict-trees.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import { requireSameTask } from './join-trees.ts'
import type { TreeObjective } from './objective.ts'
import { leafValue, UNBOUNDED } from './split.ts'
import { denseRows, requireCount, requireTreeRows, type TreeRows } from './tree-rows.ts'

export interface RefitOptions {
  /** How much of its old value a leaf keeps, from 0 to 1; 0.9 by default, as LightGBM's `refit_decay_rate`. */
  readonly decay?: number
  /** 0 by default. */
  readonly l1?: number
  /** 0 by default. */
  readonly l2?: number
}

/**
 * The same trees with leaf values moved towards what other rows say: tree by tree, a leaf becomes
 * `decay * old + (1 - decay) * shrinkage * Newton step` of the rows that fall into it. A leaf without rows keeps
 * `decay` of its value. Scores start from 0, and a first tree that carries the start of its training counts as not
 * shrunk: it takes a whole step. Splits, counts and weights stay.
 *
 * @throws SluiceError `MODEL_MISMATCH` when rows or objective are not those of such trees, `OUT_OF_RANGE` for the decay,
 * and as `fitTrees` for the rows
 * @remarks O(rows * trees * depth).
 * @see LightGBM's `GBDT::RefitTree`.
 */
export function refitTrees(
  ensemble: TreeEnsemble,
  given: TreeRows,
  objective: TreeObjective,
  { decay = 0.9, l1 = 0, l2 = 0 }: RefitOptions = {},
): TreeEnsemble {
  requireTreeRows(given)
  requireCount('rows of the objective', given.rowCount, objective.rowCount)
  requireSameTask(ensemble, { featureCount: given.featureCount, classCount: objective.scoresPerRow })
  if (!(decay >= 0 && decay <= 1)) {
    throw new SluiceError('OUT_OF_RANGE', `refit of trees, decay: expected a number from 0 to 1, got ${decay}`)
  }
  const leafValues = ensemble.leafValues.slice()
  const { rowCount } = given
  const scores = new Float64Array(rowCount * ensemble.classCount)
  const gradients = new Float32Array(scores.length)
  const hessians = new Float32Array(scores.length)
  for (let tree = 0; tree < ensemble.treeCount; tree++) {
    const ofClass = tree % ensemble.classCount
    if (ofClass === 0) objective.gradients(scores, gradients, hessians)
    const leaves = treeLeaves(ensemble, tree, given)
    const [start, end] = [ensemble.leafStarts[tree]!, ensemble.leafStarts[tree + 1]!]
    const sums = { gradients: new Float64Array(end - start), hessians: new Float64Array(end - start) }
    leaves.forEach((leaf, row) => {
      sums.gradients[leaf]! += gradients[ofClass * rowCount + row]!
      sums.hessians[leaf]! += hessians[ofClass * rowCount + row]!
    })
    for (let leaf = 0; leaf < end - start; leaf++) {
      const step = leafValue(sums.gradients[leaf]!, sums.hessians[leaf]!, { l1, l2 }, UNBOUNDED)
      leafValues[start + leaf] = decay * leafValues[start + leaf]! + (1 - decay) * ensemble.shrinkages[tree]! * step
    }
    leaves.forEach((leaf, row) => {
      scores[ofClass * rowCount + row]! += leafValues[start + leaf]!
    })
  }
  return { ...ensemble, leafValues }
}

/** The leaf of one tree that every row falls into. */
function treeLeaves(ensemble: TreeEnsemble, tree: number, given: TreeRows): Int32Array {
  const leaves = new Int32Array(given.rowCount)
  const { classCount } = ensemble
  const range = { firstIteration: Math.floor(tree / classCount), iterationCount: 1 }
  for (const { rows, from, count } of denseRows(given)) {
    const found = leavesOf(ensemble, rows.subarray(0, count * given.featureCount), count, range)
    for (let row = 0; row < count; row++) leaves[from + row] = found[row * classCount + (tree % classCount)]!
  }
  return leaves
}

import { fitLogisticRegression } from '../logistic-regression.ts'
import type { RowExamples, RowModel } from '../row-model.ts'
import { treeObjective } from '../tree-objectives/tree-objective.ts'
import { fitTrees } from '../tree-training/fit-trees.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import { TreeModel } from '../trees/tree-model.ts'
import { compactTrees } from './compact-trees.ts'
import { distillationExamples } from './distil.ts'
import { pruneTrees } from './prune-trees.ts'

/** A smaller model that may take the place of another. */
export interface CompressedCandidate {
  readonly name: string
  readonly model: RowModel
}

const SMALL = { leafBits: 8, thresholdBits: 8 } as const

/**
 * The ways to make an ensemble of one class smaller, from the most faithful on: tables of 16 and of 8 bits, half of the
 * leaves pruned, the first half of the trees alone, and two students of its probabilities: a fifth of the trees, and a
 * logistic regression on curves.
 *
 * @param rows - what the students learn on; their labels are not read, their weights are
 * @throws SluiceError `OUT_OF_RANGE` when the ensemble does not respond with probabilities, and as the fits throw
 */
export function compressedCandidates(
  teacher: TreeModel,
  rows: Omit<RowExamples, 'labels'>,
  seed: number,
): CompressedCandidate[] {
  const { ensemble } = teacher
  const half = pruneTrees(ensemble, { leafCount: Math.max(ensemble.treeCount, ensemble.leafValues.length >> 1) })
  const taught = distillationExamples(teacher, { ...rows, labels: undefined })
  const iterations = Math.ceil(ensemble.treeCount / ensemble.classCount / 2)
  return [
    { name: 'tables of 16 bits', model: compactTrees(ensemble) },
    { name: 'tables of 8 bits', model: compactTrees(ensemble, SMALL) },
    { name: 'half the leaves', model: new TreeModel(half) },
    { name: 'half the leaves, tables of 8 bits', model: compactTrees(half, SMALL) },
    {
      name: 'half the trees, tables of 8 bits',
      model: compactTrees(teacher.truncated({ iterationCount: iterations }).ensemble, SMALL),
    },
    {
      name: 'a student of a fifth of the trees, tables of 8 bits',
      model: compactTrees(studentOf(ensemble, taught, seed), SMALL),
    },
    { name: 'a logistic student', model: fitLogisticRegression(taught, { basis: 'piecewise', seed }) },
  ]
}

/** As many leaves a tree as the teacher has on average; steps so long that few trees are enough. */
function studentOf({ treeCount, leafValues }: TreeEnsemble, taught: RowExamples, seed: number): TreeEnsemble {
  const { labels, weights } = taught
  const objective = treeObjective({ kind: 'cross_entropy', labels, ...(weights === undefined ? {} : { weights }) })
  return fitTrees(taught, objective, {
    seed,
    iterations: Math.max(1, Math.ceil(treeCount / 5)),
    leaves: Math.max(2, Math.round(leafValues.length / Math.max(1, treeCount))),
    learningRate: 0.25,
  })
}

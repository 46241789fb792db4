import {
  fitLogisticRegression,
  fitTrees,
  fitTreesOnWorkers,
  type LogisticRegressionOptions,
  loadLogisticRegression,
  loadRowModel,
  type RowExamples,
  type RowModel,
  TreeModel,
  type TreeTrainingOptions,
  treeObjective,
} from '../models/index.ts'

/** What a fit may use beside the examples. The result hangs on the seed and never on the threads. */
export interface ScorerFit {
  readonly seed: number
  /** From 1 to 16; 1 when absent. */
  readonly threads?: number
}

/** How an event is scored: a definition, plain but for `fit` and `load`. Scores are log-odds. */
export interface Scorer {
  readonly spec: unknown
  fit(examples: RowExamples, options: ScorerFit): Promise<RowModel>
  load(bytes: Uint8Array): RowModel
}

/** What of the training of trees can be declared. */
export type BoostedTreesOptions = Omit<
  TreeTrainingOptions,
  'seed' | 'initialScores' | 'startFrom' | 'validation' | 'monotone' | 'interactions'
>

const TREES = { iterations: 200, learningRate: 0.05, leaves: 15, minRowsInLeaf: 40, l2: 5, featureFraction: 0.7 }

/** Scores by boosted trees of log loss: 200 of 15 leaves at a rate of 0.05, unless the options say otherwise. */
export function boostedTrees(options: BoostedTreesOptions = {}): Scorer {
  const settings = { ...TREES, ...options }
  return {
    spec: { kind: 'boosted-trees', ...settings },
    async fit(examples, { seed, threads = 1 }) {
      const { labels, weights } = examples
      const objective = treeObjective({ kind: 'binary', labels, ...(weights ? { weights } : {}) })
      const all = { ...settings, seed }
      const trees =
        threads === 1 ? fitTrees(examples, objective, all) : await fitTreesOnWorkers(examples, objective, all, threads)
      return new TreeModel(trees)
    },
    // What was compressed is trees in tables, or a logistic student.
    load: loadRowModel,
  }
}

/** Scores by a logistic regression, of straight lines or of curves. */
export function logisticScorer(options: Omit<LogisticRegressionOptions, 'seed'> = {}): Scorer {
  return {
    spec: { kind: 'logistic', ...options },
    fit: async (examples, { seed }) => fitLogisticRegression(examples, { ...options, seed }),
    load: loadLogisticRegression,
  }
}

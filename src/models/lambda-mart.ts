import { curveAtTop } from './calibration/curve-at-top.ts'
import { fitPlatt } from './calibration/platt.ts'
import { hasContrast, listsThatCount, takeLists, type WeightedLists } from './list-examples.ts'
import type { ListExamples } from './row-model.ts'
import { clickLikelihood } from './tree-objectives/click-likelihood.ts'
import type { LabelGains } from './tree-objectives/label-gains.ts'
import { lambdaObjective } from './tree-objectives/lambda-objective.ts'
import { listNdcg } from './tree-objectives/list-ndcg.ts'
import { fitTrees } from './tree-training/fit-trees.ts'
import { rescaleScores } from './trees/rescale-scores.ts'
import type { TreeEnsemble } from './trees/tree-ensemble.ts'
import { TreeModel } from './trees/tree-model.ts'

export interface LambdaMartOptions {
  /** Features are drawn with it. */
  readonly seed: number
  /** Trees at most; 200 by default. */
  readonly maxTrees?: number
  /** 0.05 by default. */
  readonly learningRate?: number
  /** Leaves a tree; 15 by default. */
  readonly leaves?: number
  /** By default 0.4 % of the rows, from 20 to 300. */
  readonly minRowsInLeaf?: number
  /** The share of the features that a tree sees; 0.7 by default. */
  readonly featureFraction?: number
  /** 5 by default. */
  readonly l2?: number
  /** Pairs count of which one row is among so many first; 30 by default. */
  readonly truncation?: number
  /** What a row of each label is worth at the top of its list; 2^label - 1 when absent. */
  readonly labelGains?: LabelGains
  /**
   * Shape (rowCount,), above 0: how often the place where each row stood is looked at, relative to the top. Labels above 0
   * are then clicks. Rows of a list are compared by what their places draw as well, so that a click far down says
   * more than one at the top, and the trees learn only what is left: scores are those of rows that all stand at the top.
   */
  readonly propensities?: Float64Array | undefined
}

/** The last share of the lists: they say how many trees are enough, and what a score is worth. */
const HELD_OUT = 0.2
/** Trees without an improvement of NDCG after which nothing more is expected. */
const PATIENCE = 50
const PLACES = 10
/** Scores that say nothing about held-out lists still keep their order. */
const LEAST_SLOPE = 1e-3

/**
 * Fits LambdaMART to lists. The first four fifths of the lists are learnt from until NDCG@10 on the last fifth does not
 * get better; a logistic curve from score to label is fitted there; then all lists are learnt from with as many trees.
 * So the scores are log-odds of a positive label, and `response` is a probability. With propensities the trees are as many
 * as make the clicks on that fifth likeliest, and the probability is that of a click at the top.
 *
 * @param examples - lists in order of time; a row is positive when its label is above 0, larger labels rank higher
 * @throws SluiceError `NO_TRAINING_DATA`, `ONE_CLASS_ONLY` when no list has rows of different labels, `SHAPE_MISMATCH`,
 * `NOT_FINITE`, `OUT_OF_RANGE`, `INVALID_ARGUMENT`
 * @remarks 55,000 rows of 27 features: about 1.5 s of processor time, on one thread.
 */
export function fitLambdaMart(examples: ListExamples, options: LambdaMartOptions): TreeModel {
  const all = listsThatCount({ ...examples, propensities: options.propensities })
  const { learnt, held } = splitLists(all)
  const { maxTrees = 200 } = options
  const trial = fit(learnt, options, maxTrees, held)
  const { slope, intercept } = curveOf(scoresOf(trial, held), held, options)
  const ensemble = learnt === all ? trial : fit(all, options, trial.treeCount)
  return new TreeModel(
    rescaleScores(ensemble, { slope: Math.max(LEAST_SLOPE, slope), intercept, objective: 'binary sigmoid:1' }),
  )
}

/** Both parts have something to put in order; where that cannot be, both are all lists. */
function splitLists(all: WeightedLists): { learnt: WeightedLists; held: WeightedLists } {
  const lists = Array.from({ length: all.starts.length - 1 }, (_, list) => list)
  const cut = Math.floor(lists.length * (1 - HELD_OUT))
  if (cut === 0) return { learnt: all, held: all }
  const [learnt, held] = [takeLists(all, lists.slice(0, cut)), takeLists(all, lists.slice(cut))]
  return hasContrast(learnt) && hasContrast(held) ? { learnt, held } : { learnt: all, held: all }
}

/** What a score is worth, on lists that were not learnt from. */
function curveOf(scores: Float64Array, held: WeightedLists, { labelGains }: LambdaMartOptions) {
  const { propensities } = held
  if (propensities) return curveAtTop({ ...held, scores, propensities })
  return fitPlatt({ ...held, scores, labels: chances(held.labels, labelGains) })
}

function fit(lists: WeightedLists, options: LambdaMartOptions, trees: number, held?: WeightedLists): TreeEnsemble {
  const { seed, learningRate = 0.05, leaves = 15, featureFraction = 0.7, l2 = 5, truncation, labelGains } = options
  const { starts, rowCount, labels, weights } = lists
  const groups = starts.slice(1).map((start, list) => start - starts[list]!)
  const minRowsInLeaf = options.minRowsInLeaf ?? Math.min(300, Math.max(20, Math.round(0.004 * rowCount)))
  return fitTrees(lists, lambdaObjective({ labels, weights, groups, truncation, labelGains }), {
    ...{ seed, learningRate, leaves, featureFraction, l2, minRowsInLeaf, iterations: trees },
    ...(lists.propensities ? { initialScores: lists.propensities.map(Math.log) } : {}),
    ...(held && held !== lists
      ? { validation: { ...worthOf(held, labelGains), rows: held, largerIsBetter: true, patience: PATIENCE } }
      : {}),
  })
}

/** What says how many trees are enough; where clicks were made at places, how well they and the scores explain them. */
function worthOf(held: WeightedLists, labelGains: LabelGains | undefined) {
  const { propensities } = held
  if (!propensities) return { metric: ndcgOf(held, labelGains) }
  return { metric: clickLikelihood(held), initialScores: propensities.map(Math.log) }
}

function ndcgOf({ labels, starts }: WeightedLists, labelGains?: LabelGains): (scores: Float64Array) => number {
  return listNdcg({ labels, starts, places: PLACES, labelGains })
}

function scoresOf(ensemble: TreeEnsemble, { rows, rowCount }: WeightedLists): Float64Array {
  const scores = new Float64Array(rowCount)
  new TreeModel(ensemble).scoreRows(rows, rowCount, scores)
  return scores
}

/** Chances to be taken, in [0, 1]: a label that is a rate of clicks is one, any other is yes or no. */
function chances(labels: Float64Array, gains?: LabelGains): Float64Array {
  return labels.map((label) => (gains === 'linear' ? Math.min(1, label) : label > 0 ? 1 : 0))
}

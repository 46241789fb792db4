import {
  fitLogisticRegression,
  fitTrees,
  type LogisticRegressionOptions,
  negativeSamplingOffset,
  TreeModel,
  type TreeTrainingOptions,
  treeObjective,
} from '../../../models/index.ts'
import { undersample } from './undersample.ts'
import type { PaymentTable } from './week-split.ts'

/** Log-odds of every row of a table that has the columns of the one that was learnt from. */
export type Scorer = (table: PaymentTable) => Float64Array

/** What is done for the few frauds among the many other payments; 1 and 1 is nothing. */
export interface Balance {
  /** How much more a fraud counts than another payment. */
  readonly fraudWeight: number
  /** The share of the other payments that is learnt from. */
  readonly keptShare: number
}

/** What trees are grown by. */
export interface TreeScorerOptions extends TreeTrainingOptions {
  readonly balance: Balance
  readonly seed: number
}

/**
 * What to add to log-odds that were learnt with a balance, for those of all payments: a fraud that counts w times raises
 * the odds as much as keeping one in w of the others.
 */
export function balanceOffset({ fraudWeight, keptShare }: Balance): number {
  return negativeSamplingOffset(keptShare / fraudWeight)
}

/** @throws SluiceError as `fitLogisticRegression`, such as `ONE_CLASS_ONLY` */
export function fitLogisticScorer(train: PaymentTable, options: LogisticRegressionOptions): Scorer {
  return scorerOf(fitLogisticRegression(train, options))
}

/** Log-odds as they were learnt, see {@link balanceOffset}. @throws SluiceError as `fitTrees` */
export function fitTreeScorer(all: PaymentTable, { balance, ...options }: TreeScorerOptions): Scorer {
  const { fraudWeight, keptShare } = balance
  const train = undersample(all, keptShare, options.seed)
  const { labels } = train
  const weights = labels.map((label) => (label === 1 ? fraudWeight : 1))
  const objective = treeObjective({ kind: 'binary', labels, ...(fraudWeight === 1 ? {} : { weights }) })
  return scorerOf(new TreeModel(fitTrees(train, objective, options)))
}

interface RowScores {
  scoreRows(rows: Float64Array, rowCount: number, out: Float64Array): void
}

function scorerOf(model: RowScores): Scorer {
  return ({ rows, rowCount }) => {
    const scores = new Float64Array(rowCount)
    model.scoreRows(rows, rowCount, scores)
    return scores
  }
}

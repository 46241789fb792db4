import type { RowRange, TreeObjective } from '../tree-training/objective.ts'
import { type ObjectiveData, requireObjectiveData, requireParameter } from './objective-data.ts'
import { percentile, weightedPercentile } from './percentile.ts'

/**
 * Numbers by the absolute error; leaves become medians of what is left to explain: LightGBM's `regression_l1`.
 *
 * @throws SluiceError as {@link requireObjectiveData}
 */
export function absoluteObjective(options: ObjectiveData): TreeObjective {
  const { labels, weights } = options
  requireObjectiveData(options)
  return {
    text: 'regression_l1',
    rowCount: labels.length,
    scoresPerRow: 1,
    ...leavesAtQuantile(options, 0.5),
    gradients(scores, gradients, hessians, range: RowRange = { from: 0, to: labels.length }) {
      for (let row = range.from; row < range.to; row++) {
        const weight = weights === undefined ? 1 : weights[row]!
        gradients[row] = Math.sign(scores[row]! - labels[row]!) * weight
        hessians[row] = weight
      }
    },
    recipe: { ...options, kind: 'regression_l1' },
  }
}

export interface QuantileOptions extends ObjectiveData {
  /** Which quantile, strictly between 0 and 1; 0.9 when absent, as LightGBM's `alpha`. */
  readonly share?: number | undefined
}

const DEFAULT_SHARE = 0.9

/**
 * The number below which a given share of labels lies, by the pinball loss; leaves become that quantile of what is left
 * to explain: LightGBM's `quantile`.
 *
 * @throws SluiceError as {@link requireObjectiveData}
 */
export function quantileObjective(options: QuantileOptions): TreeObjective {
  const { labels, weights, share = DEFAULT_SHARE } = options
  requireObjectiveData(options)
  requireParameter(share > 0 && share < 1, 'share of the quantile', 'a number between 0 and 1', share)
  return {
    text: 'quantile',
    rowCount: labels.length,
    scoresPerRow: 1,
    ...leavesAtQuantile(options, share),
    gradients(scores, gradients, hessians, range: RowRange = { from: 0, to: labels.length }) {
      for (let row = range.from; row < range.to; row++) {
        const weight = weights === undefined ? 1 : weights[row]!
        gradients[row] = (scores[row]! >= labels[row]! ? 1 - share : -share) * weight
        hessians[row] = weight
      }
    },
    recipe: { ...options, kind: 'quantile' },
  }
}

/** Start and leaves at a quantile: the Newton step of a loss without curvature says little. */
function leavesAtQuantile(
  { labels, weights }: ObjectiveData,
  share: number,
): Required<Pick<TreeObjective, 'initialScores' | 'renewLeaf'>> {
  const quantile = (values: Float64Array, ofValues: Float64Array | undefined): number =>
    ofValues ? weightedPercentile(values, ofValues, share) : percentile(values, share)
  return {
    initialScores: () => Float64Array.of(quantile(labels.slice(), weights)),
    renewLeaf(rows, scores) {
      const residuals = new Float64Array(rows.length)
      for (let i = 0; i < rows.length; i++) residuals[i] = labels[rows[i]!]! - scores[rows[i]!]!
      return quantile(residuals, weights && Float64Array.from(rows, (row) => weights[row]!))
    },
  }
}

import { logOdds } from '../logistic-function.ts'
import type { RowRange, TreeObjective } from '../tree-training/objective.ts'
import {
  meanLabel,
  type ObjectiveData,
  oneClassOnly,
  requireLabelsThat,
  requireObjectiveData,
} from './objective-data.ts'

/** Keeps the log-odds of a base rate finite, as LightGBM does. */
const SMALLEST_RATE = 1e-15

/**
 * Soft labels from 0 to 1 by cross-entropy: LightGBM's `cross_entropy`. Labels that are 0 or 1 throughout are fine.
 *
 * @throws SluiceError `OUT_OF_RANGE` at a label outside, `ONE_CLASS_ONLY` when all labels are 0 or all are 1, and as
 * {@link requireObjectiveData}
 */
export function crossEntropyObjective(options: ObjectiveData): TreeObjective {
  const { labels, weights } = options
  requireObjectiveData(options)
  requireLabelsThat(labels, (label) => label >= 0 && label <= 1, 'a number from 0 to 1')
  const baseRate = meanLabel(options)
  if (baseRate === 0 || baseRate === 1) throw oneClassOnly('labels of both sides', baseRate)
  const startRate = Math.min(Math.max(baseRate, SMALLEST_RATE), 1 - SMALLEST_RATE)
  return {
    text: 'cross_entropy',
    rowCount: labels.length,
    scoresPerRow: 1,
    initialScores: () => Float64Array.of(logOdds(startRate)),
    gradients(scores, gradients, hessians, range: RowRange = { from: 0, to: labels.length }) {
      for (let row = range.from; row < range.to; row++) {
        const weight = weights === undefined ? 1 : weights[row]!
        // e^-|s| never overflows: p is 1 / (1 + e) on one side and e / (1 + e) on the other.
        const e = Math.exp(-Math.abs(scores[row]!))
        const probability = (scores[row]! >= 0 ? 1 : e) / (1 + e)
        gradients[row] = (probability - labels[row]!) * weight
        hessians[row] = (e / ((1 + e) * (1 + e))) * weight
      }
    },
    recipe: { ...options, kind: 'cross_entropy' },
    kernel: {
      kind: 'logistic',
      targets: Float32Array.from(labels),
      ...(weights ? { weights: Float32Array.from(weights) } : {}),
    },
  }
}

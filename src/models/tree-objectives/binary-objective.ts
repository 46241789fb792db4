import { logOdds } from '../logistic-function.ts'
import type { RowRange, TreeObjective } from '../tree-training/objective.ts'
import {
  meanLabel,
  type ObjectiveData,
  oneClassOnly,
  requireLabelsThat,
  requireObjectiveData,
  requireParameter,
} from './objective-data.ts'

export interface BinaryOptions extends ObjectiveData {
  /** Steepness of the logistic function between score and probability; 1 when absent. */
  readonly sigmoid?: number | undefined
  /** What a positive row weighs on top of its own weight; 1 when absent. */
  readonly positiveWeight?: number | undefined
  /** Weighs the rarer class so that both count as many rows; not together with `positiveWeight`. */
  readonly balanced?: boolean | undefined
}

/**
 * Two classes, labels 0 and 1, by the logistic loss: LightGBM's `binary` with its `sigmoid`, `scale_pos_weight`
 * (`positiveWeight`) and `is_unbalance` (`balanced`). Boosting starts from the log-odds of the weighted base rate.
 *
 * @throws SluiceError `ONE_CLASS_ONLY`, `OUT_OF_RANGE` at another label, and as {@link requireObjectiveData}
 */
export function binaryObjective(options: BinaryOptions): TreeObjective {
  const { labels, sigmoid = 1, positiveWeight = 1, balanced = false } = options
  requireObjectiveData(options)
  requireParameter(sigmoid > 0, 'sigmoid', 'a number above 0', sigmoid)
  requireParameter(positiveWeight > 0, 'positive weight', 'a number above 0', positiveWeight)
  requireParameter(!balanced || positiveWeight === 1, 'positive weight', '1 when classes are balanced', positiveWeight)
  requireLabelsThat(labels, (label) => label === 0 || label === 1, '0 or 1; for shares in between use cross-entropy')
  const baseRate = meanLabel(options)
  if (baseRate === 0 || baseRate === 1) throw oneClassOnly('both classes', baseRate)
  const weights = classWeighted(options, balanced, positiveWeight)
  return {
    text: `binary sigmoid:${sigmoid}`,
    rowCount: labels.length,
    scoresPerRow: 1,
    initialScores: () => Float64Array.of(logOdds(baseRate) / sigmoid),
    gradients(scores, gradients, hessians, range: RowRange = { from: 0, to: labels.length }) {
      for (let row = range.from; row < range.to; row++) {
        const sign = labels[row] === 1 ? sigmoid : -sigmoid
        const pull = sigmoid / (1 + Math.exp(sign * scores[row]!))
        const weight = weights[row]!
        gradients[row] = (sign > 0 ? -pull : pull) * weight
        hessians[row] = pull * (sigmoid - pull) * weight
      }
    },
    recipe: { ...options, kind: 'binary' },
    kernel: { kind: 'logistic', targets: new Float32Array(labels), weights, steepness: sigmoid },
  }
}

/** Shape (rows,): row weights times class weights. Balancing counts rows, as LightGBM does, and not their weights. */
function classWeighted({ labels, weights }: ObjectiveData, balanced: boolean, positiveWeight: number): Float32Array {
  const positives = labels.reduce((count, label) => count + label, 0)
  const negatives = labels.length - positives
  const ofNegative = balanced ? Math.max(1, positives / negatives) : 1
  const ofPositive = balanced ? Math.max(1, negatives / positives) : positiveWeight
  const all = new Float32Array(labels.length)
  for (let row = 0; row < labels.length; row++) {
    all[row] = (weights === undefined ? 1 : weights[row]!) * (labels[row] === 1 ? ofPositive : ofNegative)
  }
  return all
}

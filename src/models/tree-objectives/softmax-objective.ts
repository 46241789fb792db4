import type { RowRange, TreeObjective } from '../tree-training/objective.ts'
import {
  type ObjectiveData,
  oneClassOnly,
  requireLabelsThat,
  requireObjectiveData,
  requireParameter,
} from './objective-data.ts'

/** Keeps the logarithm of the share of a class without rows finite, as LightGBM does. */
const SMALLEST_SHARE = 1e-15

export interface SoftmaxOptions extends ObjectiveData {
  readonly classCount: number
  /** Shape (classCount,), at least 0: what a row of each class weighs on top of its own weight; absent means 1 each. */
  readonly classWeights?: readonly number[] | undefined
}

/**
 * Several classes, labels 0 to `classCount - 1`, by the softmax likelihood: LightGBM's `multiclass`, with its second
 * derivative p (1 - p) K / (K - 1). Boosting starts from the logarithms of the shares of the classes.
 *
 * @throws SluiceError `OUT_OF_RANGE` at another label or fewer than two classes, `ONE_CLASS_ONLY`, and as
 * {@link requireObjectiveData}
 */
export function softmaxObjective(options: SoftmaxOptions): TreeObjective {
  const { labels, classCount } = options
  requireObjectiveData(options)
  requireParameter(Number.isInteger(classCount) && classCount > 1, 'number of classes', 'at least 2', classCount)
  requireLabelsThat(
    labels,
    (label) => Number.isInteger(label) && label >= 0 && label < classCount,
    expected(classCount),
  )
  const weights = classWeighted(options)
  requireObjectiveData({ labels, weights })
  const shares = classShares(labels, weights, classCount)
  if (shares.some((share) => share === 1)) throw oneClassOnly('several classes', shares.indexOf(1))
  const rowCount = labels.length
  return {
    text: `multiclass num_class:${classCount}`,
    rowCount,
    scoresPerRow: classCount,
    initialScores: () => shares.map((share) => Math.log(Math.max(SMALLEST_SHARE, share))),
    gradients(scores, gradients, hessians, range: RowRange = { from: 0, to: rowCount }) {
      const powers = new Float64Array(classCount)
      const factor = classCount / (classCount - 1)
      for (let row = range.from; row < range.to; row++) {
        const sum = fillPowers(scores, row, rowCount, powers)
        for (let index = 0; index < classCount; index++) {
          const probability = powers[index]! / sum
          const at = index * rowCount + row
          gradients[at] = (labels[row] === index ? probability - 1 : probability) * weights[row]!
          hessians[at] = factor * probability * (1 - probability) * weights[row]!
        }
      }
    },
    recipe: { ...options, kind: 'multiclass' },
  }
}

/** e^(score - largest score) of every class of a row; returns their sum. */
function fillPowers(scores: Float64Array, row: number, rowCount: number, powers: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY
  for (let index = 0; index < powers.length; index++) largest = Math.max(largest, scores[index * rowCount + row]!)
  let sum = 0
  for (let index = 0; index < powers.length; index++) {
    powers[index] = Math.exp(scores[index * rowCount + row]! - largest)
    sum += powers[index]!
  }
  return sum
}

function classWeighted({ labels, weights, classCount, classWeights }: SoftmaxOptions): Float64Array {
  const fits = classWeights === undefined || classWeights.length === classCount
  requireParameter(fits, 'class weights', `${classCount} numbers`, classWeights?.length)
  const sound = classWeights === undefined || classWeights.every((weight) => weight >= 0 && Number.isFinite(weight))
  requireParameter(sound, 'class weights', 'numbers of at least 0', classWeights)
  return Float64Array.from(labels, (label, row) => (weights?.[row] ?? 1) * (classWeights?.[label] ?? 1))
}

function classShares(labels: Float64Array, weights: Float64Array, classCount: number): Float64Array {
  const shares = new Float64Array(classCount)
  let total = 0
  for (let row = 0; row < labels.length; row++) {
    shares[labels[row]!]! += weights[row]!
    total += weights[row]!
  }
  return shares.map((share) => share / total)
}

function expected(classCount: number): string {
  return `a whole number from 0 to ${classCount - 1}`
}

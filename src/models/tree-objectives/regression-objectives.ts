import type { RowRange, TreeObjective } from '../tree-training/objective.ts'
import {
  meanLabel,
  type ObjectiveData,
  requireLabelsThat,
  requireObjectiveData,
  requireParameter,
} from './objective-data.ts'

/** Where the Huber loss turns from square to straight when nothing is said, LightGBM's `alpha`. */
const HUBER_DELTA = 0.9
/** Added to the score in Poisson's second derivative, so that steps stay short; LightGBM's `poisson_max_delta_step`. */
const POISSON_CAUTION = 0.7

/**
 * Numbers by the squared error (half of it, so that the gradient is the error): LightGBM's `regression`.
 *
 * @throws SluiceError as {@link requireObjectiveData}
 */
export function squaredObjective(options: ObjectiveData): TreeObjective {
  const { labels, weights } = options
  requireObjectiveData(options)
  return {
    text: 'regression',
    rowCount: labels.length,
    scoresPerRow: 1,
    initialScores: () => Float64Array.of(meanLabel(options)),
    gradients(scores, gradients, hessians, range: RowRange = { from: 0, to: labels.length }) {
      for (let row = range.from; row < range.to; row++) {
        const weight = weights === undefined ? 1 : weights[row]!
        gradients[row] = (scores[row]! - labels[row]!) * weight
        hessians[row] = weight
      }
    },
    recipe: { ...options, kind: 'regression' },
    kernel: {
      kind: 'squared',
      targets: new Float32Array(labels),
      ...(weights ? { weights: new Float32Array(weights) } : {}),
    },
  }
}

export interface HuberOptions extends ObjectiveData {
  /** Errors beyond this pull no stronger; 0.9 when absent. */
  readonly delta?: number | undefined
}

/**
 * Numbers by the Huber loss, square up to `delta` and straight beyond: LightGBM's `huber`, with its second derivative
 * of 1 everywhere.
 *
 * @throws SluiceError as {@link requireObjectiveData}
 */
export function huberObjective(options: HuberOptions): TreeObjective {
  const { labels, weights, delta = HUBER_DELTA } = options
  requireObjectiveData(options)
  requireParameter(delta > 0 && Number.isFinite(delta), 'delta of the Huber loss', 'a number above 0', delta)
  return {
    text: 'huber',
    rowCount: labels.length,
    scoresPerRow: 1,
    initialScores: () => Float64Array.of(meanLabel(options)),
    gradients(scores, gradients, hessians, range: RowRange = { from: 0, to: labels.length }) {
      for (let row = range.from; row < range.to; row++) {
        const weight = weights === undefined ? 1 : weights[row]!
        gradients[row] = Math.min(delta, Math.max(-delta, scores[row]! - labels[row]!)) * weight
        hessians[row] = weight
      }
    },
    recipe: { ...options, kind: 'huber' },
  }
}

/**
 * Counts by the Poisson likelihood; the score is the logarithm of the mean: LightGBM's `poisson`.
 *
 * @throws SluiceError `OUT_OF_RANGE` at a negative label or when all are 0, and as {@link requireObjectiveData}
 */
export function poissonObjective(options: ObjectiveData): TreeObjective {
  const { labels, weights } = options
  requireObjectiveData(options)
  requireLabelsThat(labels, (label) => label >= 0, 'a count of at least 0')
  const mean = meanLabel(options)
  requireParameter(mean > 0, 'labels', 'a count above 0 with a weight above 0', 'none')
  const caution = Math.exp(POISSON_CAUTION)
  return {
    text: 'poisson',
    rowCount: labels.length,
    scoresPerRow: 1,
    initialScores: () => Float64Array.of(Math.log(mean)),
    gradients(scores, gradients, hessians, range: RowRange = { from: 0, to: labels.length }) {
      for (let row = range.from; row < range.to; row++) {
        const weight = weights === undefined ? 1 : weights[row]!
        const expected = Math.exp(scores[row]!)
        gradients[row] = (expected - labels[row]!) * weight
        hessians[row] = expected * caution * weight
      }
    },
    recipe: { ...options, kind: 'poisson' },
  }
}

import { SluiceError } from '../../foundation/index.ts'
import { requireLabels } from '../row-examples.ts'

/** What every objective is told about the rows. */
export interface ObjectiveData {
  /** Shape (rows,). */
  readonly labels: Float64Array
  /** Shape (rows,), at least 0; absent means 1 each. */
  readonly weights?: Float64Array | undefined
}

/**
 * Refuses labels and weights that nothing can be fitted to.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without a row that weighs something, `SHAPE_MISMATCH`, `NOT_FINITE`,
 * `OUT_OF_RANGE` at a negative weight
 */
export function requireObjectiveData({ labels, weights }: ObjectiveData): void {
  requireLabels(labels, weights, labels.length)
  if (labels.length > 0 && (weights === undefined || weights.some((weight) => weight > 0))) return
  throw new SluiceError('NO_TRAINING_DATA', 'training rows: expected a row with a weight above 0, got none')
}

/** Refuses a parameter. @throws SluiceError `OUT_OF_RANGE` */
export function requireParameter(holds: boolean, name: string, expected: string, got: unknown): void {
  if (holds) return
  throw new SluiceError('OUT_OF_RANGE', `${name}: expected ${expected}, got ${String(got)}`)
}

/** Refuses labels that the objective does not know. @throws SluiceError `OUT_OF_RANGE` */
export function requireLabelsThat(labels: Float64Array, holds: (label: number) => boolean, expected: string): void {
  const row = labels.findIndex((label) => !holds(label))
  if (row < 0) return
  throw new SluiceError('OUT_OF_RANGE', `label of row ${row}: expected ${expected}, got ${labels[row]}`)
}

/** The error at labels that leave nothing to tell apart. */
export function oneClassOnly(expected: string, got: unknown): SluiceError {
  return new SluiceError(
    'ONE_CLASS_ONLY',
    `labels: expected ${expected}, got only ${String(got)}; gather examples of the other class`,
  )
}

/** The mean of the labels by weight, summed in the order of the rows. */
export function meanLabel({ labels, weights }: ObjectiveData): number {
  let sum = 0
  let total = 0
  for (let row = 0; row < labels.length; row++) {
    const weight = weights === undefined ? 1 : weights[row]!
    sum += weight * labels[row]!
    total += weight
  }
  return sum / total
}

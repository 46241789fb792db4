import type { SmoothObjective } from './limited-memory-bfgs.ts'
import { logistic, logisticLoss } from './logistic-function.ts'
import type { SparseExamples } from './sparse-rows.ts'

/**
 * Examples with only the columns that occur: a feature that no row has keeps weight 0 at the optimum of an L2
 * penalty, so that a hashed space of a million costs what its words cost.
 */
export interface CompactExamples {
  readonly examples: SparseExamples
  /** Shape (compact feature count,): the original number of each column, ascending. */
  readonly originals: Uint32Array
}

export function compactColumns(examples: SparseExamples): CompactExamples {
  const compactOf = new Int32Array(examples.featureCount).fill(-1)
  for (const index of examples.indices) compactOf[index] = 0
  let featureCount = 0
  for (let feature = 0; feature < compactOf.length; feature++) {
    if (compactOf[feature] === 0) compactOf[feature] = featureCount++
  }
  const originals = new Uint32Array(featureCount)
  compactOf.forEach((compact, feature) => {
    if (compact >= 0) originals[compact] = feature
  })
  const indices = examples.indices.map((index) => compactOf[index]!)
  return { examples: { ...examples, featureCount, indices }, originals }
}

/**
 * The weighted logistic loss plus `l2` / 2 times the squared coefficients, as a function of the coefficients
 * (shape (featureCount,)) followed by the intercept, which is not penalised.
 */
export function sparseLogisticObjective(examples: SparseExamples, l2: number): SmoothObjective {
  const { rowCount, featureCount } = examples
  return {
    dimension: featureCount + 1,
    evaluate(point, gradient) {
      let value = 0
      for (let feature = 0; feature < featureCount; feature++) {
        value += (l2 / 2) * point[feature]! * point[feature]!
        gradient[feature] = l2 * point[feature]!
      }
      gradient[featureCount] = 0
      for (let row = 0; row < rowCount; row++) value += addRow(examples, row, point, gradient)
      return value
    },
  }
}

function addRow(examples: SparseExamples, row: number, point: Float64Array, gradient: Float64Array): number {
  const { starts, indices, values, labels, weights, featureCount } = examples
  const [start, end] = [starts[row]!, starts[row + 1]!]
  let score = point[featureCount]!
  for (let entry = start; entry < end; entry++) score += values[entry]! * point[indices[entry]!]!
  const weight = weights === undefined ? 1 : weights[row]!
  const residual = weight * (logistic(score) - labels[row]!)
  gradient[featureCount]! += residual
  for (let entry = start; entry < end; entry++) gradient[indices[entry]!]! += residual * values[entry]!
  return weight * logisticLoss(score, labels[row]!)
}

/** Divides in place by the diagonal of the objective's Hessian where all coefficients are 0. */
export function diagonalPreconditioner(
  examples: SparseExamples,
  l2: number,
  baseRate: number,
): (vector: Float64Array) => void {
  const { rowCount, featureCount, starts, indices, values, weights } = examples
  const diagonal = new Float64Array(featureCount + 1).fill(l2)
  diagonal[featureCount] = 0
  for (let row = 0; row < rowCount; row++) {
    const factor = (weights === undefined ? 1 : weights[row]!) * baseRate * (1 - baseRate)
    diagonal[featureCount]! += factor
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry++) {
      diagonal[indices[entry]!]! += factor * values[entry]! * values[entry]!
    }
  }
  return (vector) => {
    for (let index = 0; index < vector.length; index++) vector[index]! /= diagonal[index]!
  }
}

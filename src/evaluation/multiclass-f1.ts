import { SluiceError } from '../foundation/index.ts'
import { requireRows, requireSameLength } from './checked-inputs.ts'
import { fScore } from './confusion.ts'

/**
 * Counts of rows by true class and called class.
 *
 * @param labels - shape (n,), classes from 0
 * @param calls - shape (n,), classes from 0
 * @returns shape (classCount * classCount,), row-major, one row a true class
 * @throws SluiceError `SHAPE_MISMATCH`; `INVALID_ARGUMENT` without a row or at a class that is not below `classCount`
 */
export function multiclassConfusion(labels: Int32Array, calls: Int32Array, classCount: number): Float64Array {
  requireSameLength('confusion', labels, calls)
  requireRows('confusion', labels)
  const table = new Float64Array(classCount * classCount)
  for (let row = 0; row < labels.length; row++) {
    const label = requireClass(labels[row]!, classCount)
    const call = requireClass(calls[row]!, classCount)
    table[label * classCount + call]!++
  }
  return table
}

/** F1 of every class against the rest, shape (classCount,); 0 for a class that is neither true nor called anywhere. */
export function f1ByClass(table: Float64Array): Float64Array {
  const classCount = Math.sqrt(table.length)
  return new Float64Array(classCount).map((_, index) => {
    const truePositive = table[index * classCount + index]!
    const falseNegative = classSize(table, index) - truePositive
    const called = table.reduce((sum, count, cell) => (cell % classCount === index ? sum + count : sum), 0)
    return fScore({ truePositive, falseNegative, falsePositive: called - truePositive, trueNegative: 0 })
  })
}

/**
 * Mean F1 of the classes, each counting the same however rare it is; classes that are neither true nor called anywhere
 * are left out.
 *
 * @param table - as {@link multiclassConfusion} gives it
 * @returns in [0, 1]
 */
export function macroF1(table: Float64Array): number {
  const classCount = Math.sqrt(table.length)
  const present = f1ByClass(table).filter((_, index) =>
    table.some((count, cell) => count > 0 && (Math.floor(cell / classCount) === index || cell % classCount === index)),
  )
  return present.reduce((sum, value) => sum + value, 0) / present.length
}

/**
 * Mean F1 of the classes, weighted by how many rows truly are of each.
 *
 * @param table - as {@link multiclassConfusion} gives it
 * @returns in [0, 1]
 */
export function weightedF1(table: Float64Array): number {
  const rows = table.reduce((sum, count) => sum + count, 0)
  return f1ByClass(table).reduce((sum, value, index) => sum + value * classSize(table, index), 0) / rows
}

function classSize(table: Float64Array, index: number): number {
  const classCount = Math.sqrt(table.length)
  return table.subarray(index * classCount, (index + 1) * classCount).reduce((sum, count) => sum + count, 0)
}

function requireClass(value: number, classCount: number): number {
  if (value >= 0 && value < classCount) return value
  throw new SluiceError('INVALID_ARGUMENT', `confusion: expected classes from 0 to ${classCount - 1}, got ${value}`)
}

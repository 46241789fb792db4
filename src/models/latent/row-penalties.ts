import type { SparseRows } from '../interaction-rows.ts'
import type { AlsOptions } from './als-options.ts'

/** What {@link rowPenalty} depends on. */
export type PenaltyOptions = Pick<AlsOptions, 'l2' | 'frequencyExponent' | 'alpha'>

/**
 * The penalty of every row, shape (rowCount,), and the mean confidence that they are relative to.
 *
 * @see Rendle et al. 2021, Revisiting the performance of iALS on item recommendation benchmarks, section 3.3; taken
 * here relative to the mean of a side, so that `l2` means the same for every exponent.
 */
export function rowPenalties(rows: SparseRows, options: PenaltyOptions): { penalties: Float64Array; mean: number } {
  const { rowCount, columnCount, starts, values } = rows
  const confidences = new Float64Array(rowCount).fill(columnCount)
  let mean = columnCount
  for (let row = 0; row < rowCount; row++) {
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry++) {
      confidences[row]! += options.alpha * values[entry]!
      mean += (options.alpha * values[entry]!) / rowCount
    }
  }
  return { penalties: confidences.map((confidence) => rowPenalty(confidence, mean, options)), mean }
}

/** The penalty of a row that takes part in so much confidence. */
export function rowPenalty(confidence: number, mean: number, { l2, frequencyExponent }: PenaltyOptions): number {
  return l2 * (confidence / mean) ** frequencyExponent
}

import { randomFrom } from '../../../foundation/index.ts'
import type { PaymentTable } from './week-split.ts'

/** All frauds of a table, and of its other payments a share, drawn one by one. */
export function undersample(table: PaymentTable, keptShare: number, seed: number): PaymentTable {
  if (keptShare === 1) return table
  const random = randomFrom(seed, 'undersample')
  // Drawn for frauds too, so that the draw of a row hangs on its place alone.
  const kept = [...table.labels.keys()].filter((row) => random.uniform() < keptShare || table.labels[row] === 1)
  const { featureCount } = table
  const rows = new Float64Array(kept.length * featureCount)
  for (const [place, row] of kept.entries()) {
    rows.set(table.rows.subarray(row * featureCount, (row + 1) * featureCount), place * featureCount)
  }
  return {
    rowCount: kept.length,
    featureCount,
    rows,
    labels: Float64Array.from(kept, (row) => table.labels[row]!),
    amounts: Float64Array.from(kept, (row) => table.amounts[row]!),
    cards: Int32Array.from(kept, (row) => table.cards[row]!),
    days: Int32Array.from(kept, (row) => table.days[row]!),
  }
}

import type { SparseRows } from './interaction-rows.ts'

/**
 * The items that a model learns: those that were met, or of these the `limit` with the largest counts; ties go to the
 * smaller number.
 *
 * @param counts - shape (items,)
 * @returns item numbers in rising order; the place of a number is its slot
 */
export function itemsToKeep(counts: Float64Array, limit = Number.POSITIVE_INFINITY): Int32Array {
  const met = Int32Array.from(counts.keys()).filter((item) => counts[item]! > 0)
  if (met.length <= limit) return met
  return met
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, limit)
    .sort()
}

/** The slot of every item, -1 where it was not kept. */
export function slotsOfItems(kept: Int32Array, itemCount: number): Int32Array {
  const slots = new Int32Array(itemCount).fill(-1)
  kept.forEach((item, slot) => {
    slots[item] = slot
  })
  return slots
}

/** The rows with columns renumbered to slots, and without those that have none. */
export function keepColumns(rows: SparseRows, slots: Int32Array, slotCount: number): SparseRows {
  const starts = new Uint32Array(rows.rowCount + 1)
  const columns = new Int32Array(rows.columns.length)
  const values = new Float64Array(rows.columns.length)
  let length = 0
  for (let row = 0; row < rows.rowCount; row++) {
    for (let entry = rows.starts[row]!; entry < rows.starts[row + 1]!; entry++) {
      const slot = slots[rows.columns[entry]!]!
      if (slot < 0) continue
      columns[length] = slot
      values[length++] = rows.values[entry]!
    }
    starts[row + 1] = length
  }
  return { ...rows, columnCount: slotCount, starts, columns: columns.slice(0, length), values: values.slice(0, length) }
}

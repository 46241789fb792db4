import type { ColumnReader } from './feature.ts'
import type { RunReader } from './item-run.ts'

/** Reads a column for a run as it is read for one item, one after the other. */
export function rowByRow(read: ColumnReader): RunReader {
  return (frame, { slot, items }, { values, start, stride }) => {
    for (let each = 0, to = start; each < items.length; each++, to += stride) {
      frame.keys[slot] = items[each]!
      values[to] = read(frame)
    }
  }
}

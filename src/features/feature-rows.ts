import type { FeatureSet } from './feature.ts'
import type { FeatureState } from './feature-state.ts'
import { RequestFrame } from './request-frame.ts'

/** Rows that are filled together: what columns read of the same items is then still near. */
const ROWS_A_BLOCK = 64

/**
 * Fills feature rows as of the state's offset. Columns that do not depend on the item are read once a request.
 */
export class FeatureRows {
  readonly width: number
  readonly #itemSlot: number
  readonly #columns: readonly { read: (frame: RequestFrame) => number; perItem: boolean }[]

  /**
   * @param item - the entity that is ranked; undefined when the request itself is scored
   * @throws SluiceError `INVALID_ARGUMENT` when the schema has no such entity
   */
  constructor(set: FeatureSet, state: FeatureState, item?: string) {
    this.#itemSlot = item === undefined ? -1 : new RequestFrame(state.schema).slot(item)
    this.#columns = Object.values(set.features).flatMap((feature) =>
      feature.columns.map((column) => ({
        read: column.open(state),
        perItem: item !== undefined && column.entities.includes(item),
      })),
    )
    this.width = this.#columns.length
  }

  /**
   * Rows of `items` for one request, row-major.
   *
   * @param frame - the moment and the subject; its item key is overwritten
   * @param out - shape (items.length * stride,)
   * @param stride - length of a row in `out`; columns behind the features' own are left alone
   */
  fill(frame: RequestFrame, items: ArrayLike<number>, out: Float64Array, stride = this.width): void {
    for (let start = 0; start < items.length; start += ROWS_A_BLOCK) {
      const end = Math.min(items.length, start + ROWS_A_BLOCK)
      for (let column = 0; column < this.width; column++) {
        const { read, perItem } = this.#columns[column]!
        if (perItem) this.#fillColumn(read, frame, items, out, { start, end, column, stride })
        else if (start === 0) fillWith(read(frame), out, column, items.length, stride)
      }
    }
  }

  #fillColumn(
    read: (frame: RequestFrame) => number,
    frame: RequestFrame,
    items: ArrayLike<number>,
    out: Float64Array,
    { start, end, column, stride }: { start: number; end: number; column: number; stride: number },
  ): void {
    const slot = this.#itemSlot
    for (let row = start, at = start * stride + column; row < end; row++, at += stride) {
      frame.keys[slot] = items[row]!
      out[at] = read(frame)
    }
  }
}

function fillWith(value: number, out: Float64Array, column: number, count: number, stride: number): void {
  for (let row = 0; row < count; row++) out[row * stride + column] = value
}

import type { FeatureSet } from './feature.ts'
import type { FeatureState } from './feature-state.ts'
import type { ItemRun, RunReader } from './item-run.ts'
import { RequestFrame } from './request-frame.ts'

/**
 * Fills feature rows as of the state's offset. Columns that do not depend on the item are read once a request.
 */
export class FeatureRows {
  readonly width: number
  readonly #itemSlot: number
  readonly #columns: readonly {
    read: (frame: RequestFrame) => number
    readRun: RunReader | undefined
    perItem: boolean
  }[]

  /**
   * @param item - the entity that is ranked; undefined when the request itself is scored
   * @param wants - whether a column of the set is in the rows; absent means that all are
   * @throws SluiceError `INVALID_ARGUMENT` when the schema has no such entity
   */
  constructor(set: FeatureSet, state: FeatureState, item?: string, wants?: (columnName: string) => boolean) {
    this.#itemSlot = item === undefined ? -1 : new RequestFrame(state.schema).slot(item)
    this.#columns = Object.values(set.features)
      .flatMap(({ columns }) => columns)
      .filter((_, index) => wants === undefined || wants(set.columnNames[index]!))
      .map((column) => ({
        read: column.open(state),
        readRun: column.openRun?.(state),
        perItem: item !== undefined && column.entities.includes(item),
      }))
    this.width = this.#columns.length
  }

  /**
   * Rows of `items` for one request, row-major.
   *
   * @param frame - the moment and the subject; its item key is overwritten
   * @param out - shape (items.length * stride,)
   * @param stride - length of a row in `out`; columns behind the features' own are left alone
   * @param known - 1 for a column that is there already and is left alone
   */
  fill(
    frame: RequestFrame,
    items: ArrayLike<number>,
    out: Float64Array,
    stride = this.width,
    known?: Uint8Array | undefined,
  ): void {
    const count = items.length
    const run: ItemRun = {
      slot: this.#itemSlot,
      items: items instanceof Int32Array ? items : Int32Array.from(items),
    }
    const target = { values: out, start: 0, stride }
    for (let column = 0; column < this.width; column++) {
      if (known?.[column] === 1) continue
      const { read, readRun, perItem } = this.#columns[column]!
      if (perItem && readRun !== undefined) {
        target.start = column
        readRun(frame, run, target)
        continue
      }
      if (!perItem) {
        const value = read(frame)
        for (let row = 0; row < count; row++) out[row * stride + column] = value
        continue
      }
      for (let row = 0; row < count; row++) {
        frame.keys[this.#itemSlot] = items[row]!
        out[row * stride + column] = read(frame)
      }
    }
  }
}

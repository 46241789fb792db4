import type { Kernels } from '../../foundation/index.ts'
import type { SparseRows } from '../sparse-rows.ts'

/**
 * The sparse rows of a batch in the memory of the kernels, and the same entries by feature, as the step backwards wants
 * them. Features come in the order in which the batch first names them.
 */
export class FeatureLists {
  /** By row: where its entries begin, and one more. */
  readonly starts: Uint32Array
  readonly indices: Uint32Array
  readonly values: Float32Array
  /** By feature: its number, where its entries begin, and for each entry its row and value. */
  readonly features: Uint32Array
  readonly featureStarts: Uint32Array
  readonly featureRows: Uint32Array
  readonly featureValues: Float32Array
  featureCount = 0
  #entries = 0
  /** The place of each feature of the batch in `features`; -1 for all others. */
  readonly #places: Int32Array
  readonly #source: SparseRows

  /** @param capacity - the most rows of a batch */
  constructor({ arena }: Kernels, source: SparseRows, capacity: number) {
    const most = capacity * longestRow(source)
    this.#source = source
    this.starts = arena.uint32s(capacity + 1)
    this.indices = arena.uint32s(most)
    this.values = arena.float32s(most)
    this.features = arena.uint32s(most)
    this.featureStarts = arena.uint32s(most + 1)
    this.featureRows = arena.uint32s(most)
    this.featureValues = arena.float32s(most)
    this.#places = new Int32Array(source.featureCount).fill(-1)
  }

  /**
   * Makes a row of the source the given row of the batch; rows come in order from 0.
   *
   * @param leaveOut - whether an entry of the source is left out
   */
  put(row: number, sourceRow: number, leaveOut: (entry: number) => boolean = keepAll): void {
    const { starts, indices, values } = this.#source
    let entries = this.starts[row]!
    for (let entry = starts[sourceRow]!; entry < starts[sourceRow + 1]!; entry++) {
      if (leaveOut(entry)) continue
      this.indices[entries] = indices[entry]!
      this.values[entries++] = values[entry]!
    }
    this.starts[row + 1] = entries
    this.#entries = entries
  }

  /** Sorts the entries of the first `rowCount` rows by feature. */
  invert(rowCount: number): void {
    const { indices, features, featureStarts, featureRows, featureValues } = this
    this.#countFeatures()
    for (let row = 0; row < rowCount; row++) {
      for (let entry = this.starts[row]!; entry < this.starts[row + 1]!; entry++) {
        const place = this.#places[indices[entry]!]!
        const target = featureStarts[place]!++
        featureRows[target] = row
        featureValues[target] = this.values[entry]!
      }
    }
    // Every start has moved to the next one's.
    for (let place = this.featureCount; place > 0; place--) featureStarts[place] = featureStarts[place - 1]!
    featureStarts[0] = 0
    for (let place = 0; place < this.featureCount; place++) this.#places[features[place]!] = -1
  }

  #countFeatures(): void {
    const { features, featureStarts } = this
    let count = 0
    for (let entry = 0; entry < this.#entries; entry++) {
      const index = this.indices[entry]!
      let place = this.#places[index]!
      if (place < 0) {
        place = count++
        this.#places[index] = place
        features[place] = index
        featureStarts[place] = 0
      }
      featureStarts[place]! += 1
    }
    let start = 0
    for (let place = 0; place < count; place++) {
      const length = featureStarts[place]!
      featureStarts[place] = start
      start += length
    }
    featureStarts[count] = start
    this.featureCount = count
  }
}

function keepAll(): boolean {
  return false
}

function longestRow({ rowCount, starts }: SparseRows): number {
  let longest = 1
  for (let row = 0; row < rowCount; row++) longest = Math.max(longest, starts[row + 1]! - starts[row]!)
  return longest
}

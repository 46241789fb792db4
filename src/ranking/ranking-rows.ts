import { FeatureRows, type FeatureSet, type FeatureState, type RequestFrame } from '../features/index.ts'
import type { Retriever } from '../retrieval/index.ts'

/**
 * The rows a ranker sees: the feature row of every candidate, then what each scoring source says of it. Training and
 * serving fill them here and nowhere else.
 */
export class RankingRows {
  readonly width: number
  readonly columnNames: readonly string[]
  readonly #features: FeatureRows
  readonly #retriever: Retriever

  constructor(set: FeatureSet, state: FeatureState, item: string, retriever: Retriever) {
    this.#features = new FeatureRows(set, state, item)
    this.#retriever = retriever
    this.columnNames = [...set.columnNames, ...retriever.scoreColumnNames]
    this.width = this.columnNames.length
  }

  /**
   * Rows of items for one request.
   *
   * @param out - shape (items.length * width,), row-major
   */
  fill(frame: RequestFrame, subject: number, items: Int32Array, out: Float64Array): void {
    this.#features.fill(frame, items, out, this.width)
    this.#retriever.scoreColumns({ frame, subject }, items, out, { first: this.#features.width, width: this.width })
  }
}

import { FeatureRows, type FeatureSet, type FeatureState, type RequestFrame } from '../features/index.ts'
import type { Retriever } from '../retrieval/index.ts'
import { selectColumns } from './column-selection.ts'

/**
 * The rows a ranker sees: the feature row of every candidate, then what each scoring source says of it. Training and
 * serving fill them here and nowhere else.
 */
export class RankingRows {
  readonly width: number
  readonly columnNames: readonly string[]
  readonly #features: FeatureRows
  readonly #retriever: Retriever
  /** Scoring sources that have a column; undefined when all have. */
  readonly #sources: ReadonlySet<string> | undefined

  /** @param selected - the features, or single columns, of the rows; all when absent */
  constructor(
    set: FeatureSet,
    state: FeatureState,
    item: string,
    retriever: Retriever,
    selected?: readonly string[] | undefined,
  ) {
    const all = rankingColumnNames(set, retriever.scoreColumnNames)
    this.columnNames = Array.from(selectColumns(all, selected), (index) => all[index]!)
    const names = new Set(this.columnNames)
    this.#features = new FeatureRows(set, state, item, selected && ((column) => names.has(column)))
    this.#sources = selected && names
    this.#retriever = retriever
    this.width = this.columnNames.length
  }

  /**
   * Rows of items for one request.
   *
   * @param out - shape (items.length * width,), row-major
   */
  fill(frame: RequestFrame, subject: number, items: Int32Array, out: Float64Array): void {
    this.#features.fill(frame, items, out, this.width)
    this.#retriever.scoreColumns({ frame, subject }, items, out, {
      first: this.#features.width,
      width: this.width,
      columns: this.#sources,
    })
  }
}

/** Names of all columns of a row, in order. */
export function rankingColumnNames(set: FeatureSet, scoreColumnNames: readonly string[]): string[] {
  return [...set.columnNames, ...scoreColumnNames]
}

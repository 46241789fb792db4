import { FeatureRows, type FeatureSet, type FeatureState, type RequestFrame } from '../features/index.ts'
import type { Retriever } from '../retrieval/index.ts'
import { selectColumns } from './column-selection.ts'
import { NEUTRAL_POSITION, POSITION_COLUMN } from './neutral-position.ts'
import type { ExampleSpec } from './ranker.ts'

/** What is said of items beside their features: by scoring sources, or by how they answer a query. */
export type ScoredColumns = Pick<Retriever, 'scoreColumns'> & {
  readonly scoreColumnNames: readonly string[]
}

/** What rows are for. */
export interface RankingRowsOptions {
  /** The entity that is ranked. */
  readonly item: string
  readonly examples: ExampleSpec
  /** The features, or single columns, of the rows; all when absent. */
  readonly selected?: readonly string[] | undefined
}

/**
 * The rows a ranker sees: the feature row of every candidate, then what each scoring source says of it, then the place
 * at which it stood. Training and serving fill them here and nowhere else.
 */
export class RankingRows {
  readonly width: number
  readonly columnNames: readonly string[]
  readonly #features: FeatureRows
  readonly #retriever: ScoredColumns
  /** Scoring sources that have a column; undefined when all have. */
  readonly #sources: ReadonlySet<string> | undefined
  /** -1 when there is none. */
  readonly #positionColumn: number

  constructor(
    set: FeatureSet,
    state: FeatureState,
    retriever: ScoredColumns,
    { item, examples, selected }: RankingRowsOptions,
  ) {
    const all = rankingColumnNames(set, retriever.scoreColumnNames, examples)
    this.columnNames = Array.from(selectColumns(all, selected), (index) => all[index]!)
    const names = new Set(this.columnNames)
    this.#features = new FeatureRows(set, state, item, selected && ((column) => names.has(column)))
    this.#sources = selected && names
    this.#retriever = retriever
    this.#positionColumn = this.columnNames.indexOf(POSITION_COLUMN)
    this.width = this.columnNames.length
  }

  /**
   * Rows of items for one request, or for exposures of one list.
   *
   * @param out - shape (items.length * width,), row-major
   * @param positions - shape (items.length,): where exposures stood; absent for candidates, which stand nowhere yet
   * @param known - 1 for a column that is there already and is left alone
   */
  fill(
    frame: RequestFrame,
    subject: number,
    items: Int32Array,
    out: Float64Array,
    positions?: ArrayLike<number>,
    known?: Uint8Array,
  ): void {
    const { width } = this
    this.#features.fill(frame, items, out, width, known)
    const target = { first: this.#features.width, width, columns: this.#sources, known }
    this.#retriever.scoreColumns({ frame, subject }, items, out, target)
    if (this.#positionColumn < 0 || known?.[this.#positionColumn] === 1) return
    for (let row = 0; row < items.length; row++) {
      out[row * width + this.#positionColumn] = positions?.[row] ?? NEUTRAL_POSITION
    }
  }
}

/** Names of all columns of a row, in order. */
export function rankingColumnNames(
  set: FeatureSet,
  scoreColumnNames: readonly string[],
  examples: ExampleSpec,
): string[] {
  const hasPosition = examples.kind === 'exposures' && examples.position !== undefined
  return [...set.columnNames, ...scoreColumnNames, ...(hasPosition ? [POSITION_COLUMN] : [])]
}

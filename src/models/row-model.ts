/**
 * A fitted model that scores rows of numbers. Rows are dense and row-major: value `j` of row `i` is
 * `rows[i * featureCount + j]`. `NaN` means "not known" and is a state that the model saw in training.
 */
export interface RowModel {
  readonly kind: string
  readonly featureCount: number
  /**
   * Scores of `rowCount` rows into `out`, in the model's raw units (log-odds for a logistic model).
   *
   * @throws SluiceError `SHAPE_MISMATCH` when the widths differ, `NOT_FINITE` at an infinite value
   */
  scoreRows(rows: Float64Array, rowCount: number, out: Float64Array): void
  /** The probability or response that belongs to a raw score. Never decreases. */
  response(score: number): number
  /**
   * How the score of one row (shape (featureCount,)) comes about: `baseline` plus the sum of `contributions`
   * (shape (featureCount,)) is the raw score to 1e-9.
   */
  explain(row: Float64Array): { baseline: number; contributions: Float64Array }
  save(): Uint8Array
}

/** What row models learn from. Everything is read and never written. */
export interface RowExamples {
  /** Shape (rowCount * featureCount,), row-major; `NaN` is missing. */
  readonly rows: Float64Array
  readonly rowCount: number
  readonly featureCount: number
  /** Shape (rowCount,), 0 or 1 for classification. */
  readonly labels: Float64Array
  /** Shape (rowCount,), at least 0; absent means 1 each. */
  readonly weights?: Float64Array | undefined
}

/** Rows in lists: all rows of a list stood before the same person at once, and only their order matters. */
export interface ListExamples extends RowExamples {
  /** Shape (lists + 1,): list `l` has the rows `starts[l]` to `starts[l + 1]` (excluded). */
  readonly starts: Uint32Array
}

import type { RowExamples, RowModel, SparseExamples, SparseRows } from '../models/index.ts'

/** What sparse models have in common. */
interface SparseModel {
  readonly kind: string
  readonly featureCount: number
  scoreRows(rows: SparseRows, out: Float64Array): void
  response(score: number): number
  explain(indices: Uint32Array, values: Float64Array): { baseline: number; contributions: Float64Array }
  save(): Uint8Array
}

/** A sparse model as a row model, for the conformance suite: every cell is an entry, and missing is 0. */
export function sparseAsRowModel(model: SparseModel): RowModel {
  const { kind, featureCount } = model
  return {
    kind,
    featureCount,
    scoreRows: (rows, rowCount, out) => model.scoreRows(sparseRows(rows, rowCount, featureCount), out),
    response: (score) => model.response(score),
    explain(row) {
      const rows = sparseRows(row, 1, featureCount)
      // A short sparse row is no error; a short dense row is, and scoring it says so.
      model.scoreRows(rows, new Float64Array(1))
      return model.explain(rows.indices, rows.values)
    },
    save: () => model.save(),
  }
}

/** Dense examples as sparse ones. */
export function sparseExamples(examples: RowExamples): SparseExamples {
  const { rowCount, featureCount, labels, weights } = examples
  return { ...sparseRows(examples.rows, rowCount, featureCount), labels, weights }
}

function sparseRows(rows: Float64Array, rowCount: number, featureCount: number): SparseRows {
  return {
    rowCount,
    featureCount,
    starts: Uint32Array.from({ length: rowCount + 1 }, (_, row) => row * featureCount),
    indices: Uint32Array.from(rows, (_, entry) => entry % featureCount),
    values: rows.map((value) => (Number.isNaN(value) ? 0 : value)),
  }
}

import { SluiceError } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import { atNeutralPosition } from './neutral-position.ts'
import type { HelpingRanker, RankerExamples } from './ranker.ts'

/**
 * The columns that a list of names stands for, rising: a name is a column, or a feature and with it all its columns.
 *
 * @param features - absent means all columns
 */
export function selectColumns(columnNames: readonly string[], features: readonly string[] | undefined): Int32Array {
  const isSelected = (column: string) => features === undefined || features.some((name) => isOf(name, column))
  return Int32Array.from(columnNames.keys()).filter((index) => isSelected(columnNames[index]!))
}

/** Names that stand for no column. */
export function unknownColumns(columnNames: readonly string[], features: readonly string[] = []): string[] {
  return features.filter((name) => !columnNames.some((column) => isOf(name, column)))
}

function isOf(name: string, column: string): boolean {
  return column === name || column.startsWith(`${name}.`)
}

/** Fits a ranker to the columns that it reads. @returns a model of rows of those columns alone */
export function fitRanker(
  ranker: HelpingRanker,
  columnNames: readonly string[],
  examples: RankerExamples,
  seed: number,
): RowModel {
  const isCorrected = ranker.positions === 'corrected'
  const whole = isCorrected ? atNeutralPosition(examples.rows, columnNames) : examples.rows
  if (ranker.features === undefined) return ranker.fit({ ...examples, rows: whole }, seed)
  const columns = selectColumns(columnNames, ranker.features)
  const rows = new Float64Array(examples.rowCount * columns.length)
  copyColumns(whole, examples.rowCount, columnNames.length, columns, rows)
  return ranker.fit({ ...examples, rows, featureCount: columns.length }, seed)
}

/**
 * Loads what {@link fitRanker} made.
 *
 * @throws SluiceError `MODEL_MISMATCH` when it reads another number of columns; `MODEL_CORRUPT`
 */
export function loadRanker(
  ranker: Pick<HelpingRanker, 'features' | 'load'>,
  columnNames: readonly string[],
  bytes: Uint8Array,
): RowModel {
  const model = ranker.load(bytes)
  const expected = selectColumns(columnNames, ranker.features).length
  if (model.featureCount === expected) return model
  throw new SluiceError(
    'MODEL_MISMATCH',
    `model: expected one of ${expected} columns, got one of ${model.featureCount}; train again`,
  )
}

/** A ranker's model of its own columns as a model of whole rows; the other columns contribute nothing. */
export function overWholeRows(
  ranker: Pick<HelpingRanker, 'features'>,
  columnNames: readonly string[],
  model: RowModel,
): RowModel {
  if (ranker.features === undefined) return model
  return new ModelOfSomeColumns(model, selectColumns(columnNames, ranker.features), columnNames.length)
}

class ModelOfSomeColumns implements RowModel {
  readonly kind: string
  readonly featureCount: number
  readonly #model: RowModel
  readonly #columns: Int32Array

  constructor(model: RowModel, columns: Int32Array, featureCount: number) {
    this.kind = model.kind
    this.featureCount = featureCount
    this.#model = model
    this.#columns = columns
  }

  scoreRows(rows: Float64Array, rowCount: number, out: Float64Array): void {
    const own = new Float64Array(rowCount * this.#columns.length)
    copyColumns(rows, rowCount, this.featureCount, this.#columns, own)
    this.#model.scoreRows(own, rowCount, out)
  }

  response(score: number): number {
    return this.#model.response(score)
  }

  explain(row: Float64Array): { baseline: number; contributions: Float64Array } {
    const columns = this.#columns
    const own = new Float64Array(columns.length)
    copyColumns(row, 1, this.featureCount, columns, own)
    const explained = this.#model.explain(own)
    const contributions = new Float64Array(this.featureCount)
    for (let index = 0; index < columns.length; index++)
      contributions[columns[index]!] = explained.contributions[index]!
    return { baseline: explained.baseline, contributions }
  }

  save(): Uint8Array {
    return this.#model.save()
  }
}

function copyColumns(
  rows: Float64Array,
  rowCount: number,
  width: number,
  columns: Int32Array,
  out: Float64Array,
): void {
  if (rows.length !== rowCount * width) {
    throw new SluiceError('SHAPE_MISMATCH', `rows: expected ${rowCount} x ${width} values, got ${rows.length}`)
  }
  let place = 0
  for (let start = 0; start < rows.length; start += width) {
    for (let index = 0; index < columns.length; index++) out[place++] = rows[start + columns[index]!]!
  }
}

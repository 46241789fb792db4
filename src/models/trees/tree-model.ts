import { SluiceError } from '../../foundation/index.ts'
import { requireRows } from '../row-examples.ts'
import type { RowModel } from '../row-model.ts'
import { type IterationRange, leavesOf } from './predict-trees.ts'
import { sliceIterations } from './slice-iterations.ts'
import { requireSoundEnsemble, type TreeEnsemble } from './tree-ensemble.ts'
import { TreeExplainer } from './tree-explainer.ts'
import { readTreeFile, TREES_KIND, writeTreeFile } from './tree-file.ts'
import { responseOf, type TreeResponse, writeResponses } from './tree-response.ts'
import { TreeScorer } from './tree-scorer.ts'

/** Reads what {@link TreeModel.save} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadTreeModel(bytes: Uint8Array): TreeModel {
  return new TreeModel(readTreeFile(bytes))
}

/**
 * An ensemble of trees as a model of rows. Of several classes, each has a score of its own: the methods in the plural
 * take any number of classes, those of {@link RowModel} one alone.
 *
 * @throws SluiceError `MODEL_CORRUPT` when the ensemble cannot be walked, `MODEL_MISMATCH` when its objective is unknown
 */
export class TreeModel implements RowModel {
  readonly kind = TREES_KIND
  readonly ensemble: TreeEnsemble
  readonly #response: TreeResponse
  #scorer: TreeScorer | undefined
  #explainer: TreeExplainer | undefined

  constructor(ensemble: TreeEnsemble) {
    requireSoundEnsemble(ensemble)
    this.ensemble = ensemble
    this.#response = responseOf(ensemble.objective)
  }

  get featureCount(): number {
    return this.ensemble.featureCount
  }

  get classCount(): number {
    return this.ensemble.classCount
  }

  scoreRows(rows: Float64Array, rowCount: number, out: Float64Array): void {
    this.#requireOneClass('scoreClasses')
    this.scoreClasses(rows, rowCount, out)
  }

  /**
   * Raw scores of every class.
   *
   * @param out - shape (rowCount * classCount,), row-major
   * @throws SluiceError `SHAPE_MISMATCH` when the widths differ, `NOT_FINITE` at an infinite value
   */
  scoreClasses(rows: Float64Array, rowCount: number, out: Float64Array): void {
    requireRows(rows, rowCount, this.featureCount, out.length / this.classCount)
    this.#scorer ??= new TreeScorer(this.ensemble)
    this.#scorer.scoreRows(rows, rowCount, out)
  }

  response(score: number): number {
    this.#requireOneClass('responses')
    return this.#response.kind === 'each' ? this.#response.of(score) : 1
  }

  /**
   * Responses from the raw scores of every class, both of shape (rowCount * classCount,); `out` may be `scores`.
   *
   * @throws SluiceError `SHAPE_MISMATCH`
   */
  responses(scores: Float64Array, rowCount: number, out: Float64Array): void {
    const expected = rowCount * this.classCount
    const got = Math.min(scores.length, out.length)
    if (got < expected) throw shapeMismatch('scores to respond to', expected, got)
    writeResponses(this.#response, scores, rowCount, this.classCount, out)
  }

  /** The leaves in which rows end, counted within each tree: shape (rowCount * treeCount,), row-major. */
  leaves(rows: Float64Array, rowCount: number): Int32Array {
    requireRows(rows, rowCount, this.featureCount, rowCount)
    return leavesOf(this.ensemble, rows, rowCount)
  }

  /** Shapley values against the training rows; see {@link TreeExplainer}. The first call prepares for all that follow. */
  explain(row: Float64Array): { baseline: number; contributions: Float64Array } {
    this.#requireOneClass('contributions')
    const block = this.contributions(row, 1)
    return { baseline: block[this.featureCount]!, contributions: block.slice(0, this.featureCount) }
  }

  /**
   * Shapley values of rows, with the baseline last.
   *
   * @returns shape (rowCount * classCount * (featureCount + 1),), row-major; each block sums to its raw score
   * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`
   */
  contributions(rows: Float64Array, rowCount: number): Float64Array {
    requireRows(rows, rowCount, this.featureCount, rowCount)
    const out = new Float64Array(rowCount * this.classCount * (this.featureCount + 1))
    this.#explain().contributions(rows, rowCount, out)
    return out
  }

  /**
   * Shapley interaction values of one row; see {@link TreeExplainer.interactions}.
   *
   * @returns shape (classCount * (featureCount + 1) * (featureCount + 1),)
   * @throws SluiceError `SHAPE_MISMATCH`, `NOT_FINITE`
   */
  interactions(row: Float64Array): Float64Array {
    requireRows(row, 1, this.featureCount, 1)
    const out = new Float64Array(this.classCount * (this.featureCount + 1) ** 2)
    this.#explain().interactions(row, out)
    return out
  }

  /** The model of some iterations alone. @throws SluiceError `INVALID_ARGUMENT` */
  truncated(range: IterationRange): TreeModel {
    return new TreeModel(sliceIterations(this.ensemble, range))
  }

  save(): Uint8Array {
    return writeTreeFile(this.ensemble)
  }

  #explain(): TreeExplainer {
    this.#explainer ??= new TreeExplainer(this.ensemble)
    return this.#explainer
  }

  #requireOneClass(instead: string): void {
    if (this.classCount === 1) return
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `tree model: expected a model of one score a row, got one of ${this.classCount} classes; use ${instead}`,
    )
  }
}

function shapeMismatch(what: string, expected: number, got: number): SluiceError {
  return new SluiceError('SHAPE_MISMATCH', `${what}: expected ${expected} values, got ${got}; check rows and classes`)
}

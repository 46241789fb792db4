import { assert, type Kernels, openKernels } from '../../foundation/index.ts'
import { divideByIterations } from './predict-trees.ts'
import { BLOCK_ROWS, layOutSeats, type ScoringSeat, scoreBlock } from './scoring-seat.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'

/**
 * Raw scores of an ensemble by compiled functions in a memory of its own: the same as {@link scoreTrees}, to the bit.
 *
 * @remarks A few rows walk down the trees. Many are ranked instead (`assembly/tree-ranks.ts`), 64 at once, unless the
 * trees are so large or split by category so often that walking is faster. 100 trees of 31 leaves over 28 features:
 * about 1.3 us for one row alone, 0.35 us a row in batches (`node bench/tree-scoring.bench.ts`). 24 bytes a node or leaf.
 */
export class TreeScorer {
  readonly #ensemble: TreeEnsemble
  readonly #kernels: Kernels
  readonly #seat: ScoringSeat
  /** Shape (BLOCK_ROWS * featureCount,). */
  readonly #rows: Float64Array
  /** Shape (BLOCK_ROWS * classCount,). */
  readonly #sums: Float64Array

  /** @param ensemble - sound: see {@link requireSoundEnsemble} */
  constructor(ensemble: TreeEnsemble) {
    const kernels = openKernels()
    const [seat] = layOutSeats(kernels, ensemble, BLOCK_ROWS, 1) as [ScoringSeat]
    const { buffer } = kernels.memory
    this.#ensemble = ensemble
    this.#kernels = kernels
    this.#seat = seat
    this.#rows = new Float64Array(buffer, seat.rows, BLOCK_ROWS * ensemble.featureCount)
    this.#sums = new Float64Array(buffer, seat.scores, BLOCK_ROWS * ensemble.classCount)
  }

  /**
   * @param rows - shape (rowCount * featureCount,), row-major; NaN is missing, nothing is infinite
   * @param out - shape (rowCount * classCount,), row-major
   */
  scoreRows(rows: Float64Array, rowCount: number, out: Float64Array): void {
    const { featureCount, classCount, treeCount, averageOutput } = this.#ensemble
    assert(rows.length >= rowCount * featureCount && out.length >= rowCount * classCount, 'rows and scores fit')
    const sums = this.#sums
    for (let from = 0; from < rowCount; from += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, rowCount - from)
      this.#copyIn(rows, from * featureCount, count * featureCount)
      for (let index = 0; index < count * classCount; index++) sums[index] = 0
      scoreBlock(this.#kernels.program, this.#seat, 0, count)
      for (let index = 0; index < count * classCount; index++) out[from * classCount + index] = sums[index]!
    }
    if (averageOutput) divideByIterations(out.subarray(0, rowCount * classCount), treeCount / classCount)
  }

  #copyIn(rows: Float64Array, start: number, length: number): void {
    const target = this.#rows
    // A view costs more than a few numbers.
    if (length <= 512) for (let index = 0; index < length; index++) target[index] = rows[start + index]!
    else target.set(rows.subarray(start, start + length))
  }
}

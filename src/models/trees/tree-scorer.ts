import { assert, type Kernels, openKernels } from '../../foundation/index.ts'
import { divideByIterations } from './predict-trees.ts'
import { BLOCK_ROWS, type ScoringSeat, scoreBlock } from './scoring-seat.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { layOutTrees } from './tree-plan.ts'
import { ZERO_THRESHOLD } from './tree-walk.ts'

/** Fewer rows are scored one by one: eight are walked together, wanted or not. */
const FEW_ROWS = 4

/**
 * Raw scores of an ensemble by compiled walks in a memory of its own: the same as {@link scoreTrees}, to the bit.
 *
 * @remarks 100 trees of 31 leaves over 28 features: about 1.1 us for one row alone, 0.75 us a row in batches
 * (`node bench/tree-scoring.bench.ts`). 16 bytes a node or leaf of memory.
 */
export class TreeScorer {
  readonly #ensemble: TreeEnsemble
  readonly #kernels: Kernels
  /** Shape (BLOCK_ROWS * featureCount,). */
  readonly #rows: Float64Array
  /** Shape (BLOCK_ROWS * classCount,). */
  readonly #sums: Float64Array
  readonly #seat: ScoringSeat
  readonly #leaves: number

  /** @param ensemble - sound: see {@link requireSoundEnsemble} */
  constructor(ensemble: TreeEnsemble) {
    const kernels = openKernels()
    const { arena, program } = kernels
    this.#ensemble = ensemble
    this.#kernels = kernels
    const plan = layOutTrees(kernels, ensemble)
    this.#rows = arena.float64s(BLOCK_ROWS * ensemble.featureCount)
    this.#sums = arena.float64s(BLOCK_ROWS * ensemble.classCount)
    const rowBytes = program.treeRowBytes(ensemble.featureCount, plan.blocks.flags)
    this.#seat = {
      plan: plan.address,
      featureCount: ensemble.featureCount,
      classCount: ensemble.classCount,
      rows: this.#rows.byteOffset,
      scores: this.#sums.byteOffset,
      values: arena.uint8s(BLOCK_ROWS * rowBytes).byteOffset,
    }
    this.#leaves = arena.float64s(ensemble.treeCount + 1).byteOffset
  }

  /**
   * @param rows - shape (rowCount * featureCount,), row-major; NaN is missing, nothing is infinite
   * @param out - shape (rowCount * classCount,), row-major
   */
  scoreRows(rows: Float64Array, rowCount: number, out: Float64Array): void {
    const { featureCount, classCount, treeCount, averageOutput } = this.#ensemble
    assert(rows.length >= rowCount * featureCount && out.length >= rowCount * classCount, 'rows and scores fit')
    for (let from = 0; from < rowCount; from += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, rowCount - from)
      this.#copyIn(rows, from * featureCount, count * featureCount)
      if (count < FEW_ROWS) this.#scoreFew(count)
      else this.#scoreMany(count)
      for (let index = 0; index < count * classCount; index++) out[from * classCount + index] = this.#sums[index]!
    }
    if (averageOutput) divideByIterations(out.subarray(0, rowCount * classCount), treeCount / classCount)
  }

  #copyIn(rows: Float64Array, start: number, length: number): void {
    const target = this.#rows
    // A view costs more than a few numbers.
    if (length <= 512) for (let index = 0; index < length; index++) target[index] = rows[start + index]!
    else target.set(rows.subarray(start, start + length))
  }

  #scoreFew(count: number): void {
    const { program } = this.#kernels
    const { plan, featureCount, classCount, rows, scores, values } = this.#seat
    for (let row = 0; row < count; row++) {
      program.prepareTreeRows(plan, rows + 8 * row * featureCount, 1, ZERO_THRESHOLD, values)
      program.scoreTreeRow(plan, values, this.#leaves, scores + 8 * row * classCount)
    }
  }

  /** Rows that only fill up the last eight are those of an earlier block, or zeros. */
  #scoreMany(count: number): void {
    this.#sums.fill(0)
    scoreBlock(this.#kernels.program, this.#seat, 0, count)
  }
}

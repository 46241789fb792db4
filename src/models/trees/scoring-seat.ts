import type { KernelProgram } from '../../foundation/index.ts'
import { ZERO_THRESHOLD } from './tree-walk.ts'

/** Rows that one thread scores at a time: their values stay in the second-level cache while the trees pass. */
export const BLOCK_ROWS = 256

/** A place from which rows in the memory of the kernels are scored; all of it are addresses and counts. */
export interface ScoringSeat {
  readonly plan: number
  readonly featureCount: number
  readonly classCount: number
  /** Rows as they come, f64, with room up to a multiple of 8. */
  readonly rows: number
  /** Scores of the same rows. */
  readonly scores: number
  /** Scratch for the values of BLOCK_ROWS rows, of this seat alone. */
  readonly values: number
}

/** Scores rows in a block; their scores are 0 before. `from` is a multiple of 8, and so is what is computed from there. */
export function scoreBlock(program: KernelProgram, seat: ScoringSeat, from: number, rowCount: number): void {
  const padded = Math.ceil(rowCount / 8) * 8
  const rows = seat.rows + 8 * from * seat.featureCount
  program.prepareTreeRows(seat.plan, rows, padded, ZERO_THRESHOLD, seat.values)
  program.scoreTreeRows(seat.plan, seat.values, padded, seat.scores + 8 * from * seat.classCount)
}

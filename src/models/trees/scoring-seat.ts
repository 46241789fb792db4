import type { KernelProgram, Kernels } from '../../foundation/index.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { layOutTrees } from './tree-plan.ts'
import { layOutRanks, RANKED_ROWS } from './tree-rank-plan.ts'
import { ZERO_THRESHOLD } from './tree-walk.ts'

/** Rows that one thread scores at a time. */
export const BLOCK_ROWS = 256

/** So few are always walked: the nodes are gone over for 64 rows, wanted or not. */
const FEW_ROWS = 8

/** A place from which rows in the memory of the kernels are scored; all of it are addresses and counts. */
export interface ScoringSeat {
  /** As {@link layOutTrees} and `layOutRanks` have it; 0 for no ranks. */
  readonly plan: number
  readonly rankPlan: number
  readonly featureCount: number
  readonly classCount: number
  /** Rows as they come, f64, with room up to a multiple of 8. */
  readonly rows: number
  /** Scores of the same rows. */
  readonly scores: number
  /** Scratch for RANKED_ROWS rows, of this seat alone. */
  readonly scratch: number
}

/** Lays an ensemble out and opens seats over the same `roomRows` rows. */
export function layOutSeats(kernels: Kernels, ensemble: TreeEnsemble, roomRows: number, count: number): ScoringSeat[] {
  const { arena, program } = kernels
  const { featureCount, classCount } = ensemble
  const plan = layOutTrees(kernels, ensemble)
  const ranks = layOutRanks(kernels, ensemble, plan)
  const walkBytes = RANKED_ROWS * program.treeRowBytes(featureCount, plan.blocks.flags)
  const shared = {
    plan: plan.address,
    rankPlan: ranks?.address ?? 0,
    featureCount,
    classCount,
    rows: arena.float64s(roomRows * featureCount).byteOffset,
    scores: arena.float64s(roomRows * classCount).byteOffset,
  }
  return Array.from({ length: count }, () => {
    return { ...shared, scratch: arena.uint8s(Math.max(walkBytes, ranks?.scratchBytes ?? 0)).byteOffset }
  })
}

/** Adds the scores of some rows of a seat to what is there; `from` is a multiple of 8. */
export function scoreBlock(program: KernelProgram, seat: ScoringSeat, from: number, rowCount: number): void {
  for (let start = from; start < from + rowCount; start += RANKED_ROWS) {
    const count = Math.min(RANKED_ROWS, from + rowCount - start)
    const rows = seat.rows + 8 * start * seat.featureCount
    const scores = seat.scores + 8 * start * seat.classCount
    if (seat.rankPlan !== 0 && count > FEW_ROWS) {
      program.scoreTreeRanks(seat.rankPlan, rows, count, seat.scratch, scores)
    } else {
      program.prepareTreeRows(seat.plan, rows, count, ZERO_THRESHOLD, seat.scratch)
      program.scoreTreeRows(seat.plan, seat.scratch, count, scores)
    }
  }
}

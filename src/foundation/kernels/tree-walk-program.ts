/**
 * The compiled functions of `assembly/tree-walks.ts`, `assembly/tree-ranks.ts` and `assembly/tree-shares.ts`, which say
 * what they take.
 */
export interface TreeWalkProgram {
  treeRowBytes(width: number, blocks: number): number
  prepareTreeRows(plan: number, rows: number, rowCount: number, zero: number, values: number): void
  treeSlotBytes(pointCount: number): number
  addTreeShares(
    forks: number,
    forkCount: number,
    rule: number,
    pointCount: number,
    values: number,
    slots: number,
    parts: number,
    targets: number,
    out: number,
  ): void
  scoreTreeRanks(plan: number, rows: number, rowCount: number, scratch: number, out: number): void
  scoreTreeRows(plan: number, values: number, rowCount: number, out: number): void
}

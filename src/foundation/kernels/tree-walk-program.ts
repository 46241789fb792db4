/** The compiled functions of `assembly/tree-walks.ts`; a plan holds the trees as written there. */
export interface TreeWalkProgram {
  treeRowBytes(width: number, hasZeros: number): number
  prepareTreeRows(plan: number, rows: number, rowCount: number, zero: number, values: number): void
  scoreTreeRow(plan: number, values: number, leaves: number, out: number): void
  scoreTreeRows(plan: number, values: number, rowCount: number, out: number): void
}

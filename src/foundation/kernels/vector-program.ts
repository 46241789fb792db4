/**
 * The compiled functions of vector indexes; `assembly/best-keys.ts`, `vector-rows.ts` and `vector-cells.ts` say what
 * they take. Byte offsets and counts.
 */
export interface VectorProgram {
  clearKeys(heap: number, capacity: number): void
  takeKeys(heap: number, items: number, scores: number): number
  takeItems(heap: number, items: number): number
  offerScores(heap: number, scores: number, count: number): void
  offerListed(chunks: number, items: number, count: number, width: number, query: number, heap: number): void
  productsOfListed(chunks: number, items: number, count: number, width: number, query: number, out: number): void
  packQuery(query: number, width: number, limit: number, out: number): void
  packRows(chunks: number, items: number, count: number, width: number, scale: number, out: number): void
  packRow(row: number, width: number, scale: number, out: number): void
  rowLength(row: number, width: number): number
  vectorBlockBytes(width: number): number
  clearBlock(block: number, next: number): void
  addToBlock(block: number, item: number, row: number, width: number): void
  moveLastRow(from: number, to: number, place: number, width: number): number
  scanCells(heads: number, cells: number, count: number, width: number, query: number, heap: number): void
  nearestCells(
    rows: number,
    rowCount: number,
    centres: number,
    halves: number,
    cellCount: number,
    width: number,
    out: number,
  ): void
}

/**
 * Rows in the order of their cells, of one cell rising: added in it, the blocks of a cell lie side by side.
 *
 * @param cells - by row; rows of a negative cell are left out
 */
export function rowsByCell(cells: Int32Array, cellCount: number): Int32Array {
  const starts = new Int32Array(cellCount + 1)
  for (const cell of cells) if (cell >= 0) starts[cell + 1]!++
  for (let cell = 0; cell < cellCount; cell++) starts[cell + 1]! += starts[cell]!
  const order = new Int32Array(starts[cellCount]!)
  for (let row = 0; row < cells.length; row++) if (cells[row]! >= 0) order[starts[cells[row]!]!++] = row
  return order
}

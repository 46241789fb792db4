/** The column of the place at which an exposure stood; there when the examples name it. */
export const POSITION_COLUMN = 'exposure.position'
/** The place that a candidate of a request is asked about: the top, which everybody looks at. */
export const NEUTRAL_POSITION = 1

/** A copy of rows in which everything stood at the neutral place, or the rows themselves where there is none. */
export function atNeutralPosition(rows: Float64Array, columnNames: readonly string[]): Float64Array {
  const column = columnNames.indexOf(POSITION_COLUMN)
  if (column < 0) return rows
  const neutral = rows.slice()
  for (let place = column; place < neutral.length; place += columnNames.length) neutral[place] = NEUTRAL_POSITION
  return neutral
}

/**
 * The cells of one row with quotes by RFC 4180: a cell in double quotes may hold the delimiter, line ends and doubled
 * quotes.
 *
 * @returns undefined when a quote is not closed or something stands behind a closing one
 */
export function parseQuotedRow(row: string, delimiter: string): string[] | undefined {
  if (!row.includes('"')) return row.split(delimiter)
  const cells: string[] = []
  let at = 0
  for (;;) {
    if (row[at] !== '"') {
      const end = row.indexOf(delimiter, at)
      cells.push(end < 0 ? row.slice(at) : row.slice(at, end))
      if (end < 0) return cells
      at = end + delimiter.length
      continue
    }
    const end = closingQuote(row, at + 1)
    if (end < 0) return undefined
    cells.push(row.slice(at + 1, end).replaceAll('""', '"'))
    if (end + 1 === row.length) return cells
    if (!row.startsWith(delimiter, end + 1)) return undefined
    at = end + 1 + delimiter.length
  }
}

/** Whether a row goes on behind the end of its line: it holds an odd number of quotes. */
export function isOpenRow(row: string): boolean {
  let isOpen = false
  for (let at = row.indexOf('"'); at >= 0; at = row.indexOf('"', at + 1)) isOpen = !isOpen
  return isOpen
}

function closingQuote(row: string, start: number): number {
  let at = row.indexOf('"', start)
  while (at >= 0 && row[at + 1] === '"') at = row.indexOf('"', at + 2)
  return at
}

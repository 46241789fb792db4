import { existsSync } from 'node:fs'
import type { TreeFileOptions } from './tree-file-options.ts'
import { readGroupSizes, readTreeFile, type TreeTable } from './tree-files.ts'

/**
 * A table with its queries: of the file that is named, of `qid:` in the rows, or of LightGBM's `<file>.query` where one
 * lies beside the table.
 *
 * @throws SluiceError as `readTreeFile` and `readGroupSizes`
 */
export async function readQueryTable(
  file: string,
  group: string | undefined,
  options: TreeFileOptions,
): Promise<TreeTable> {
  const table = await readTreeFile(file, options)
  const sizes = group ?? (table.groupSizes ? undefined : queryFileBeside(file))
  return sizes === undefined ? table : { ...table, groupSizes: await readGroupSizes(sizes, table.rowCount) }
}

function queryFileBeside(file: string): string | undefined {
  const unpacked = file.replace(/\.gz$/, '')
  return [`${unpacked}.query`, `${unpacked}.query.gz`].find((path) => existsSync(path))
}

/** Rows of a table, row-major, as predictions want them. */
export function rowsOf({ columns, rowCount }: TreeTable): Float64Array {
  const width = columns.length
  const rows = new Float64Array(rowCount * width)
  columns.forEach((column, feature) => {
    for (let row = 0; row < rowCount; row++) rows[row * width + feature] = column[row]!
  })
  return rows
}

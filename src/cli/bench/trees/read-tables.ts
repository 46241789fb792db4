import { existsSync } from 'node:fs'
import { readInitialScores, readPositions, readWeights } from './row-files.ts'
import type { TreeFileOptions } from './tree-file-options.ts'
import { readGroupSizes, readTreeFile, type TreeTable } from './tree-files.ts'

/** Files with a line a query or a row that belong to a table; each absent where nobody named it. */
export interface TableFiles {
  /** Sizes of the queries. */
  readonly group?: string | undefined
  readonly weight?: string | undefined
  /** Scores that the rows have before the first tree. */
  readonly init?: string | undefined
  /** Where the rows were shown. */
  readonly position?: string | undefined
}

/**
 * A table with what stands in other files. Queries are those of the file that is named, of `qid:` in the rows, or of
 * LightGBM's `<file>.query` where one lies beside the table, packed or not. Weights, initial scores and positions are
 * those of the files that are named, or of LightGBM's `<file>.weight`, `<file>.init` and `<file>.position`; beside a
 * packed table they have to be named, for LightGBM reads no such table.
 *
 * @param onFile - told the name of every file that was found and not named
 * @throws SluiceError as `readTreeFile`, `readGroupSizes` and `readWeights`
 */
export async function readWholeTable(
  file: string,
  files: TableFiles,
  options: TreeFileOptions,
  onFile: (file: string) => void = () => {},
): Promise<TreeTable> {
  const table = await readTreeFile(file, options)
  const found = (path: string): string | undefined => {
    if (!existsSync(path)) return undefined
    onFile(path)
    return path
  }
  const read = async <Value>(
    path: string | undefined,
    reader: (path: string, rowCount: number) => Promise<Value>,
  ): Promise<Value | undefined> => (path === undefined ? undefined : reader(path, table.rowCount))
  const queries = (): string | undefined => {
    const unpacked = file.replace(/\.gz$/, '')
    return found(`${unpacked}.query`) ?? found(`${unpacked}.query.gz`)
  }
  return {
    ...table,
    groupSizes:
      (await read(files.group ?? (table.groupSizes ? undefined : queries()), readGroupSizes)) ?? table.groupSizes,
    weights: await read(files.weight ?? found(`${file}.weight`), readWeights),
    initialScores: await read(files.init ?? found(`${file}.init`), readInitialScores),
    positions: await read(files.position ?? found(`${file}.position`), readPositions),
  }
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

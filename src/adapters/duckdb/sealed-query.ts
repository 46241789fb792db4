import { named, quoted, type Workshop } from './workshop.ts'

/** How the rows of a sealed file are read again. */
interface SealedReading {
  /** All rows, each column of the type that it was written with. */
  readonly query: string
  /** The names of its columns that hold text. */
  readonly texts: readonly string[]
}

/** How to read a sealed file with its own columns, which are fewer than the schema's when that has grown since. */
export async function readingSealed({ connection }: Workshop, file: string): Promise<SealedReading> {
  const source = `read_parquet(${quoted(file)})`
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`)
  const columns = described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }))
  const list = columns.map(({ name, type }) =>
    // DuckDB reads any timestamp in microseconds and would write it so.
    type.startsWith('TIMESTAMP') ? `CAST(${named(name)} AS TIMESTAMP_MS) AS ${named(name)}` : named(name),
  )
  return {
    query: `SELECT ${list.join(', ')} FROM ${source}`,
    texts: columns.flatMap(({ name, type }) => (type === 'VARCHAR' ? [name] : [])),
  }
}

/**
 * Writes what a query gives to a Parquet file that engines of the last ten years read: version 1 of the format, zstd,
 * in row groups of 122,880 rows.
 */
export async function writeParquet({ connection }: Workshop, query: string, file: string): Promise<void> {
  await connection.run(
    `COPY (${query}) TO ${quoted(file)} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v1, ROW_GROUP_SIZE 122880)`,
  )
}

import type { DuckDBAppender, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import type { EventRecord } from '../../data/index.ts'
import { assert } from '../../foundation/index.ts'
import type { ColumnType, SealedColumn } from './sealed-columns.ts'
import { readingSealed, writeParquet } from './sealed-query.ts'
import { named, type Workshop } from './workshop.ts'

/** Rows that DuckDB takes at once. */
const CHUNK_ROWS = 2048

/** What the rows of a segment came to. */
interface WrittenRows {
  readonly rows: number
  readonly earliestAt: number
  readonly latestAt: number
}

/**
 * The rows of one type within one segment, gathered in DuckDB and then written as Parquet.
 *
 * Whole numbers travel as DOUBLE, which holds every one up to 2^53 and needs no BigInt, and become BIGINT or TIMESTAMP
 * when they are written.
 */
export class SegmentTable {
  readonly #workshop: Workshop
  readonly #columns: readonly SealedColumn[]
  readonly #name: string
  readonly #types: readonly DuckDBType[]
  readonly #buffers: DuckDBValue[][]
  readonly #appender: DuckDBAppender
  #filled = 0
  #rows = 0
  #earliestAt = Number.POSITIVE_INFINITY
  #latestAt = Number.NEGATIVE_INFINITY

  private constructor(workshop: Workshop, columns: readonly SealedColumn[], name: string, appender: DuckDBAppender) {
    this.#workshop = workshop
    this.#columns = columns
    this.#name = name
    this.#types = columns.map(({ type }) => stagingType(workshop, type))
    this.#buffers = columns.map(() => [])
    this.#appender = appender
  }

  /** An empty table. `name` is free among those of the workshop. */
  static async create(workshop: Workshop, columns: readonly SealedColumn[], name: string): Promise<SegmentTable> {
    const { connection } = workshop
    const list = columns.map((column) => `${named(column.name)} ${stagingType(workshop, column.type)}`)
    await connection.run(`CREATE TABLE ${named(name)} (${list.join(', ')})`)
    return new SegmentTable(workshop, columns, name, await connection.createAppender(name))
  }

  get rows(): number {
    return this.#rows
  }

  /** Adds a row; in the order of the offsets. */
  add(record: EventRecord, offset: number): void {
    const row = this.#filled
    for (let column = 0; column < this.#columns.length; column++) {
      const { read, type } = this.#columns[column]!
      this.#buffers[column]![row] = asValue(this.#workshop, type, read(record, offset))
    }
    this.#earliestAt = Math.min(this.#earliestAt, record.at)
    this.#latestAt = Math.max(this.#latestAt, record.at)
    this.#rows++
    this.#filled++
    if (this.#filled === CHUNK_ROWS) this.#flush()
  }

  /**
   * Writes all rows to a file in the order of their offsets, behind those of a file that was sealed before from the
   * beginning of the segment.
   */
  async write(file: string, before?: string): Promise<WrittenRows> {
    this.#flush()
    this.#appender.closeSync()
    const columns = this.#columns.map(({ name, type }) => `${converted(name, type)} AS ${named(name)}`)
    const mine = `SELECT ${columns.join(', ')} FROM ${named(this.#name)}`
    await writeParquet(this.#workshop, before === undefined ? mine : await this.#behind(before, mine), file)
    return { rows: this.#rows, earliestAt: this.#earliestAt, latestAt: this.#latestAt }
  }

  async #behind(before: string, mine: string): Promise<string> {
    const { query } = await readingSealed(this.#workshop, before)
    const columns = this.#columns.map(({ name }) => named(name)).join(', ')
    return `SELECT ${columns} FROM (${query} UNION ALL BY NAME ${mine}) ORDER BY "offset"`
  }

  #flush(): void {
    if (this.#filled === 0) return
    const { DuckDBDataChunk } = this.#workshop.duckdb
    for (const buffer of this.#buffers) {
      assert(buffer.length >= this.#filled, 'a column of a chunk is short')
      buffer.length = this.#filled
    }
    const chunk = DuckDBDataChunk.create(this.#types, this.#filled)
    chunk.setColumns(this.#buffers)
    this.#appender.appendDataChunk(chunk)
    this.#filled = 0
  }
}

function stagingType({ duckdb }: Workshop, type: ColumnType): DuckDBType {
  if (type === 'BOOLEAN') return duckdb.BOOLEAN
  if (type === 'VARCHAR') return duckdb.VARCHAR
  return type === 'VARCHAR[]' ? duckdb.LIST(duckdb.VARCHAR) : duckdb.DOUBLE
}

function converted(name: string, type: ColumnType): string {
  if (type === 'BIGINT') return `CAST(${named(name)} AS BIGINT)`
  if (type === 'TIMESTAMP_MS') return `CAST(make_timestamp_ms(CAST(${named(name)} AS BIGINT)) AS TIMESTAMP_MS)`
  return named(name)
}

function asValue({ duckdb }: Workshop, type: ColumnType, value: unknown): DuckDBValue {
  if (value === undefined || value === null) return null
  return type === 'VARCHAR[]' ? duckdb.listValue(value as readonly string[]) : (value as DuckDBValue)
}

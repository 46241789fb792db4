import { availableParallelism } from 'node:os'
import { malformedRow } from '../read-lines.ts'
import { type LineBlock, readLineBlocks } from './line-blocks.ts'
import type { ParsedBlock, TableLayout } from './parse-block.ts'
import { openParsePool, PARSE_HERE, type ParsePool } from './parse-pool.ts'
import { TableColumns } from './table-columns.ts'
import { lookAtTable, type TableLook } from './table-layout.ts'
import type { TreeFileOptions } from './tree-file-options.ts'

const BLOCK_BYTES = 4 << 20
/** Packed text is taken to grow so much; a wrong guess costs a copy. */
const UNPACKED_RATIO = 4

/** All columns of a table, that of the label among them. */
export interface RawTable {
  readonly columns: Float64Array[]
  readonly look: TableLook
  readonly rowCount: number
  /** Shape (rowCount,), of `qid:`; absent when there is none. */
  readonly queries: Float64Array | undefined
}

/**
 * Reads a table block by block: a file of more than one block is parsed on threads while this one reads and gathers.
 *
 * @throws SluiceError as `readTreeFile`
 */
export async function readColumns(file: string, options: TreeFileOptions): Promise<RawTable> {
  const blocks = readLineBlocks(file, BLOCK_BYTES)
  const first = await blocks.next()
  if (first.done) return { columns: [], look: { columnCount: 0, bodyStart: 0 }, rowCount: 0, queries: undefined }
  const pool = await poolFor(first.value, options.threads)
  try {
    const gathering = new Gathering(file, first.value, options, pool)
    for await (const { bytes } of blocks) await gathering.add(bytes)
    return await gathering.finish(options.featureCount)
  } finally {
    await pool.close()
  }
}

async function poolFor(
  { bytes, totalBytes }: LineBlock,
  threads = Math.min(4, availableParallelism()),
): Promise<ParsePool> {
  return (totalBytes ?? bytes.length) < BLOCK_BYTES ? PARSE_HERE : openParsePool(threads)
}

/** Blocks under way, gathered in the order of the file. */
class Gathering {
  readonly #file: string
  readonly #look: TableLook
  readonly #layout: TableLayout
  readonly #pool: ParsePool
  readonly #growth: number
  readonly #pending: Promise<ParsedBlock>[] = []
  readonly #queries: Float64Array[] = []
  #columns: TableColumns | undefined
  #lines = 0

  constructor(file: string, { bytes, totalBytes }: LineBlock, options: TreeFileOptions, pool: ParsePool) {
    this.#file = file
    this.#pool = pool
    this.#look = lookAtTable(file, bytes, options.header)
    const { separator, columnCount, bodyStart } = this.#look
    this.#layout =
      separator === undefined
        ? { kind: 'libsvm', featureLimit: options.featureCount ?? Number.POSITIVE_INFINITY }
        : { kind: 'delimited', separator, columnCount }
    // A little more than the file should hold, for lines that get shorter.
    this.#growth = 1.1 * ((totalBytes ?? UNPACKED_RATIO * bytes.length) / bytes.length)
    if (bodyStart > 0) this.#lines = 1
    const body = bytes.subarray(bodyStart)
    if (body.length > 0) this.#pending.push(pool.parse(body, this.#layout))
  }

  async add(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#pending.push(this.#pool.parse(bytes, this.#layout))
    if (this.#pending.length > this.#pool.width) await this.#gather()
  }

  async finish(featureCount = 0): Promise<RawTable> {
    while (this.#pending.length > 0) await this.#gather()
    const rowCount = this.#columns?.rowCount ?? 0
    const isLibSvm = this.#layout.kind === 'libsvm'
    const columns = this.#columns?.take(isLibSvm ? featureCount + 1 : 0) ?? []
    return { columns, look: this.#look, rowCount, queries: this.#allQueries(rowCount) }
  }

  async #gather(): Promise<void> {
    const block = await this.#pending.shift()
    if (!block) return
    if (block.fault) {
      const { line, expected, got } = block.fault
      throw malformedRow(this.#file, this.#lines + line, expected, got)
    }
    this.#columns ??= new TableColumns(this.#file, block.rowCount * this.#growth)
    this.#queries.push((block.queries ?? new Float64Array(block.rowCount).fill(Number.NaN)).subarray(0, block.rowCount))
    this.#columns.append(block)
    this.#lines += block.lineCount
  }

  #allQueries(rowCount: number): Float64Array | undefined {
    const all = new Float64Array(rowCount)
    let at = 0
    for (const queries of this.#queries) {
      all.set(queries, at)
      at += queries.length
    }
    return all.every(Number.isNaN) ? undefined : all
  }
}

import { join } from 'node:path'
import type { SealedErasure } from '../../data/index.ts'
import {
  DRAFT,
  emptyFile,
  finishDraft,
  publish,
  readManifest,
  requireSound,
  type SealedFile,
} from './sealed-manifest.ts'
import { readingSealed, writeParquet } from './sealed-query.ts'
import { quoted, type Workshop } from './workshop.ts'

/** The condition of SQL on the rows that are to go from a file, given its columns of text; undefined when none can be. */
type ConditionOf = (file: SealedFile, texts: readonly string[]) => string | undefined

/**
 * Writes every sealed file anew that holds rows of a condition, without them; one of which no row is left goes.
 *
 * The rest of the rows keep their order and their offsets. Statistics and filters of a file are made of the rows that
 * are left, so that nothing of the others stays in its bytes.
 *
 * @remarks O(bytes) of the columns in the condition, and of the files that change
 */
export async function takeOutRows(workshop: Workshop, conditionOf: ConditionOf): Promise<SealedErasure> {
  const { folder } = workshop
  const manifest = readManifest(folder)
  if (manifest === undefined) return { files: 0, rows: 0 }
  const changed = new Map<SealedFile, SealedFile>()
  for (const file of manifest.files) {
    const left = await withoutRows(workshop, file, conditionOf)
    if (left !== file) changed.set(file, left)
  }
  if (changed.size === 0) return { files: 0, rows: 0 }
  const { segmentOffsets, files } = manifest
  publish(folder, manifest, { segmentOffsets, files: files.map((file) => changed.get(file) ?? file) })
  const rows = [...changed].reduce((sum, [before, after]) => sum + before.rows - after.rows, 0)
  return { files: changed.size, rows }
}

/** The file as it is without those rows, its draft written; the same object when it has none of them. */
async function withoutRows(workshop: Workshop, file: SealedFile, conditionOf: ConditionOf): Promise<SealedFile> {
  const { type, first, last, path, rows } = file
  if (path === null) return file
  requireSound(workshop.folder, file)
  const source = join(workshop.folder, path)
  const { query, texts } = await readingSealed(workshop, source)
  const condition = conditionOf(file, texts)
  if (condition === undefined) return file
  // Most files hold none of the rows, which their statistics and filters tell without reading them.
  const going = await firstNumbers(workshop, `SELECT count(*) FROM (${query}) WHERE ${condition}`)
  if (going[0] === 0) return file
  if (going[0] === rows) return emptyFile(type, first, last)
  const draft = `${source}${DRAFT}`
  await writeParquet(workshop, `SELECT * FROM (${query}) WHERE (${condition}) IS NOT TRUE`, draft)
  const at = 'epoch_ms(CAST("at" AS TIMESTAMP))'
  const summary = `SELECT count(*), min(${at}), max(${at}) FROM read_parquet(${quoted(draft)})`
  const [left = 0, earliestAt = null, latestAt = null] = await firstNumbers(workshop, summary)
  return { ...file, rows: left, earliestAt, latestAt, ...finishDraft(draft) }
}

/** The first row that a query gives, of numbers. */
async function firstNumbers({ connection }: Workshop, query: string): Promise<number[]> {
  return ((await connection.runAndReadAll(query)).getRows()[0] ?? []).map(Number)
}

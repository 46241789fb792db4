import { join } from 'node:path'
import type { SealedErasure } from '../../data/index.ts'
import { DRAFT, emptyFile, finishDraft, publish, readManifest, type SealedFile } from './sealed-manifest.ts'
import { readingSealed, writeParquet } from './sealed-query.ts'
import type { Workshop } from './workshop.ts'

/** The condition of SQL, never NULL, on the rows that are to go from a file; undefined when none can be. */
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
  const source = join(workshop.folder, path)
  const { query, texts } = await readingSealed(workshop, source)
  const condition = conditionOf(file, texts)
  if (condition === undefined) return file
  const left = await summary(workshop, `FROM (${query}) WHERE NOT (${condition})`)
  if (left.rows === rows) return file
  if (left.rows === 0) return emptyFile(type, first, last)
  const draft = `${source}${DRAFT}`
  await writeParquet(workshop, `SELECT * FROM (${query}) WHERE NOT (${condition})`, draft)
  return { ...file, ...left, ...finishDraft(draft) }
}

async function summary(
  { connection }: Workshop,
  from: string,
): Promise<Pick<SealedFile, 'rows' | 'earliestAt' | 'latestAt'>> {
  const at = `CAST("at" AS TIMESTAMP)`
  const result = await connection.runAndReadAll(`SELECT count(*), epoch_ms(min(${at})), epoch_ms(max(${at})) ${from}`)
  const [rows, earliestAt, latestAt] = (result.getRows()[0] ?? []).map((value) =>
    value === null ? null : Number(value),
  )
  return { rows: rows ?? 0, earliestAt: earliestAt ?? null, latestAt: latestAt ?? null }
}

import type { SealedErasure } from '../../data/index.ts'
import { readManifest } from './sealed-manifest.ts'
import { takeOutRows } from './take-out-rows.ts'
import { inWorkshop } from './workshop.ts'

/**
 * Drops old rows from the sealed files of a folder. The log keeps what it has of them, and a later sealing does not
 * bring them back.
 *
 * @param options - rows with an `at` before `beforeMs` go, in milliseconds since the Unix epoch; of `types`, or of all
 * @throws SluiceError as a sealing
 */
export async function dropSealed(
  folder: string,
  { beforeMs, types }: { readonly beforeMs: number; readonly types?: readonly string[] | undefined },
): Promise<SealedErasure> {
  if (readManifest(folder) === undefined) return { files: 0, rows: 0 }
  return inWorkshop(folder, (workshop) =>
    takeOutRows(workshop, ({ type, earliestAt }) => {
      if (types !== undefined && !types.includes(type)) return undefined
      if (earliestAt === null || earliestAt >= beforeMs) return undefined
      return `epoch_ms(CAST("at" AS TIMESTAMP)) < ${beforeMs}`
    }),
  )
}

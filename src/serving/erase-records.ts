import type { Application } from '../application/index.ts'
import {
  type DataDirectory,
  type EventLog,
  openDataDirectory,
  openEventLog,
  removeDerivedFiles,
  type SealedExports,
  type Subject,
} from '../data/index.ts'
import { type Clock, isSluiceError, SluiceError } from '../foundation/index.ts'
import { ModelRegistry } from '../training/index.ts'
import { type ErasureReceipt, readReceipts, writeReceipt } from './erasure-receipts.ts'
import { requireEntity } from './require-entity.ts'
import { scanBytes } from './scan-bytes.ts'

/** The type of the record that a rewrite leaves in the log: what is decided from it on can be made again. */
const REWRITE = '$rewrite'

/** What an erasure works on. */
export interface ErasureParts {
  readonly application: Application
  readonly log: EventLog
  readonly registry: ModelRegistry
  readonly directory: string
  readonly clock: Clock
  readonly sealed?: SealedExports | undefined
}

/**
 * Erases a subject from a directory whose log is open for writing, step by step in an order that can be cut and begun
 * again: models are marked while it is still known what they saw, then the log is written anew, then whatever was made
 * from it goes. The receipt comes last, with a look for the id's bytes in every file.
 *
 * @param afterRewrite - runs once records are gone from the log; what was derived from them must be let go
 * @throws SluiceError `NOT_FOUND`, `DISK_FULL`
 */
export async function eraseRecords(
  parts: ErasureParts,
  subject: Subject,
  afterRewrite: () => Promise<void>,
): Promise<ErasureReceipt> {
  const { application, log, directory, clock, sealed } = parts
  requireEntity(application, subject.entity)
  const at = clock()
  const receipt = `e-${at.toString(36)}-${readReceipts(directory).receipts.length.toString(36)}`
  const held = heldOf(log, subject)
  markModels(parts, held.offsets, { receipt, at })
  const removed = held.isAny ? await log.eraseSubject(subject) : undefined
  // A training may have registered a version meanwhile; one that ends from now on is refused.
  const models = markModels(parts, held.offsets, { receipt, at })
  if (removed) await noteRewrite(log, { id: receipt, at, kind: 'erasure' }, afterRewrite)
  const files = (await sealed?.erase(subject, application.schema)) ?? { files: 0, rows: 0 }
  const written: ErasureReceipt = {
    receipt,
    at,
    entity: subject.entity,
    records: removed?.byType ?? {},
    quarantine: removed?.quarantineRemoved ?? 0,
    sealed: { files: files.files, rows: files.rows },
    models,
    generation: log.generation,
    scan: await scanBytes(directory, subject.id),
  }
  writeReceipt(directory, written)
  return written
}

/**
 * Puts a record of a rewrite behind it. Nothing in it tells what was removed.
 *
 * @param then - runs in any case, because the records are gone
 */
export async function noteRewrite(
  log: EventLog,
  { id, at, kind }: { id: string; at: number; kind: 'erasure' | 'retention' },
  then: () => Promise<void>,
): Promise<void> {
  try {
    await log.appendInternal([{ id, type: REWRITE, at, kind, generation: log.generation }])
  } finally {
    await then()
  }
}

/**
 * Erases a subject from a directory that no process writes.
 *
 * @throws SluiceError `DIRECTORY_LOCKED` with what to ask of the server that holds it, `NOT_FOUND`, `DISK_FULL`, and as
 * opening does
 */
export async function eraseFromDirectory(
  application: Application,
  options: { directory: string; clock: Clock; sealed?: SealedExports | undefined },
  subject: Subject,
): Promise<ErasureReceipt> {
  requireEntity(application, subject.entity)
  const { directory: path, clock, sealed } = options
  const route = `/v1/subjects/${encodeURIComponent(subject.entity)}/${encodeURIComponent(subject.id)}`
  const advice = `if that is sluice serve, let it erase: curl -X DELETE http://127.0.0.1:8470${route}`
  const directory = await openToRewrite(path, clock, advice)
  try {
    const log = openEventLog(directory, { schema: application.schema, clock })
    try {
      const parts = { application, log, registry: new ModelRegistry(path), directory: path, clock, sealed }
      // Also when the log names nobody any more: an erasure that was cut short may have come no further.
      removeDerivedFiles(path)
      return await eraseRecords(parts, subject, async () => removeDerivedFiles(path))
    } finally {
      await log.close()
    }
  } finally {
    await directory.close()
  }
}

/**
 * Opens a directory that is there for writing.
 *
 * @param advice - what to do when another process writes it
 * @throws SluiceError `DIRECTORY_MISSING`, `DIRECTORY_LOCKED`, and as opening does
 */
export async function openToRewrite(path: string, clock: Clock, advice: string): Promise<DataDirectory> {
  // Reading first: a directory that is not there must not be made.
  await openDataDirectory(path, { mode: 'read' }).close()
  try {
    return openDataDirectory(path, { mode: 'write', clock })
  } catch (error) {
    if (!isSluiceError(error, 'DIRECTORY_LOCKED')) throw error
    throw new SluiceError('DIRECTORY_LOCKED', `${error.message}; or, ${advice}`, {
      cause: error,
      details: error.details,
    })
  }
}

/** What the log holds of a subject: whether there is anything, and the offsets of events. */
function heldOf(log: EventLog, subject: Subject): { isAny: boolean; offsets: readonly number[] } {
  const offsets: number[] = []
  let isAny = log.quarantineOf(subject).length > 0
  for (const { offset, record } of log.recordsOf(subject)) {
    isAny = true
    if (!record.type.startsWith('$')) offsets.push(offset)
  }
  return { isAny, offsets }
}

/** Marks every version that had seen one of the events, unless it is marked already, and says which these are. */
function markModels(
  { application, registry }: ErasureParts,
  offsets: readonly number[],
  { receipt, at }: { receipt: string; at: number },
): ErasureReceipt['models'] {
  const marked: { system: string; version: string; records: number }[] = []
  for (const system of Object.keys(application.systems)) {
    for (const version of registry.versions(system)) {
      const { from, until } = version.offsets
      const records = offsets.filter((offset) => offset >= from && offset <= until).length
      if (records === 0) continue
      const isMarked = registry.erasures(version).some((erasure) => erasure.receipt === receipt)
      if (!isMarked) registry.markErased(version, { receipt, at, records })
      marked.push({ system, version: version.version, records })
    }
  }
  return marked
}

import { hash } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Application } from '../application/index.ts'
import type { EventLog, LogBatch } from '../data/index.ts'
import { FeatureState } from '../features/index.ts'
import { ByteReader, ByteWriter, SluiceError } from '../foundation/index.ts'

const FILE = 'state.snapshot'
/** Raised when the layout around the state changes. */
const LAYOUT = 'sluice-snapshot-3'
/** Records that are applied in one turn of the event loop: together they are cheaper, and a turn is some 10 ms. */
const RECORDS_A_TURN = 2048

/** How a state came about. */
export interface OpenedState {
  readonly state: FeatureState
  /** The snapshot's offset; 0 when the whole log was read. */
  readonly fromSnapshot: number
  /** Why a snapshot that was there could not be used. */
  readonly refused?: string
}

/**
 * The state as of the log's head: the snapshot, if there is one of this very definition and of this generation of the
 * log, and the tail of the log. Any other snapshot is left alone, or removed by who writes the directory, because it
 * may hold what was erased since; and the state is rebuilt.
 *
 * @param options.removeRefused - whether a snapshot that cannot be used is removed
 */
export function openState(
  application: Application,
  log: EventLog,
  directory: string,
  options: { removeRefused: boolean } = { removeRefused: false },
): OpenedState {
  const { state, refused } = readSnapshot(application, log, directory)
  if (refused !== undefined && options.removeRefused) removeSnapshot(directory)
  const fromSnapshot = state.offset
  state.applyBatches(log.read(fromSnapshot + 1))
  return { state, fromSnapshot, ...(refused === undefined ? {} : { refused }) }
}

/**
 * Writes the state beside the log, whole or not at all.
 *
 * @param generation - of the log that the state was made from
 * @throws SluiceError `DISK_FULL` when it cannot be written; the one before stays, and the log holds everything
 */
export function saveSnapshot(state: FeatureState, generation: number, directory: string): void {
  const { file, draft } = names(directory)
  const bytes = state.save()
  const head = headOf(generation, hash('sha256', bytes, 'hex'))
  try {
    const descriptor = openSync(draft, 'w')
    try {
      writeFileSync(descriptor, head)
      writeFileSync(descriptor, bytes)
    } finally {
      closeSync(descriptor)
    }
    renameSync(draft, file)
  } catch (cause) {
    throw notWritten(file, { draft, length: bytes.length, cause })
  }
}

/**
 * The same without holding up the event loop for the checksum and the disk. The state is as of the call.
 *
 * @throws SluiceError `DISK_FULL` as {@link saveSnapshot}
 */
export async function saveSnapshotSoon(state: FeatureState, generation: number, directory: string): Promise<void> {
  const { file, slowDraft } = names(directory)
  const bytes = state.save()
  const checksum = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  const head = headOf(generation, Buffer.from(checksum).toString('hex'))
  try {
    const draft = await open(slowDraft, 'w')
    try {
      await draft.writeFile(head)
      await draft.writeFile(bytes)
    } finally {
      await draft.close()
    }
    await rename(slowDraft, file)
  } catch (cause) {
    throw notWritten(file, { draft: slowDraft, length: bytes.length, cause })
  }
}

/** Removes the snapshot and what a cut writing of one left; the next start reads the whole log. */
export function removeSnapshot(directory: string): void {
  for (const each of Object.values(names(directory))) rmSync(each, { force: true })
}

/** The state as of an offset, rebuilt from the log without holding up the event loop. */
export async function stateAsOf(application: Application, log: EventLog, offset: number): Promise<FeatureState> {
  const state = new FeatureState(application.schema, application.aggregates)
  await applyInTurns(state, log, offset)
  return state
}

/** Applies the log to a state up to an offset (included), in turns, so that others have theirs. */
export async function applyInTurns(state: FeatureState, log: EventLog, until: number): Promise<void> {
  let batches: LogBatch[] = []
  let records = 0
  for (const batch of log.read(state.offset + 1, until)) {
    batches.push(batch)
    records += batch.records.length
    if (records < RECORDS_A_TURN) continue
    state.applyBatches(batches)
    batches = []
    records = 0
    await new Promise((resolve) => setImmediate(resolve))
  }
  state.applyBatches(batches)
}

/** The snapshot, and what is written before it takes that name: two drafts, since both ways may be under way at once. */
function names(directory: string): { file: string; draft: string; slowDraft: string } {
  const file = join(directory, FILE)
  return { file, draft: `${file}.draft`, slowDraft: `${file}.slow.draft` }
}

/** What stands before the bytes of the state. */
function headOf(generation: number, checksum: string): Uint8Array {
  return new ByteWriter().text(LAYOUT).float64(generation).text(checksum).finish()
}

function notWritten(
  file: string,
  { draft, length, cause }: { draft: string; length: number; cause: unknown },
): SluiceError {
  rmSync(draft, { force: true })
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new SluiceError('DISK_FULL', `${file}: expected room for ${length} bytes, got: ${reason}; make room`, {
    cause,
  })
}

function readSnapshot(
  application: Application,
  log: EventLog,
  directory: string,
): { state: FeatureState; refused?: string } {
  const fresh = () => new FeatureState(application.schema, application.aggregates)
  const { file } = names(directory)
  if (!existsSync(file)) return { state: fresh() }
  const state = fresh()
  try {
    load(state, new Uint8Array(readFileSync(file)), log)
    return { state }
  } catch (error) {
    if (error instanceof SluiceError) return { state: fresh(), refused: error.message }
    throw error
  }
}

function load(state: FeatureState, file: Uint8Array, log: EventLog): void {
  const reader = new ByteReader(file, 'DIRECTORY_CORRUPT')
  if (reader.text() !== LAYOUT) throw unusable('it is of another layout')
  const generation = reader.float64()
  if (generation !== log.generation) throw unusable(`records were removed since (generation ${generation})`)
  const checksum = reader.text()
  const bytes = reader.rest()
  if (hash('sha256', bytes, 'hex') !== checksum) throw unusable('its checksum fails')
  state.load(bytes)
  if (state.offset > log.head) throw unusable('it is ahead of the log')
}

function unusable(why: string): SluiceError {
  return new SluiceError('DIRECTORY_CORRUPT', `snapshot: ${why}`)
}

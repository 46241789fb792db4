import type { Application } from '../application/index.ts'
import { DerivedFile, type EventLog, type LogBatch, orRefused } from '../data/index.ts'
import { FeatureState } from '../features/index.ts'
import { SluiceError } from '../foundation/index.ts'

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
  if (refused !== undefined && options.removeRefused) fileIn(directory).remove()
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
  fileIn(directory).write(generation, state.save())
}

/**
 * The same without holding up the event loop for the checksum and the disk. The state is as of the call.
 *
 * @throws SluiceError `DISK_FULL` as {@link saveSnapshot}
 */
export async function saveSnapshotSoon(state: FeatureState, generation: number, directory: string): Promise<void> {
  await fileIn(directory).writeSoon(generation, state.save())
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

function fileIn(directory: string): DerivedFile {
  return new DerivedFile(directory, 'state', LAYOUT)
}

function readSnapshot(
  application: Application,
  log: EventLog,
  directory: string,
): { state: FeatureState; refused?: string } {
  const fresh = () => new FeatureState(application.schema, application.aggregates)
  const file = fileIn(directory)
  if (!file.exists) return { state: fresh() }
  const read = orRefused(() => {
    const state = fresh()
    state.load(file.read(log.generation))
    if (state.offset > log.head) throw new SluiceError('DIRECTORY_CORRUPT', 'snapshot: it is ahead of the log')
    return state
  })
  return 'value' in read ? { state: read.value } : { state: fresh(), refused: read.refused }
}

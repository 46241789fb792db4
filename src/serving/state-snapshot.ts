import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Application } from '../application/index.ts'
import type { EventLog } from '../data/index.ts'
import { FeatureState } from '../features/index.ts'
import { ByteReader, ByteWriter, SluiceError, sha256Hex } from '../foundation/index.ts'

const FILE = 'state.snapshot'

/** How a state came about. */
export interface OpenedState {
  readonly state: FeatureState
  /** The snapshot's offset; 0 when the whole log was read. */
  readonly fromSnapshot: number
  /** Why a snapshot that was there could not be used. */
  readonly refused?: string
}

/**
 * The state as of the log's head: the snapshot, if there is one of this very definition, and the tail of the log. A
 * snapshot that is damaged or of another definition is left alone and the state rebuilt.
 */
export function openState(application: Application, log: EventLog, directory: string): OpenedState {
  const { state, refused } = readSnapshot(application, log, directory)
  const fromSnapshot = state.offset
  for (const { firstOffset, records } of log.read(fromSnapshot + 1)) {
    for (let index = 0; index < records.length; index++) state.apply(firstOffset + index, records[index]!)
  }
  return { state, fromSnapshot, ...(refused === undefined ? {} : { refused }) }
}

/**
 * Writes the state beside the log, whole or not at all.
 *
 * @throws SluiceError `DISK_FULL` when it cannot be written; the one before stays, and the log holds everything
 */
export function saveSnapshot(state: FeatureState, directory: string): void {
  const bytes = state.save()
  const file = join(directory, FILE)
  const draft = `${file}.draft`
  try {
    writeFileSync(draft, new ByteWriter(bytes.length + 128).text(sha256Hex(bytes)).bytes(bytes).finish())
    renameSync(draft, file)
  } catch (cause) {
    rmSync(draft, { force: true })
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SluiceError('DISK_FULL', `${file}: expected room for ${bytes.length} bytes, got: ${reason}; make room`, {
      cause,
    })
  }
}

/** The state as of an offset, rebuilt from the log without holding up the event loop. */
export async function stateAsOf(application: Application, log: EventLog, offset: number): Promise<FeatureState> {
  const state = new FeatureState(application.schema, application.aggregates)
  for (const { firstOffset, records } of log.read(1, offset)) {
    for (let index = 0; index < records.length; index++) state.apply(firstOffset + index, records[index]!)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return state
}

function readSnapshot(
  application: Application,
  log: EventLog,
  directory: string,
): { state: FeatureState; refused?: string } {
  const fresh = () => new FeatureState(application.schema, application.aggregates)
  const file = join(directory, FILE)
  if (!existsSync(file)) return { state: fresh() }
  const state = fresh()
  try {
    const reader = new ByteReader(new Uint8Array(readFileSync(file)), 'DIRECTORY_CORRUPT')
    const checksum = reader.text()
    const bytes = reader.bytes()
    if (sha256Hex(bytes) !== checksum) throw new SluiceError('DIRECTORY_CORRUPT', 'snapshot: its checksum fails')
    state.load(bytes)
    if (state.offset > log.head) throw new SluiceError('DIRECTORY_CORRUPT', 'snapshot: it is ahead of the log')
    return { state }
  } catch (error) {
    if (error instanceof SluiceError) return { state: fresh(), refused: error.message }
    throw error
  }
}

import { mkdirSync, rmSync, statSync } from 'node:fs'
import { open as openFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { storageFault } from './storage-fault.ts'

/** What one commit writes, all of it or nothing. */
export interface Writes {
  /** Encoded batches by the offset of their first record. */
  readonly batches: readonly (readonly [firstOffset: number, bytes: Buffer])[]
  /** Rows of the subject index by the first offset of their batch. */
  readonly subjects: readonly (readonly [firstOffset: number, row: Buffer])[]
  /** Quarantined input by its running number. */
  readonly quarantine: readonly (readonly [number: number, value: unknown])[]
  /** Running numbers of quarantined inputs that are dropped. */
  readonly quarantineDropped?: readonly number[]
  /** Small facts by name: counters, checkpoints. */
  readonly facts: readonly (readonly [name: string, value: unknown])[]
}

/** A draft is written fast and flushed once, by {@link Store.flush}. */
export type StoreMode = 'write' | 'read' | 'draft'

/** One LMDB store in a folder of its own, with its tables. */
export class Store {
  readonly folder: string
  readonly environment: RootDatabase
  readonly batches: Database<Buffer, number>
  /** Undefined when a reader opened a store of a release that had none. */
  readonly subjects: Database<Buffer, number> | undefined
  readonly quarantine: Database<unknown, number>
  readonly facts: Database<unknown, string>
  #closed: Promise<void> | undefined

  /**
   * @param mode - a reader's store has to be there; the others make it when it is missing
   * @throws SluiceError `DIRECTORY_CORRUPT`, `DISK_FULL`
   */
  constructor(folder: string, mode: StoreMode) {
    this.folder = folder
    try {
      if (mode !== 'read') mkdirSync(folder, { recursive: true })
      this.environment = openEnvironment(folder, mode)
      this.batches = this.environment.openDB({ name: 'batches', encoding: 'binary' })
      this.quarantine = this.environment.openDB({ name: 'quarantine', encoding: 'json' })
      this.facts = this.environment.openDB({ name: 'facts', encoding: 'json' })
      this.subjects = this.environment.openDB({ name: 'subjects', encoding: 'binary' }) as typeof this.subjects
    } catch (cause) {
      throw storageFault(folder, cause)
    }
  }

  /** Bytes of the store's file. */
  get bytes(): number {
    return statSync(join(this.folder, 'data.mdb')).size
  }

  /**
   * Writes in one transaction; resolves when it is flushed to disk, for a draft when it is written.
   *
   * @throws SluiceError `DISK_FULL` when the disk refuses; then nothing of it is kept and a later commit may succeed
   */
  async commit({ batches, subjects, quarantine, quarantineDropped = [], facts }: Writes): Promise<void> {
    const writes: Promise<unknown>[] = []
    const batch = this.environment.batch(() => {
      for (const [firstOffset, bytes] of batches) writes.push(this.batches.put(firstOffset, bytes))
      for (const [firstOffset, row] of subjects) if (this.subjects) writes.push(this.subjects.put(firstOffset, row))
      for (const [number, value] of quarantine) writes.push(this.quarantine.put(number, value))
      for (const number of quarantineDropped) writes.push(this.quarantine.remove(number))
      for (const [name, value] of facts) writes.push(this.facts.put(name, value))
    })
    const outcomes = await Promise.allSettled([...writes, batch])
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw storageFault('event log', await commitCause(failed.reason))
  }

  /** Puts on the disk what a draft wrote. */
  async flush(): Promise<void> {
    const file = await openFile(join(this.folder, 'data.mdb'), 'r')
    try {
      await file.sync()
    } catch (cause) {
      throw storageFault(this.folder, cause)
    } finally {
      await file.close()
    }
  }

  /** Closes it; calling it again is harmless. */
  close(): Promise<void> {
    this.#closed ??= this.environment.close()
    return this.#closed
  }
}

// A reader that opens a store at this moment may make its lock file anew while the folder is emptied.
const REMOVAL = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 } as const

/** Deletes a store that nobody has open in this process. */
export function removeStore(folder: string): void {
  rmSync(folder, REMOVAL)
}

/** Deletes it without holding up the event loop, which a large file would. */
export function removeStoreSoon(folder: string): Promise<void> {
  return rm(folder, REMOVAL)
}

// Without overlapping sync a commit is on the disk before it is visible; without event-turn batching a failed commit
// rejects the promises that were handed out, and no others. Pages are zeroed before use, so that the file holds no
// bytes of the process's memory.
function openEnvironment(path: string, mode: StoreMode): RootDatabase {
  return open({
    path,
    encoding: 'binary',
    maxDbs: 8,
    readOnly: mode === 'read',
    noSync: mode === 'draft',
    noMemInit: false,
    overlappingSync: false,
    eventTurnBatching: false,
  })
}

/** LMDB rejects with a wrapper whose `commitError` is a promise that rejects with the cause. */
async function commitCause(error: unknown): Promise<unknown> {
  try {
    await (error as { commitError?: unknown }).commitError
    return error
  } catch (cause) {
    return cause
  }
}

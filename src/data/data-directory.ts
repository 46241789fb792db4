import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Clock, SluiceError } from '../foundation/index.ts'
import { cutDamagedTail, type TailCut } from './cut-tail.ts'
import { FIRST_STORE, isStoreName, MANIFEST, readManifest, writeManifest } from './directory-manifest.ts'
import { LogStorage } from './log-storage.ts'
import { messageOf, storageFault } from './storage-fault.ts'
import { takeJournal } from './take-journal.ts'
import { requireUnlocked, takeWriterLock } from './writer-lock.ts'

const LOCK = 'writer.lock'

/** A data directory that is open: one writer at a time, any number of readers beside it. */
export interface DataDirectory {
  readonly path: string
  readonly mode: 'write' | 'read'
  /** When it was created, in milliseconds since the Unix epoch. */
  readonly createdAt: number
  /** The store of the log. */
  readonly storage: LogStorage
  /** What was wrong with the log's end and was cut off at this opening; undefined when it was sound. */
  readonly recovered: TailCut | undefined
  /** Closes the store and, for the writer, gives the lock back. Close what was opened on it first. */
  close(): Promise<void>
}

/**
 * Opens a data directory; in write mode creates it when it is missing or empty.
 *
 * The writer holds `writer.lock` with its process number; a lock left by a process that died, even by `kill -9`, is
 * taken over. What a write that was torn left at the log's end is cut off, and {@link DataDirectory.recovered} says so.
 *
 * @throws SluiceError `DIRECTORY_MISSING` (read mode), `DIRECTORY_FOREIGN` when other things lie there,
 * `DIRECTORY_LOCKED` when another process writes, `DIRECTORY_CORRUPT` when its own files are damaged
 */
export function openDataDirectory(
  path: string,
  options: { mode: 'write'; clock: Clock } | { mode: 'read' },
): DataDirectory {
  const { mode } = options
  const isNew = requireOurs(path, mode)
  if (mode === 'write') requireUnlocked(join(path, LOCK))
  const storage = new LogStorage(path, mode)
  let unlock = () => {}
  try {
    if (mode === 'write') unlock = storage.exclusively(() => takeWriterLock(join(path, LOCK)))
    if (mode === 'write' && isNew) writeManifest(path, { createdAt: options.clock(), store: FIRST_STORE })
    const { createdAt, store } = readManifest(path)
    let recovered: TailCut | undefined
    if (mode === 'write') {
      if (store !== basename(storage.folder)) throw replacedMeanwhile(path)
      storage.removeOthers()
      const at = options.clock()
      recovered = cutDamagedTail(path, storage, at)
      recovered = takeJournal(path, storage, at) ?? recovered
      storage.beginJournal()
    }
    const close = async () => {
      await storage.close()
      unlock()
    }
    return { path, mode, createdAt, storage, recovered, close }
  } catch (error) {
    unlock()
    void storage.close()
    throw storageFault(path, error)
  }
}

/** Whether the directory is still to be made; throws when it is missing or somebody else's. */
function requireOurs(path: string, mode: 'write' | 'read'): boolean {
  const names = listNames(path)
  if (names?.includes(MANIFEST)) return false
  // A creation that was cut short leaves these; the manifest is written last.
  const others = (names ?? []).filter(
    (name) => !isStoreName(name) && ![LOCK, `${LOCK}.new`, `${MANIFEST}.new`].includes(name),
  )
  if (others.length > 0) {
    throw new SluiceError(
      'DIRECTORY_FOREIGN',
      `${path}: expected a data directory or an empty one, got other files (${others.slice(0, 3).join(', ')}); choose another directory`,
    )
  }
  if (mode === 'read') {
    throw new SluiceError(
      'DIRECTORY_MISSING',
      `${path}: expected a data directory, got nothing; import events into it first, or correct the path`,
    )
  }
  return true
}

function listNames(path: string): string[] | undefined {
  try {
    return readdirSync(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new SluiceError(
      'DIRECTORY_FOREIGN',
      `${path}: expected a directory, got ${messageOf(cause)}; choose another one`,
      { cause },
    )
  }
}

/** The writer before replaced the store between our look at the manifest and at its lock. */
function replacedMeanwhile(path: string): SluiceError {
  return new SluiceError(
    'DIRECTORY_LOCKED',
    `${path}: expected no other writer, got one that ended at this very moment; open it again`,
  )
}

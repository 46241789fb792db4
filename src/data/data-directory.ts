import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'lmdb'
import { type Clock, SluiceError } from '../foundation/index.ts'
import { LogStorage } from './log-storage.ts'
import { messageOf, storageFault } from './storage-fault.ts'
import { requireStoreFile } from './store-file.ts'
import { requireUnlocked, takeWriterLock } from './writer-lock.ts'

/** Version of the layout of a data directory that this release reads and writes. */
const FORMAT = 1
const MANIFEST = 'sluice.json'
const LOCK = 'writer.lock'

/** A data directory that is open: one writer at a time, any number of readers beside it. */
export interface DataDirectory {
  readonly path: string
  readonly mode: 'write' | 'read'
  /** When it was created, in milliseconds since the Unix epoch. */
  readonly createdAt: number
  /** The store of the log. */
  readonly storage: LogStorage
  /** Closes the store and, for the writer, gives the lock back. Close what was opened on it first. */
  close(): Promise<void>
}

/**
 * Opens a data directory; in write mode creates it when it is missing or empty.
 *
 * The writer holds `writer.lock` with its process number; a lock left by a process that died, even by `kill -9`, is
 * taken over.
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
  if (!isNew) readManifest(path)
  if (!isNew) requireStoreFile(join(path, 'log', 'data.mdb'))
  const storage = openStorage(path, mode)
  try {
    const unlock = mode === 'write' ? storage.exclusively(() => takeWriterLock(join(path, LOCK))) : () => undefined
    if (mode === 'write' && isNew) writeManifest(path, options.clock())
    const createdAt = readManifest(path)
    const close = async () => {
      await storage.close()
      unlock()
    }
    return { path, mode, createdAt, storage, close }
  } catch (error) {
    void storage.close()
    throw storageFault(path, error)
  }
}

/** Whether the directory is still to be made; throws when it is missing or somebody else's. */
function requireOurs(path: string, mode: 'write' | 'read'): boolean {
  const names = listNames(path)
  if (names?.includes(MANIFEST)) return false
  // A creation that was cut short leaves these; the manifest is written last.
  const others = (names ?? []).filter((name) => !['log', LOCK, `${LOCK}.new`, `${MANIFEST}.new`].includes(name))
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

function openStorage(path: string, mode: 'write' | 'read'): LogStorage {
  const log = join(path, 'log')
  try {
    if (mode === 'write') mkdirSync(log, { recursive: true })
    // Without overlapping sync a commit is on the disk before it is visible; without event-turn batching a failed
    // commit rejects the promises that were handed out, and no others.
    const environment = open({
      path: log,
      encoding: 'binary',
      maxDbs: 8,
      readOnly: mode === 'read',
      overlappingSync: false,
      eventTurnBatching: false,
    })
    return new LogStorage(environment)
  } catch (cause) {
    throw storageFault(log, cause)
  }
}

function readManifest(path: string): number {
  let manifest: { format?: unknown; createdAt?: unknown }
  try {
    manifest = JSON.parse(readFileSync(join(path, MANIFEST), 'utf8')) as typeof manifest
  } catch (cause) {
    throw corrupt(path, `${MANIFEST} that cannot be read (${messageOf(cause)})`)
  }
  if (manifest?.format !== FORMAT || typeof manifest.createdAt !== 'number') {
    throw corrupt(path, `${MANIFEST} of format ${JSON.stringify(manifest?.format)}`)
  }
  return manifest.createdAt
}

function writeManifest(path: string, createdAt: number): void {
  const file = join(path, MANIFEST)
  writeFileSync(`${file}.new`, `${JSON.stringify({ format: FORMAT, createdAt })}\n`, { flush: true })
  renameSync(`${file}.new`, file)
}

function corrupt(path: string, got: string): SluiceError {
  return new SluiceError(
    'DIRECTORY_CORRUPT',
    `${path}: expected a data directory of format ${FORMAT}, got ${got}; restore it from a copy, or import into a new directory`,
  )
}

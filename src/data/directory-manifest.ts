import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SluiceError } from '../foundation/index.ts'
import { messageOf } from './storage-fault.ts'

/** The file that makes a folder a data directory. */
export const MANIFEST = 'sluice.json'
/** Name of the first store; those that a rewrite makes are numbered. */
export const FIRST_STORE = 'log'

/** Format of a directory whose store is the first one; what releases before the first rewrite could read. */
const FIRST_FORMAT = 1
/** Format of a directory whose manifest names its store. */
const FORMAT = 2

export interface Manifest {
  /** When the directory was created, in milliseconds since the Unix epoch. */
  readonly createdAt: number
  /** Folder of the store of the log. */
  readonly store: string
}

/** Whether a folder of a data directory is a store of a log, in use or left over. */
export function isStoreName(name: string): boolean {
  return /^log(-[1-9]\d{0,8})?$/.test(name)
}

/** @throws SluiceError `DIRECTORY_CORRUPT` when it cannot be read or is of a format that this release does not know */
export function readManifest(path: string): Manifest {
  let manifest: { format?: unknown; createdAt?: unknown; store?: unknown } | null
  try {
    manifest = JSON.parse(readFileSync(join(path, MANIFEST), 'utf8')) as typeof manifest
  } catch (cause) {
    throw corrupt(path, `${MANIFEST} that cannot be read (${messageOf(cause)})`)
  }
  const store = manifest?.format === FIRST_FORMAT ? FIRST_STORE : manifest?.store
  const isKnown = manifest?.format === FIRST_FORMAT || manifest?.format === FORMAT
  if (!isKnown || typeof manifest?.createdAt !== 'number' || typeof store !== 'string' || !isStoreName(store)) {
    throw corrupt(path, `${MANIFEST} of format ${JSON.stringify(manifest?.format)}`)
  }
  return { createdAt: manifest.createdAt, store }
}

/** Writes it whole or not at all; when this returns it is on the disk. */
export function writeManifest(path: string, { createdAt, store }: Manifest): void {
  const file = join(path, MANIFEST)
  const content = store === FIRST_STORE ? { format: FIRST_FORMAT, createdAt } : { format: FORMAT, createdAt, store }
  writeFileSync(`${file}.new`, `${JSON.stringify(content)}\n`, { flush: true })
  renameSync(`${file}.new`, file)
  flushFolder(path)
}

/** Changes whenever the manifest is replaced, undefined when it is gone; costs one look at the file system. */
export function manifestStamp(path: string): string | undefined {
  const status = statSync(join(path, MANIFEST), { throwIfNoEntry: false })
  return status && `${status.ino}/${status.mtimeMs}/${status.size}`
}

/** Puts the names in a folder on the disk, where the system can. */
export function flushFolder(path: string): void {
  try {
    const descriptor = openSync(path, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    // Some file systems cannot flush a folder; they order a rename by themselves.
  }
}

function corrupt(path: string, got: string): SluiceError {
  return new SluiceError(
    'DIRECTORY_CORRUPT',
    `${path}: expected a data directory of format ${FORMAT} or older, got ${got}; restore it from a copy, or import into a new directory`,
  )
}

import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { contentHash, SluiceError, sha256Hex } from '../../foundation/index.ts'

const HEAD_BYTES = 65_536

/** A file to import, looked at before anything is read from it. */
export interface ImportFile {
  readonly path: string
  /** Its name without folder and without `.gz`. */
  readonly name: string
  readonly bytes: number
}

/** @throws SluiceError `FILE_NOT_FOUND` when it is not there, `FILE_UNREADABLE` when it is no file */
export async function findFile(path: string): Promise<ImportFile> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE'
    throw new SluiceError(code, `${path}: expected a file, got ${cause.message}; correct the path`, { cause })
  })
  if (found.isDirectory()) {
    throw new SluiceError('FILE_UNREADABLE', `${path}: expected a file, got a folder; name the files in it`)
  }
  return { path, name: basename(path).replace(/\.gz$/i, ''), bytes: found.size }
}

/** What tells one import of one file from another: name, size, first 64 KiB and the way it is read. */
export async function importIdentity({ path, name, bytes }: ImportFile, format: unknown): Promise<string> {
  const head = Buffer.alloc(Math.min(HEAD_BYTES, bytes))
  const handle = await open(path, 'r')
  try {
    await handle.read(head, 0, head.length, 0)
  } finally {
    await handle.close()
  }
  return contentHash({ name, bytes, head: sha256Hex(head), format })
}

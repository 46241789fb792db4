import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { contentHash, SluiceError, sha256Hex } from '../../foundation/index.ts'

const END_BYTES = 65_536

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'nothing of that name',
  ENOTDIR: 'a path that leads through a file',
  EACCES: 'no permission to look at it',
}

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
    const got = REASONS[cause.code ?? ''] ?? cause.message
    throw new SluiceError(code, `${path}: expected a file, got ${got}; correct the path`, { cause })
  })
  if (found.isDirectory()) {
    throw new SluiceError('FILE_UNREADABLE', `${path}: expected a file, got a folder; name the files in it`)
  }
  return { path, name: basename(path).replace(/\.gz$/i, ''), bytes: found.size }
}

/** What tells one import of one file from another: name, size, first and last 64 KiB, and the way it is read. */
export async function importIdentity({ path, name, bytes }: ImportFile, format: unknown): Promise<string> {
  const head = Buffer.alloc(Math.min(END_BYTES, bytes))
  const tail = Buffer.alloc(head.length)
  const handle = await open(path, 'r')
  try {
    await handle.read(head, 0, head.length, 0)
    await handle.read(tail, 0, tail.length, bytes - tail.length)
  } finally {
    await handle.close()
  }
  return contentHash({ name, bytes, head: sha256Hex(head), tail: sha256Hex(tail), format })
}

import { closeSync, existsSync, fstatSync, openSync, readSync, truncateSync } from 'node:fs'
import { SluiceError } from '../foundation/index.ts'

const MAGIC = 0xbeefc0de
// Places in a meta page of LMDB's file format 2: a page header of 24 bytes, then MDB_meta.
const AT_MAGIC = 24
const AT_PAGE_SIZE = 48
const AT_LAST_PAGE = 144
const META_BYTES = 160

/**
 * Looks at an LMDB file before it is mapped: of a foreign file the library would crash the process, and so would a
 * page behind the end of a file that was cut. A short file is lengthened with zeros, so that what is missing shows as a
 * wrong checksum when it is read, and what is not missing can be read.
 *
 * @throws SluiceError `DIRECTORY_CORRUPT` when it is missing, empty or not an LMDB file
 */
export function requireStoreFile(file: string): void {
  if (!existsSync(file)) throw corrupt(file, 'no such file')
  const { first, second, size } = readMetaPages(file)
  if (!isMeta(first) || !isMeta(second)) throw corrupt(file, 'other bytes at its head')
  const lastPage = Math.max(Number(first.readBigUInt64LE(AT_LAST_PAGE)), Number(second.readBigUInt64LE(AT_LAST_PAGE)))
  const needed = (lastPage + 1) * first.readUInt32LE(AT_PAGE_SIZE)
  if (size < needed) truncateSync(file, needed)
}

function readMetaPages(file: string): { first: Buffer; second: Buffer; size: number } {
  const descriptor = openSync(file, 'r')
  try {
    const [first, second] = [Buffer.alloc(META_BYTES), Buffer.alloc(META_BYTES)]
    readSync(descriptor, first, 0, META_BYTES, 0)
    const pageSize = first.readUInt32LE(AT_PAGE_SIZE)
    readSync(descriptor, second, 0, META_BYTES, Math.min(pageSize, 65_536))
    return { first, second, size: fstatSync(descriptor).size }
  } finally {
    closeSync(descriptor)
  }
}

function isMeta(page: Buffer): boolean {
  return page.readUInt32LE(AT_MAGIC) === MAGIC
}

function corrupt(file: string, got: string): SluiceError {
  return new SluiceError(
    'DIRECTORY_CORRUPT',
    `${file}: expected the store of the log, got ${got}; restore the directory from a copy, or import into a new one`,
  )
}

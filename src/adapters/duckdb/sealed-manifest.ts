import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  globSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { SluiceError } from '../../foundation/index.ts'

/** What was sealed of one type of record within one range of offsets. */
export interface SealedFile {
  readonly type: string
  /** The range of offsets, both ends included; the first and the last of the rows may lie inside it. */
  readonly first: number
  readonly last: number
  readonly rows: number
  /** The earliest and the latest `at` of the rows, in milliseconds since the Unix epoch; null without rows. */
  readonly earliestAt: number | null
  readonly latestAt: number | null
  /** Relative to the folder; null when there is no row, and so no file. */
  readonly path: string | null
  readonly bytes: number
  /** SHA-256 of the file's bytes; null without a file. */
  readonly sha256: string | null
}

/** What lies in a folder of sealed files. */
export interface SealedManifest {
  readonly format: typeof FORMAT
  /** Offsets in a whole segment. */
  readonly segmentOffsets: number
  /** By type, then by range. */
  readonly files: readonly SealedFile[]
  /** Files that the manifest before this one named and this one does not. */
  readonly replaced: readonly string[]
}

/** What the manifest says of a type that has no row in a range. */
export function emptyFile(type: string, first: number, last: number): SealedFile {
  return { type, first, last, rows: 0, earliestAt: null, latestAt: null, path: null, bytes: 0, sha256: null }
}

const FORMAT = 1
const MANIFEST = 'manifest.json'
/** What a file is called until it takes its place. */
export const DRAFT = '.draft'

/** Where the sealed files of a data directory lie. */
export function sealedFolder(directory: string): string {
  return join(directory, 'sealed')
}

/**
 * The manifest of a folder, undefined when nothing was sealed there.
 *
 * @throws SluiceError `DIRECTORY_CORRUPT` when it cannot be read, or is missing beside sealed files
 */
export function readManifest(folder: string): SealedManifest | undefined {
  const file = join(folder, MANIFEST)
  if (!existsSync(file)) {
    if (globSync('*/*.parquet', { cwd: folder }).length > 0) throw corrupt(file, 'none beside sealed files')
    return undefined
  }
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as SealedManifest
    if (manifest.format === FORMAT && Array.isArray(manifest.files)) return manifest
  } catch (cause) {
    throw corrupt(file, cause instanceof Error ? cause.message : String(cause), cause)
  }
  throw corrupt(file, 'another format')
}

/**
 * Puts a manifest in place, then the drafts that it names, and removes the files that it names no longer.
 *
 * The manifest comes first: a process that dies in between leaves drafts of which {@link settle} knows what to do.
 */
export function publish(
  folder: string,
  before: SealedManifest | undefined,
  { segmentOffsets, files }: Pick<SealedManifest, 'segmentOffsets' | 'files'>,
): SealedManifest {
  const kept = new Set(files.map(({ path }) => path))
  const replaced = (before?.files ?? []).flatMap(({ path }) => (path === null || kept.has(path) ? [] : [path]))
  const sorted = files.toSorted((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : a.first - b.first))
  const manifest: SealedManifest = { format: FORMAT, segmentOffsets, files: sorted, replaced }
  const file = join(folder, MANIFEST)
  writeFileSync(`${file}.new`, `${JSON.stringify(manifest, undefined, 1)}\n`, { flush: true })
  renameSync(`${file}.new`, file)
  settle(folder, manifest)
  return manifest
}

/**
 * Finishes or undoes what a process left that died: a draft that the manifest names takes its place, any other goes.
 *
 * @remarks O(drafts); call it only while no other process works there
 */
export function settle(folder: string, manifest: SealedManifest | undefined): void {
  const wanted = new Map((manifest?.files ?? []).map(({ path, sha256 }) => [path, sha256]))
  for (const draft of globSync(`*/*${DRAFT}`, { cwd: folder })) {
    const path = draft.slice(0, -DRAFT.length).replaceAll('\\', '/')
    if (wanted.has(path) && wanted.get(path) === digestOf(join(folder, draft)).sha256) {
      renameSync(join(folder, draft), join(folder, path))
    } else rmSync(join(folder, draft))
  }
  for (const path of manifest?.replaced ?? []) rmSync(join(folder, path), { force: true })
}

/** Makes a finished draft durable and gives its size and checksum. O(bytes), 64 KB in memory. */
export function finishDraft(file: string): { bytes: number; sha256: string } {
  const descriptor = openSync(file, 'r+')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  return digestOf(file)
}

/**
 * What is wrong with the sealed files of a folder: each one is compared with the manifest by size and checksum.
 *
 * @returns one sentence a fault, with what to do; empty when all is well or nothing is sealed
 * @remarks O(bytes); needs no DuckDB
 */
export function checkSealed(folder: string): { files: number; rows: number; bytes: number; problems: string[] } {
  const manifest = readManifest(folder)
  const files = (manifest?.files ?? []).filter(({ path }) => path !== null)
  return {
    files: files.length,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    problems: files.flatMap((file) => faultOf(folder, file)),
  }
}

/**
 * Refuses to build on a sealed file that is not as it was written.
 *
 * @throws SluiceError `DIRECTORY_CORRUPT` naming it
 */
export function requireSound(folder: string, file: SealedFile): void {
  const [fault] = faultOf(folder, file)
  if (fault !== undefined) throw new SluiceError('DIRECTORY_CORRUPT', fault)
}

function faultOf(folder: string, { path, bytes, sha256 }: SealedFile): string[] {
  if (path === null) return []
  const file = join(folder, path)
  const advice = 'sluice seal finishes what was cut short; else restore it from a copy'
  if (!existsSync(file)) return [`${file}: expected a sealed file, got none; ${advice}`]
  const found = statSync(file).size
  if (found !== bytes) return [`${file}: expected ${bytes} bytes, got ${found}; ${advice}`]
  if (digestOf(file).sha256 === sha256) return []
  return [`${file}: expected the bytes that were written, got a wrong checksum; ${advice}`]
}

function digestOf(file: string): { bytes: number; sha256: string } {
  const hash = createHash('sha256')
  const part = Buffer.allocUnsafe(65_536)
  const descriptor = openSync(file, 'r')
  try {
    let bytes = 0
    for (;;) {
      const read = readSync(descriptor, part)
      if (read === 0) return { bytes, sha256: hash.digest('hex') }
      hash.update(part.subarray(0, read))
      bytes += read
    }
  } finally {
    closeSync(descriptor)
  }
}

function corrupt(file: string, got: string, cause?: unknown): SluiceError {
  return new SluiceError(
    'DIRECTORY_CORRUPT',
    `${file}: expected the manifest of the sealed files, got ${got}; restore it from a copy, or move the folder away and seal again`,
    { cause },
  )
}

import { createHash, hash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ByteReader, SluiceError } from '../../foundation/index.ts'
import { FieldDictionaries } from './field-values.ts'
import { KeptSegment } from './kept-segment.ts'
import { LiveTextIndex, type SegmentTuning } from './live-text-index.ts'
import type { Segment } from './segment.ts'
import { readSegment, segmentPieces } from './segment-bytes.ts'
import { type TextIndexOptions, type TextLayout, textLayout } from './text-fields.ts'

const MANIFEST = 'manifest.json'
const DRAFT = '.draft'
const FORMAT = 1
/** Written and added to a checksum at once. */
const WRITTEN_BYTES = 1 << 22

interface SavedSegment {
  readonly file: string
  readonly sha256: string
  /** The documents that are gone. */
  readonly gone: readonly number[]
}

interface Manifest {
  readonly format: number
  readonly layout: TextLayout
  readonly fixedLengths: readonly number[]
  readonly position: number
  readonly segments: readonly SavedSegment[]
}

/** An index as it was saved, and what of. */
export interface OpenedTextIndex {
  readonly index: LiveTextIndex
  /** What {@link TextIndexFolder.save} was told. */
  readonly position: number
}

/**
 * A folder with a {@link LiveTextIndex}: a file for every segment, written once, and a manifest which says that they are
 * the index and which of their documents are gone. The manifest is replaced as a whole when all it names is on the disk, so
 * a crash leaves the index that was saved last. What came after is the owner's to add again: the position says from where.
 *
 * One process at a time may write; the lock of the data directory that the folder lies in sees to it.
 */
export class TextIndexFolder {
  readonly #folder: string
  readonly #files = new WeakMap<Segment, Omit<SavedSegment, 'gone'>>()
  #next = 0
  #saving: Promise<void> = Promise.resolve()

  /** @param folder - made when it is not there */
  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
    for (const name of readdirSync(folder)) this.#next = Math.max(this.#next, 1 + (numberOf(name) ?? -1))
  }

  /**
   * The index as it was saved last, or nothing when none was.
   *
   * @throws SluiceError `MODEL_CORRUPT` when a file is missing or damaged, `MODEL_MISMATCH` when the index is of other
   * options or of another format: it is to be built again
   * @remarks O(bytes + documents).
   */
  open(options: TextIndexOptions, tuning: SegmentTuning = {}): OpenedTextIndex | undefined {
    const manifest = this.#readManifest()
    if (manifest === undefined) return undefined
    const layout = textLayout(options)
    if (manifest.format !== FORMAT || JSON.stringify(manifest.layout) !== JSON.stringify(layout)) {
      throw new SluiceError(
        'MODEL_MISMATCH',
        `${this.#folder}: expected an index of these fields, got another; rebuild it`,
      )
    }
    const dictionaries = new FieldDictionaries()
    const kept = manifest.segments.map((saved) => this.#readSegment(saved, layout, dictionaries))
    const fixedLengths = Float64Array.from(manifest.fixedLengths)
    const index = new LiveTextIndex(options, tuning, { layout, kept, fixedLengths, dictionaries })
    return { index, position: manifest.position }
  }

  /**
   * Saves an index as it is now, durably: segments that are there already are not written again.
   *
   * @param position - up to where the owner's log is in the index
   * @throws SluiceError `DISK_FULL` when it cannot be written; what was saved before stays
   * @remarks O(bytes of new segments); the event loop is let go after every few megabytes.
   */
  save(index: LiveTextIndex, position: number): Promise<void> {
    const segments = index.refresh().segments.map(({ kept }) => kept)
    const { layout } = index
    const fixedLengths = Array.from(index.fixedLengths)
    const saved = this.#saving.then(async () => {
      const written: SavedSegment[] = []
      for (const kept of segments) {
        written.push({ ...(await this.#written(kept.segment)), gone: Array.from(kept.goneDocuments()) })
      }
      await this.#writeManifest({ format: FORMAT, layout, fixedLengths, position, segments: written })
      await this.#removeOthers(new Set(written.map(({ file }) => file)))
    })
    this.#saving = saved.catch(() => undefined)
    return saved.catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new SluiceError('DISK_FULL', `${this.#folder}: expected to write the index, got: ${reason}; make room`, {
        cause,
      })
    })
  }

  async #written(segment: Segment): Promise<Omit<SavedSegment, 'gone'>> {
    const known = this.#files.get(segment)
    if (known) return known
    const file = `segment-${this.#next++}.bin`
    const sha256 = await writeDurably(join(this.#folder, file), piecesWithLengths(segment))
    this.#files.set(segment, { file, sha256 })
    return { file, sha256 }
  }

  async #writeManifest(manifest: Manifest): Promise<void> {
    const text = JSON.stringify(manifest)
    const draft = join(this.#folder, `${MANIFEST}${DRAFT}`)
    await writeDurably(draft, [Buffer.from(`${hash('sha256', text, 'hex')}\n${text}`)])
    // First the names of the segments' files, then that of the manifest.
    await syncFolder(this.#folder)
    await rename(draft, join(this.#folder, MANIFEST))
    await syncFolder(this.#folder)
  }

  async #removeOthers(files: ReadonlySet<string>): Promise<void> {
    for (const name of readdirSync(this.#folder)) {
      if (numberOf(name) !== undefined && !files.has(name)) await rm(join(this.#folder, name), { force: true })
    }
  }

  #readManifest(): Manifest | undefined {
    const file = join(this.#folder, MANIFEST)
    if (!existsSync(file)) return undefined
    const [checksum, text = ''] = readFileSync(file, 'utf8').split('\n')
    if (hash('sha256', text, 'hex') !== checksum) throw corrupt(file, 'a wrong checksum')
    return JSON.parse(text) as Manifest
  }

  #readSegment({ file, sha256, gone }: SavedSegment, layout: TextLayout, dictionaries: FieldDictionaries): KeptSegment {
    const path = join(this.#folder, file)
    if (!existsSync(path)) throw corrupt(path, 'no file')
    const bytes = readFileSync(path)
    if (hash('sha256', bytes, 'hex') !== sha256) throw corrupt(path, 'a wrong checksum')
    const segment = readSegment(new ByteReader(bytes, 'MODEL_CORRUPT'), layout, dictionaries)
    this.#files.set(segment, { file, sha256 })
    return new KeptSegment(segment).without(gone, layout.wordFields.length)
  }
}

/** The number of a segment's file; undefined of another. */
function numberOf(name: string): number | undefined {
  const digits = /^segment-(\d+)\.bin$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

function* piecesWithLengths(segment: Segment): Generator<Uint8Array> {
  for (const piece of segmentPieces(segment)) {
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, piece.length, true)
    yield length
    yield piece
  }
}

/** Writes a file and waits until it is on the disk; what it gives is its SHA-256. */
async function writeDurably(path: string, pieces: Iterable<Uint8Array>): Promise<string> {
  const sum = createHash('sha256')
  const file = await open(path, 'w')
  try {
    for (const part of inParts(pieces)) {
      sum.update(part)
      await writeAll(file, part)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return sum.digest('hex')
}

/** The same bytes in parts of about one size: every write lets other work come between. */
function* inParts(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  let held: Uint8Array[] = []
  let bytes = 0
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += WRITTEN_BYTES) {
      const part = piece.subarray(from, from + WRITTEN_BYTES)
      held.push(part)
      bytes += part.length
      if (bytes < WRITTEN_BYTES) continue
      yield Buffer.concat(held)
      held = []
      bytes = 0
    }
  }
  yield Buffer.concat(held)
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function corrupt(path: string, got: string): SluiceError {
  return new SluiceError(
    'MODEL_CORRUPT',
    `${path}: expected a saved text index, got ${got}; build it again from the log`,
  )
}

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
const FORMAT = 2
/** Written and added to a checksum at once: some 10 ms, compression included. */
const WRITTEN_BYTES = 1 << 19

interface SegmentFile {
  readonly file: string
  readonly sha256: string
}

interface SavedSegment extends SegmentFile {
  /** A bit a document that is still there, in base64; absent when all are. */
  readonly live?: string
}

interface Manifest {
  readonly format: number
  readonly layout: TextLayout
  readonly fixedLengths: readonly number[]
  readonly position: number
  readonly about: unknown
  readonly segments: readonly SavedSegment[]
}

/** An index as it was saved, and what of. */
export interface OpenedTextIndex {
  readonly index: LiveTextIndex
  /** What {@link TextIndexFolder.save} was told. */
  readonly position: number
  readonly about: unknown
}

/** What goes with a save. */
export interface SaveOptions {
  /** What its owner wants to know when it is opened, as JSON. */
  readonly about?: unknown
  /** Ends it early: what was saved before stays. */
  readonly signal?: AbortSignal
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
  readonly #files = new WeakMap<Segment, SegmentFile>()
  /** Of the next file; undefined before the first save. */
  #next: number | undefined
  #saving: Promise<unknown> = Promise.resolve()

  /** @param folder - made by the first save when it is not there; opening writes nothing */
  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * The index as it was saved last, or nothing when none was.
   *
   * @throws SluiceError `MODEL_CORRUPT` when a file is missing or damaged, `MODEL_MISMATCH` when the index is of other
   * options or of another format: it is to be built again
   * @remarks O(bytes + documents).
   */
  open(options: TextIndexOptions, tuning: SegmentTuning = {}): OpenedTextIndex | undefined {
    for (;;) {
      const manifest = this.#readManifest()
      if (manifest === undefined) return undefined
      try {
        return this.#open(manifest, options, tuning)
      } catch (error) {
        // Who only reads may see files go that another process has just replaced.
        if (JSON.stringify(this.#readManifest()) === JSON.stringify(manifest)) throw error
      }
    }
  }

  #open(manifest: Manifest, options: TextIndexOptions, tuning: SegmentTuning): OpenedTextIndex {
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
    return { index, position: manifest.position, about: manifest.about }
  }

  /** What the last save was told of its index, without opening that; nothing when none was. @throws SluiceError `MODEL_CORRUPT` */
  about(): unknown {
    return this.#readManifest()?.about
  }

  /**
   * Saves an index as it is now, durably: segments that are there already are not written again.
   *
   * @param position - up to where the owner's log is in the index
   * @returns whether it was saved; false when it was ended early
   * @throws SluiceError `DISK_FULL` when it cannot be written; what was saved before stays
   * @remarks O(bytes of new segments); the event loop is let go after every half a megabyte. What is to be written is held in
   * memory until it is, even if it is merged meanwhile.
   */
  save(index: LiveTextIndex, position: number, { about, signal }: SaveOptions = {}): Promise<boolean> {
    const kept = index.refresh().segments.map(({ kept: own }) => own)
    const { layout } = index
    const head = { format: FORMAT, layout, fixedLengths: Array.from(index.fixedLengths), position, about }
    const saved = this.#saving.then(() => this.#saveSegments(kept, head, signal))
    this.#saving = saved.catch(() => undefined)
    return saved.catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new SluiceError('DISK_FULL', `${this.#folder}: expected to write the index, got: ${reason}; make room`, {
        cause,
      })
    })
  }

  /** Lets each segment go as soon as it is written. */
  async #saveSegments(
    kept: KeptSegment[],
    head: Omit<Manifest, 'segments'>,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const segments: SavedSegment[] = []
    for (let next = kept.shift(); next; next = kept.shift()) {
      const file = await this.#written(next.segment, signal)
      if (file === undefined) return false
      segments.push({ ...file, ...(next.live ? { live: Buffer.from(next.live).toString('base64') } : {}) })
    }
    if (signal?.aborted) return false
    await this.#writeManifest({ ...head, segments })
    await this.#removeOthers(new Set(segments.map(({ file }) => file)))
    return true
  }

  async #written(segment: Segment, signal: AbortSignal | undefined): Promise<SegmentFile | undefined> {
    const known = this.#files.get(segment)
    if (known) return known
    const file = `segment-${this.#takeNumber()}.bin`
    const sha256 = await writeDurably(join(this.#folder, file), piecesWithLengths(segment), signal)
    if (sha256 === undefined) return undefined
    this.#files.set(segment, { file, sha256 })
    return { file, sha256 }
  }

  #takeNumber(): number {
    if (this.#next === undefined) {
      mkdirSync(this.#folder, { recursive: true })
      this.#next = Math.max(0, ...readdirSync(this.#folder).map((name) => 1 + (numberOf(name) ?? -1)))
    }
    return this.#next++
  }

  async #writeManifest(manifest: Manifest): Promise<void> {
    const text = JSON.stringify(manifest)
    mkdirSync(this.#folder, { recursive: true })
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

  #readSegment({ file, sha256, live }: SavedSegment, layout: TextLayout, dictionaries: FieldDictionaries): KeptSegment {
    const path = join(this.#folder, file)
    if (!existsSync(path)) throw corrupt(path, 'no file')
    const bytes = readFileSync(path)
    if (hash('sha256', bytes, 'hex') !== sha256) throw corrupt(path, 'a wrong checksum')
    const segment = readSegment(new ByteReader(bytes, 'MODEL_CORRUPT'), layout, dictionaries)
    this.#files.set(segment, { file, sha256 })
    return new KeptSegment(segment).without(goneFrom(live, segment.ids.length), layout.wordFields.length)
  }
}

/** The number of a segment's file; undefined of another. */
function numberOf(name: string): number | undefined {
  const digits = /^segment-(\d+)\.bin$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** The documents whose bit is not set. */
function goneFrom(live: string | undefined, documents: number): number[] {
  if (live === undefined) return []
  const bits = Buffer.from(live, 'base64')
  const gone: number[] = []
  for (let document = 0; document < documents; document++) {
    if (((bits[document >>> 3]! >>> (document & 7)) & 1) === 0) gone.push(document)
  }
  return gone
}

function* piecesWithLengths(segment: Segment): Generator<Uint8Array> {
  for (const piece of segmentPieces(segment)) {
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, piece.length, true)
    yield length
    yield piece
  }
}

/** Writes a file and waits until it is on the disk; what it gives is its SHA-256, and nothing when it was ended early. */
async function writeDurably(
  path: string,
  pieces: Iterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const sum = createHash('sha256')
  const file = await open(path, 'w')
  try {
    for (const part of inParts(pieces)) {
      if (signal?.aborted) return undefined
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

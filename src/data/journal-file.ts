import { close, closeSync, constants, fdatasync, fsync, open, openSync, readSync, rmSync, write } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { decodeFrames, FRAME_HEADER_BYTES, frameNumber, type NumberedWrites } from './journal-frame.ts'

const openSoon = promisify(open)
const writeSoon = promisify(write)
const syncSoon = promisify(fsync)
const syncDataSoon = promisify(fdatasync)
const closeSoon = promisify(close)

/** The journal is two files: while what one holds is put into the store, the other takes what comes. */
export const JOURNAL_FILES: readonly string[] = ['journal-0.bin', 'journal-1.bin']

/** A file grows by so much, written with zeros: a write into what is there changes nothing but bytes. */
const GROWTH_BYTES = 524_288
const ZEROS = Buffer.alloc(GROWTH_BYTES)
/** Where the system has it, a write returns when it is on the disk. */
const SYNCED_WRITES = process.platform === 'linux' ? constants.O_DSYNC : 0

/** One file of frames, each on the disk when its append resolves. */
export class JournalFile {
  readonly #path: string
  #descriptor: number | undefined
  #allocated = 0
  #position = 0
  #growing: Promise<void> | undefined
  /** Room that is made beforehand. */
  #wanted = 0

  /** Nothing is opened yet. */
  constructor(directory: string, name: string) {
    this.#path = join(directory, name)
  }

  /** The next frame goes to the beginning: what is there is in the store. */
  rewind(): void {
    this.#position = 0
  }

  /** Puts a frame behind the last one; resolves when it is on the disk. What fails leaves the position as it was. */
  async append(frame: Buffer): Promise<void> {
    while (this.#position + frame.length > this.#allocated) await this.#grow()
    await writeWhole(this.#descriptor!, frame, this.#position)
    this.#position += frame.length
  }

  /** Makes room beforehand; what it cannot do, an append will do. */
  async reserve(bytes: number): Promise<void> {
    this.#wanted = bytes
    try {
      while (this.#allocated < this.#wanted) await this.#grow()
    } catch {
      this.#wanted = 0
    }
  }

  /** Closes and deletes it. */
  async remove(): Promise<void> {
    this.#wanted = 0
    await this.#growing?.catch(() => undefined)
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    this.#allocated = 0
    this.#position = 0
    if (descriptor !== undefined) await closeSoon(descriptor).catch(() => undefined)
    rmSync(this.#path, { force: true })
  }

  #grow(): Promise<void> {
    this.#growing ??= this.#growOnce().finally(() => {
      this.#growing = undefined
    })
    return this.#growing
  }

  async #growOnce(): Promise<void> {
    if (this.#descriptor === undefined) {
      const { O_CREAT, O_RDWR, O_TRUNC } = constants
      this.#descriptor = await openSoon(this.#path, O_CREAT | O_RDWR | O_TRUNC | SYNCED_WRITES)
      await flushFolderSoon(dirname(this.#path))
    }
    await writeWhole(this.#descriptor, ZEROS, this.#allocated)
    this.#allocated += ZEROS.length
  }
}

async function writeWhole(descriptor: number, bytes: Buffer, position: number): Promise<void> {
  const { bytesWritten } = await writeSoon(descriptor, bytes, 0, bytes.length, position)
  // What a disk takes in part it does not take at all: the rest would be refused.
  if (bytesWritten !== bytes.length) throw Object.assign(new Error('the disk took a part'), { code: 'ENOSPC' })
  if (SYNCED_WRITES === 0) await syncDataSoon(descriptor)
}

async function flushFolderSoon(path: string): Promise<void> {
  try {
    const descriptor = await openSoon(path, 'r')
    await syncSoon(descriptor).finally(() => closeSoon(descriptor))
  } catch {
    // Some file systems cannot flush a folder; they order a creation by themselves.
  }
}

/** What the files of a journal hold. */
export interface JournalContent {
  /** Whole frames, by number, each once. */
  readonly frames: readonly NumberedWrites[]
  /** Of each file: where its frame of the highest number ends. */
  readonly ends: readonly number[]
}

/** Every whole frame of a higher number than `above` in the journal of a directory. O(bytes). */
export function readJournal(directory: string, above: number): JournalContent {
  const found = new Map<number, NumberedWrites>()
  const ends = JOURNAL_FILES.map((name) => {
    const bytes = whenThere(() => readWritten(join(directory, name)))
    const { frames, end } = decodeFrames(bytes ?? Buffer.alloc(0), above)
    for (const frame of frames) found.set(frame.number, frame)
    return end
  })
  return { frames: [...found.values()].sort((a, b) => a.number - b.number), ends }
}

/** The bytes of a file up to the room that was made and never written. */
function readWritten(file: string): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    const chunks: Buffer[] = []
    for (;;) {
      const chunk = Buffer.allocUnsafe(GROWTH_BYTES)
      const length = readSync(descriptor, chunk, 0, GROWTH_BYTES, chunks.length * GROWTH_BYTES)
      if (length === GROWTH_BYTES && chunk.equals(ZEROS)) break
      chunks.push(chunk.subarray(0, length))
      if (length < GROWTH_BYTES) break
    }
    return Buffer.concat(chunks)
  } finally {
    closeSync(descriptor)
  }
}

/** Whether a frame of a higher number than `above` begins where one may: at a beginning, or behind the last. O(1). */
export function journalGrew(directory: string, ends: readonly number[], above: number): boolean {
  const header = Buffer.alloc(FRAME_HEADER_BYTES)
  return JOURNAL_FILES.some((name, index) => {
    const descriptor = whenThere(() => openSync(join(directory, name), 'r'))
    if (descriptor === undefined) return false
    try {
      return [0, ends[index] ?? 0].some((place) => {
        const read = readSync(descriptor, header, 0, FRAME_HEADER_BYTES, place)
        return read === FRAME_HEADER_BYTES && frameNumber(header) > above
      })
    } finally {
      closeSync(descriptor)
    }
  })
}

/** Deletes the journal of a directory that nobody writes. */
export function removeJournal(directory: string): void {
  for (const name of JOURNAL_FILES) rmSync(join(directory, name), { force: true })
}

function whenThere<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

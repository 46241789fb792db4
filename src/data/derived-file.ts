import { hash } from 'node:crypto'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { ByteReader, ByteWriter, isSluiceError, SluiceError } from '../foundation/index.ts'

const SUFFIX = '.snapshot'
const DRAFT = '.draft'
/** Both ways of writing may be under way at once: each has a draft of its own. */
const SLOW_DRAFT = '.slow.draft'

/**
 * A file beside the log with what was made from it, so that a start need not read the whole log. It is there whole or not at
 * all, and of use for one generation of the log only: what was removed from the log since may still be in it.
 */
export class DerivedFile {
  readonly #file: string
  readonly #layout: string

  /**
   * @param name - of the file, without its ending
   * @param layout - says how the bytes are to be read; raised when that changes
   */
  constructor(directory: string, name: string, layout: string) {
    this.#file = join(directory, `${name}${SUFFIX}`)
    this.#layout = layout
  }

  get exists(): boolean {
    return existsSync(this.#file)
  }

  /**
   * The bytes as they were written.
   *
   * @throws SluiceError `DIRECTORY_CORRUPT` when the file is of another layout or generation, or its checksum fails
   */
  read(generation: number): Uint8Array {
    const reader = new ByteReader(new Uint8Array(readFileSync(this.#file)), 'DIRECTORY_CORRUPT')
    if (reader.text() !== this.#layout) throw unusable('it is of another layout')
    const own = reader.float64()
    if (own !== generation) throw unusable(`records were removed since (generation ${own})`)
    const checksum = reader.text()
    const bytes = reader.rest()
    if (hash('sha256', bytes, 'hex') !== checksum) throw unusable('its checksum fails')
    return bytes
  }

  /** @throws SluiceError `DISK_FULL` when it cannot be written; the one before stays */
  write(generation: number, bytes: Uint8Array): void {
    const draft = `${this.#file}${DRAFT}`
    try {
      const descriptor = openSync(draft, 'w')
      try {
        writeFileSync(descriptor, this.#head(generation, hash('sha256', bytes, 'hex')))
        writeFileSync(descriptor, bytes)
      } finally {
        closeSync(descriptor)
      }
      renameSync(draft, this.#file)
    } catch (cause) {
      throw this.#notWritten(draft, bytes.length, cause)
    }
  }

  /**
   * The same without holding up the event loop for the checksum and the disk; the bytes must stay as they are.
   *
   * @throws SluiceError `DISK_FULL` as {@link write}
   */
  async writeSoon(generation: number, bytes: Uint8Array): Promise<void> {
    const checksum = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
    const slowDraft = `${this.#file}${SLOW_DRAFT}`
    try {
      const draft = await open(slowDraft, 'w')
      try {
        await draft.writeFile(this.#head(generation, Buffer.from(checksum).toString('hex')))
        await draft.writeFile(bytes)
      } finally {
        await draft.close()
      }
      await rename(slowDraft, this.#file)
    } catch (cause) {
      throw this.#notWritten(slowDraft, bytes.length, cause)
    }
  }

  /** Removes the file and what a cut writing of it left. */
  remove(): void {
    for (const ending of ['', DRAFT, SLOW_DRAFT]) rmSync(`${this.#file}${ending}`, { force: true })
  }

  #head(generation: number, checksum: string): Uint8Array {
    return new ByteWriter().text(this.#layout).float64(generation).text(checksum).finish()
  }

  #notWritten(draft: string, length: number, cause: unknown): SluiceError {
    rmSync(draft, { force: true })
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new SluiceError('DISK_FULL', `${this.#file}: expected room for ${length} bytes, got: ${reason}; make room`, {
      cause,
    })
  }
}

/** Where a part keeps what it made from the log in several files: {@link removeDerivedFiles} removes it with the others. */
export function derivedFolder(directory: string, name: string): string {
  return join(directory, `${name}${SUFFIX}`)
}

/** The names for which there is a {@link derivedFolder}. */
export function derivedFolders(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.endsWith(SUFFIX))
    .map(({ name }) => name.slice(0, -SUFFIX.length))
}

/** Removes every {@link DerivedFile} and {@link derivedFolder}: after an erasure none may stay, whoever wrote it. */
export function removeDerivedFiles(directory: string): void {
  for (const name of readdirSync(directory)) {
    const endings = ['', DRAFT, SLOW_DRAFT].map((ending) => `${SUFFIX}${ending}`)
    if (!endings.some((ending) => name.endsWith(ending))) continue
    rmSync(join(directory, name), { recursive: true, force: true })
  }
}

/** What `use` makes of something derived; why not, when it is not of use. */
export function orRefused<Value>(use: () => Value): { readonly value: Value } | { readonly refused: string } {
  try {
    return { value: use() }
  } catch (error) {
    if (isSluiceError(error)) return { refused: error.message }
    throw error
  }
}

function unusable(why: string): SluiceError {
  return new SluiceError('DIRECTORY_CORRUPT', `snapshot: ${why}`)
}

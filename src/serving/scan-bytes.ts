import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What a look through every byte of a directory came to. */
export interface ByteScan {
  readonly files: number
  readonly bytes: number
  /**
   * How often the text was found, in any file, at any place. A short one is found by chance: `u4` stands in `u42`, and
   * four bytes of a number can be letters. From six bytes on, what is found is worth a look.
   */
  readonly occurrences: number
  /** Of these, how often with something else than a letter or digit on both sides: `u4` does not stand so in `u42`. */
  readonly wholeOccurrences: number
}

const CHUNK_BYTES = 1 << 22
/**
 * LMDB's table of readers: process numbers, never data. Closing any descriptor of it would drop the locks that this
 * process holds on it, and the next process to come would take the store for its own.
 */
const LOCK_TABLE = 'lock.mdb'

/**
 * Looks for a text in every file under a directory, but for LMDB's lock tables: its UTF-8 bytes, and the same as a JSON
 * string escapes them.
 *
 * @remarks O(bytes), a gigabyte a second; yields to the event loop at every 4 MiB.
 */
export async function scanBytes(directory: string, text: string): Promise<ByteScan> {
  const needles = [...new Set([text, JSON.stringify(text).slice(1, -1), asciiJson(text)])].map((form) =>
    Buffer.from(form),
  )
  const total = { files: 0, bytes: 0, occurrences: 0, wholeOccurrences: 0 }
  for (const file of await filesUnder(directory)) {
    total.files++
    total.bytes += await scanFile(file, needles, total)
  }
  return total
}

async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name !== LOCK_TABLE)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** Counts into `found`; returns the file's length, 0 when it went away meanwhile. */
async function scanFile(
  file: string,
  needles: readonly Buffer[],
  found: { occurrences: number; wholeOccurrences: number },
): Promise<number> {
  const longest = Math.max(...needles.map(({ length }) => length))
  let block: Buffer = Buffer.alloc(0)
  // Where in the block a needle may begin that is not counted yet; the byte before it stays for a look.
  let from = 0
  let bytes = 0
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
      block = Buffer.concat([block, chunk as Buffer])
      bytes += (chunk as Buffer).length
      // What begins here lies whole in the block, and so does the byte behind it.
      const until = Math.max(from, block.length - longest)
      count(block, needles, { from, until }, found)
      block = block.subarray(Math.max(0, until - 1))
      from = Math.min(until, 1)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  count(block, needles, { from, until: block.length }, found)
  return bytes
}

/** Counts needles that begin in a part of a block. */
function count(
  block: Buffer,
  needles: readonly Buffer[],
  { from, until }: { from: number; until: number },
  found: { occurrences: number; wholeOccurrences: number },
): void {
  for (const needle of needles) {
    for (let at = block.indexOf(needle, from); at >= 0 && at < until; at = block.indexOf(needle, at + 1)) {
      found.occurrences++
      if (!isWordByte(block[at - 1]) && !isWordByte(block[at + needle.length])) found.wholeOccurrences++
    }
  }
}

function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte >= 128
}

/** The JSON form of writers that keep to ASCII, such as Python's. */
function asciiJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

import { isUtf8 } from 'node:buffer'

/** Longest line that is looked at; a longer one is kept in the quarantine, cut. */
const MAX_LINE_BYTES = 1_048_576
const LINE_FEED = 10

/** A line that cannot be read as text, with its first bytes. */
export class UnreadableLine {
  readonly bytes: Uint8Array
  readonly reason: 'not UTF-8' | 'too long'

  constructor(bytes: Uint8Array, reason: 'not UTF-8' | 'too long') {
    this.bytes = bytes
    this.reason = reason
  }
}

export type Line = string | UnreadableLine

/**
 * Cuts pieces of a file into lines, without their ends (`\n` or `\r\n`); a byte order mark is dropped.
 *
 * @remarks Text is decoded a piece at a time, several hundred megabytes a second; memory is one piece and at most 1 MiB
 * of an unfinished line.
 */
export class LineSplitter {
  readonly #encoding: 'utf8' | 'latin1'
  #rest: Buffer[] = []
  #restBytes = 0
  #isFirst = true

  constructor(encoding: 'utf8' | 'latin1' = 'utf8') {
    this.#encoding = encoding
  }

  /** The lines that end in this piece. */
  push(chunk: Buffer): Line[] {
    const piece = this.#isFirst ? withoutByteOrderMark(chunk) : chunk
    if (chunk.length > 0) this.#isFirst = false
    const end = piece.lastIndexOf(LINE_FEED)
    if (end < 0) {
      this.#keep(piece)
      return []
    }
    const first = piece.indexOf(LINE_FEED)
    const lines = this.#finishLine(piece.subarray(0, first))
    if (end > first) lines.push(...this.#decode(piece.subarray(first + 1, end)))
    this.#keep(piece.subarray(end + 1))
    return lines
  }

  /** The last line, when the file does not end with a line feed. */
  finish(): Line[] {
    return this.#restBytes === 0 ? [] : this.#finishLine(Buffer.alloc(0))
  }

  #finishLine(tail: Buffer): Line[] {
    this.#keep(tail)
    const bytes = Buffer.concat(this.#rest)
    const isTooLong = this.#restBytes > MAX_LINE_BYTES
    this.#rest = []
    this.#restBytes = 0
    return isTooLong ? [new UnreadableLine(bytes, 'too long')] : this.#decode(bytes)
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return
    if (this.#restBytes <= MAX_LINE_BYTES) this.#rest.push(bytes)
    this.#restBytes += bytes.length
  }

  #decode(bytes: Buffer): Line[] {
    if (this.#encoding === 'utf8' && !isUtf8(bytes)) return splitBytes(bytes).map(decodeLine)
    return splitText(bytes.toString(this.#encoding))
  }
}

function splitText(text: string): string[] {
  const lines = text.split('\n')
  return text.includes('\r') ? lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) : lines
}

function splitBytes(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let start = 0
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  lines.push(bytes.subarray(start))
  return lines
}

function decodeLine(bytes: Buffer): Line {
  return isUtf8(bytes) ? (splitText(bytes.toString('utf8'))[0] ?? '') : new UnreadableLine(bytes, 'not UTF-8')
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

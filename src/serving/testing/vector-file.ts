import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { endianness } from 'node:os'
import { assert } from '../../foundation/index.ts'

/** Rows as they were served, with what they were served for. */
export interface ServedRows {
  /** The offset that the state had seen. */
  readonly offset: number
  /** The moment of the request, in milliseconds since the Unix epoch. */
  readonly at: number
  /** Number of the model version that the system served with; 0 for none. */
  readonly version: number
  /** Number of the user in the stream; one that nobody described is a stranger. */
  readonly user: number
  /** Numbers of the videos in the stream. */
  readonly videos: Int32Array
  readonly width: number
  /** Shape (videos * width,), row-major. */
  readonly rows: Float64Array
}

/*
 * A record: its length in bytes, then eight-byte numbers (length again, offset, moment, version, user, width, videos),
 * the videos as int32 padded to eight bytes, the rows, and the length once more. Native byte order.
 */
const HEAD_NUMBERS = 7
assert(endianness() === 'LE', 'records are written in the order of the machine')

/** Appends records to a file; each is one write. */
export class VectorFileWriter {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  append({ offset, at, version, user, videos, width, rows }: ServedRows): void {
    const length = recordLength(videos.length, width)
    const bytes = Buffer.alloc(length)
    const head = [length, offset, at, version, user, width, videos.length]
    for (const [place, value] of head.entries()) bytes.writeDoubleLE(value, place * 8)
    Buffer.from(videos.buffer, videos.byteOffset, videos.byteLength).copy(bytes, HEAD_NUMBERS * 8)
    Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength).copy(bytes, rowsStart(videos.length))
    bytes.writeDoubleLE(length, length - 8)
    writeSync(this.#file, bytes)
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** What {@link cutTornTail} found. */
export interface VectorFileEnd {
  /** Bytes up to the end of the last whole record. */
  readonly end: number
  /** Rows in the records that were walked over. */
  readonly vectors: number
  /** Bytes of a record that a kill had torn, which are cut off. */
  readonly torn: number
}

/** Walks the records from a byte on, which is the end of one, and cuts off what follows the last whole one. */
export function cutTornTail(path: string, from: number): VectorFileEnd {
  const file = openSync(path, 'r+')
  try {
    const { size } = fstatSync(file)
    const head = Buffer.alloc(HEAD_NUMBERS * 8)
    const tail = Buffer.alloc(8)
    let end = from
    let vectors = 0
    while (end + head.length <= size) {
      readSync(file, head, 0, head.length, end)
      const length = head.readDoubleLE(0)
      if (end + length > size) break
      readSync(file, tail, 0, 8, end + length - 8)
      if (tail.readDoubleLE(0) !== length) break
      vectors += head.readDoubleLE(48)
      end += length
    }
    ftruncateSync(file, end)
    return { end, vectors, torn: size - end }
  } finally {
    closeSync(file)
  }
}

/** All records in their order, one in memory. The file has no torn tail. */
export function* readVectorFile(path: string): Generator<ServedRows, void, undefined> {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const head = Buffer.alloc(8)
    for (let start = 0; start < size; ) {
      readSync(file, head, 0, 8, start)
      const bytes = new Uint8Array(head.readDoubleLE(0))
      readSync(file, bytes, 0, bytes.length, start)
      yield decode(bytes)
      start += bytes.length
    }
  } finally {
    closeSync(file)
  }
}

function decode(bytes: Uint8Array): ServedRows {
  const [length, offset = 0, at = 0, version = 0, user = 0, width = 0, count = 0] = new Float64Array(
    bytes.buffer,
    0,
    HEAD_NUMBERS,
  )
  assert(length === bytes.length, 'a record is whole')
  const videos = new Int32Array(bytes.buffer, HEAD_NUMBERS * 8, count)
  const rows = new Float64Array(bytes.buffer, rowsStart(count), count * width)
  return { offset, at, version, user, videos, width, rows }
}

function rowsStart(videos: number): number {
  return HEAD_NUMBERS * 8 + Math.ceil(videos / 2) * 8
}

function recordLength(videos: number, width: number): number {
  return rowsStart(videos) + videos * width * 8 + 8
}

import { type FileHandle, open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { SluiceError } from '../../../foundation/index.ts'

const NEWLINE = 10
const PIECE_BYTES = 1 << 20

/** Some whole lines of a file: the last one ends with a line feed, whether the file has it or not. */
export interface LineBlock {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Of the file, unpacked; unknown when it is packed. */
  readonly totalBytes: number | undefined
}

/**
 * The lines of a file in blocks of about `blockBytes`, more where a line is longer; gzip is known by its first bytes, not
 * by its name. Memory is a few blocks, whatever the size of the file.
 *
 * @throws SluiceError `FILE_NOT_FOUND`; `FILE_UNREADABLE` when it cannot be read or unpacked
 */
export async function* readLineBlocks(file: string, blockBytes: number): AsyncGenerator<LineBlock, void, undefined> {
  try {
    await using handle = await open(file, 'r')
    const { size } = await handle.stat()
    const packed = await isPacked(handle)
    const stream = handle.createReadStream({ start: 0, highWaterMark: PIECE_BYTES, autoClose: false })
    const pieces = packed ? stream.pipe(createGunzip({ chunkSize: PIECE_BYTES })) : stream
    if (packed) stream.once('error', (fault) => pieces.destroy(fault))
    for await (const bytes of cutAtLines(pieces, blockBytes)) {
      yield { bytes, totalBytes: packed ? undefined : size }
    }
  } catch (cause) {
    throw unreadable(file, cause)
  }
}

async function isPacked(handle: FileHandle): Promise<boolean> {
  const magic = new Uint8Array(2)
  const { bytesRead } = await handle.read(magic, 0, 2, 0)
  return bytesRead === 2 && magic[0] === 0x1f && magic[1] === 0x8b
}

async function* cutAtLines(
  pieces: AsyncIterable<Uint8Array>,
  blockBytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let waiting: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    waiting.push(piece)
    length += piece.length
    const end = length < blockBytes ? -1 : piece.lastIndexOf(NEWLINE)
    if (end < 0) continue
    const rest = piece.subarray(end + 1)
    yield joined(waiting, length - rest.length)
    waiting = [rest]
    length = rest.length
  }
  if (length > 0) yield joined(waiting, waiting.at(-1)?.at(-1) === NEWLINE ? length : length + 1)
}

/** The first `length` bytes of some pieces; a byte more than there are is the line feed that a file lacks at its end. */
function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length).fill(NEWLINE, length - 1)
  let at = 0
  for (const piece of pieces) {
    const fitting = piece.subarray(0, length - at)
    bytes.set(fitting, at)
    at += fitting.length
  }
  return bytes
}

function unreadable(file: string, cause: unknown): unknown {
  if (cause instanceof SluiceError) return cause
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') {
    return new SluiceError('FILE_NOT_FOUND', `${file}: expected a file, got none; check the path`, { cause })
  }
  if (code === undefined) return cause
  const got = code === 'EISDIR' ? 'a folder' : `${code} (${message})`
  return new SluiceError('FILE_UNREADABLE', `${file}: expected to read it, got ${got}; name another file`, { cause })
}

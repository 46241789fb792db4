import { type FileHandle, open } from 'node:fs/promises'
import { createGunzip, type Gunzip } from 'node:zlib'
import { SluiceError } from '../../foundation/index.ts'
import { messageOf } from '../storage-fault.ts'

const PLAIN_CHUNK_BYTES = 262_144
// Compressed text may grow a thousandfold: a smaller piece bounds what comes out of it.
const GZIP_CHUNK_BYTES = 32_768

/** A piece of a file's content and how many bytes of the file were read for everything up to it. */
export interface FileChunk {
  readonly bytes: Buffer
  readonly bytesRead: number
}

/**
 * Reads a file in pieces; gzip is known by its first two bytes, not by its name.
 *
 * @throws SluiceError `FILE_UNREADABLE` when a gzip file is cut or damaged, after everything before that was given
 */
export async function* readFileChunks(file: string): AsyncGenerator<FileChunk, void, undefined> {
  const handle = await open(file, 'r')
  try {
    const magic = Buffer.alloc(2)
    const { bytesRead } = await handle.read(magic, 0, 2, 0)
    const isGzip = bytesRead === 2 && magic[0] === 0x1f && magic[1] === 0x8b
    yield* isGzip ? unzip(file, readPieces(handle, GZIP_CHUNK_BYTES)) : readPieces(handle, PLAIN_CHUNK_BYTES)
  } finally {
    await handle.close()
  }
}

async function* readPieces(handle: FileHandle, size: number): AsyncGenerator<FileChunk, void, undefined> {
  let position = 0
  for (;;) {
    const bytes = Buffer.allocUnsafe(size)
    const { bytesRead } = await handle.read(bytes, 0, size, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield { bytes: bytes.subarray(0, bytesRead), bytesRead: position }
  }
}

/** One piece in, all that comes out of it given on, then the next: nothing is lost when a later piece is damaged. */
async function* unzip(file: string, pieces: AsyncIterable<FileChunk>): AsyncGenerator<FileChunk, void, undefined> {
  const gunzip = createGunzip()
  let out: Buffer[] = []
  let position = 0
  gunzip.on('data', (bytes: Buffer) => out.push(bytes))
  const take = (): FileChunk => {
    const bytes = Buffer.concat(out)
    out = []
    return { bytes, bytesRead: position }
  }
  for await (const piece of pieces) {
    position = piece.bytesRead
    const fault = await feed(gunzip, piece.bytes)
    yield take()
    if (fault) throw unreadable(file, fault)
  }
  const fault = await feed(gunzip, undefined)
  yield take()
  if (fault) throw unreadable(file, fault)
}

/** Gives one piece, or the end, to the decompressor; resolves when all of it came out, with the fault if there is one. */
function feed(gunzip: Gunzip, bytes: Buffer | undefined): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const settle = (fault?: Error | null) => {
      gunzip.off('error', settle)
      resolve(fault ?? undefined)
    }
    gunzip.once('error', settle)
    if (bytes === undefined) gunzip.once('end', () => settle()).end()
    else gunzip.write(bytes, settle)
  })
}

function unreadable(file: string, cause: Error): SluiceError {
  return new SluiceError(
    'FILE_UNREADABLE',
    `${file}: expected a whole gzip file, got ${messageOf(cause)}; the whole lines before that were imported; fetch the file again and import it, nothing counts twice`,
    { cause },
  )
}

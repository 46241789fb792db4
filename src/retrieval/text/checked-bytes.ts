import { createHash } from 'node:crypto'
import { SluiceError } from '../../foundation/index.ts'

/** What the bytes are, in 16 letters, and in which layout. */
export interface BytesKind {
  readonly magic: string
  readonly version: number
}

/** Magic, version, and the SHA-256 of all that follows. */
const BODY_AT = 52

/** Bytes that {@link requireChecked} knows again. */
export function withChecksum(body: Uint8Array, { magic, version }: BytesKind): Uint8Array {
  const bytes = new Uint8Array(BODY_AT + body.length)
  bytes.set(new TextEncoder().encode(magic))
  new DataView(bytes.buffer).setUint32(16, version, true)
  bytes.set(checksumOf(body), 20)
  bytes.set(body, BODY_AT)
  return bytes
}

/**
 * The body of bytes that {@link withChecksum} gave.
 *
 * @throws SluiceError `MODEL_CORRUPT` for other or damaged bytes, `MODEL_MISMATCH` for a layout of another version
 */
export function requireChecked(bytes: Uint8Array, { magic, version }: BytesKind): Uint8Array {
  const isOurs = bytes.length >= BODY_AT && new TextDecoder().decode(bytes.subarray(0, 16)) === magic
  if (!isOurs) throw corrupt('other bytes')
  const got = new DataView(bytes.buffer, bytes.byteOffset).getUint32(16, true)
  if (got !== version) {
    throw new SluiceError(
      'MODEL_MISMATCH',
      `text index: expected a layout of version ${version}, got ${got}; update Sluice or build it again`,
    )
  }
  const body = bytes.subarray(BODY_AT)
  if (checksumOf(body).some((byte, place) => byte !== bytes[20 + place])) throw corrupt('a wrong checksum')
  return body
}

/** SHA-256 by Node, since an index may have hundreds of megabytes. */
function checksumOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}

function corrupt(got: string): SluiceError {
  return new SluiceError(
    'MODEL_CORRUPT',
    `text index: expected a saved index, got ${got}; restore it or build it again`,
  )
}

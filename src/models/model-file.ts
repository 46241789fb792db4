import { ByteReader, ByteWriter, SluiceError, sha256Hex } from '../foundation/index.ts'

const MAGIC = 'sluice-model'

/**
 * The envelope of every saved model: magic, kind, version of the layout, payload and checksum.
 *
 * @param kind - which model wrote the payload, such as `ease`
 * @param version - version of that model's own layout, from 1
 */
export function writeModelFile(kind: string, version: number, payload: Uint8Array): Uint8Array {
  return new ByteWriter(payload.length + 256)
    .text(MAGIC)
    .text(kind)
    .uint32(version)
    .text(sha256Hex(payload))
    .bytes(payload)
    .finish()
}

/** The kind of a saved model, without reading its payload. */
export function readModelKind(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes, 'MODEL_CORRUPT')
  if (reader.text() !== MAGIC) {
    throw new SluiceError('MODEL_CORRUPT', 'model file: expected a Sluice model, got other bytes; train it again')
  }
  return reader.text()
}

/** The checksum that a saved model carries: two models of one checksum are one model. Nothing is checked. */
export function readModelChecksum(bytes: Uint8Array): string {
  readModelKind(bytes)
  const reader = new ByteReader(bytes, 'MODEL_CORRUPT')
  reader.text()
  reader.text()
  reader.uint32()
  return reader.text()
}

/**
 * Opens an envelope for reading.
 *
 * @throws SluiceError `MODEL_CORRUPT` when the bytes are not a model or the checksum fails, `MODEL_MISMATCH` when the
 * model is of another kind or of a version that this code does not know
 */
export function openModelFile(
  bytes: Uint8Array,
  expected: { kind: string; newestVersion: number },
): { version: number; payload: ByteReader } {
  const kind = readModelKind(bytes)
  if (kind !== expected.kind) {
    throw new SluiceError('MODEL_MISMATCH', `model file: expected a model of kind ${expected.kind}, got ${kind}`)
  }
  const reader = new ByteReader(bytes, 'MODEL_CORRUPT')
  reader.text()
  reader.text()
  const version = reader.uint32()
  const checksum = reader.text()
  const payload = reader.bytes()
  if (sha256Hex(payload) !== checksum) {
    throw new SluiceError(
      'MODEL_CORRUPT',
      `model file: the checksum of this ${kind} model fails; restore it or train again`,
    )
  }
  if (version < 1 || version > expected.newestVersion) {
    throw new SluiceError(
      'MODEL_MISMATCH',
      `model file: expected a layout of ${kind} up to version ${expected.newestVersion}, got ${version}; update Sluice`,
    )
  }
  return { version, payload: new ByteReader(payload, 'MODEL_CORRUPT') }
}

import { createHash } from 'node:crypto'
import { ByteReader, ByteWriter, openKernels, SluiceError } from '../../foundation/index.ts'
import { emptyFieldValues } from './field-values.ts'
import type { TextLayout } from './text-fields.ts'
import { TextIndex } from './text-index.ts'

const MAGIC = 'sluice-text-idx\n'
const VERSION = 2
/** Magic, version, and the SHA-256 of all that follows. */
const BODY_AT = 52

/**
 * The bytes of an index, which {@link loadTextIndex} opens: the same index gives the same bytes.
 *
 * @remarks O(bytes); twice the memory of the index while it runs.
 */
export function saveTextIndex({ parts }: TextIndex): Uint8Array {
  const { layout, ids, terms, postings, words, values, vocabulary } = parts
  const writer = new ByteWriter(2 * postings.chunks.length + 65_536)
  writer.json(layout).json(ids).json(terms).json(vocabulary.words).uint32s(vocabulary.counts)
  writer.uint32s(postings.frequencies).uint32s(postings.starts).bytes(postings.chunks)
  writer.uint32s(postings.placeStarts).uint32s(postings.skipStarts).uint32s(postings.placeSkips).bytes(postings.places)
  writer.uint32s(words.entryEnds).int32s(words.entryTerms).bytes(new Uint8Array(words.entryCounts.slice().buffer))
  for (const field of values.values()) field.save(writer)
  const body = writer.finish()
  const bytes = new Uint8Array(BODY_AT + body.length)
  bytes.set(new TextEncoder().encode(MAGIC))
  new DataView(bytes.buffer).setUint32(16, VERSION, true)
  bytes.set(checksumOf(body), 20)
  bytes.set(body, BODY_AT)
  return bytes
}

/**
 * Opens what {@link saveTextIndex} gave.
 *
 * @throws SluiceError `MODEL_CORRUPT` for other or damaged bytes, `MODEL_MISMATCH` for a layout of another version
 * @remarks O(bytes).
 */
export function loadTextIndex(bytes: Uint8Array): TextIndex {
  requireWhole(bytes)
  const reader = new ByteReader(bytes.subarray(BODY_AT), 'MODEL_CORRUPT')
  const layout = reader.json() as TextLayout
  const ids = reader.json() as string[]
  const terms = reader.json() as string[]
  const vocabulary = { words: reader.json() as string[], counts: reader.uint32s() }
  const kernels = openKernels()
  const [frequencies, starts, packed] = [reader.uint32s(), reader.uint32s(), reader.bytes()]
  const chunks = kernels.arena.uint8s(packed.length)
  chunks.set(packed)
  const [placeStarts, skipStarts, placeSkips] = [reader.uint32s(), reader.uint32s(), reader.uint32s()]
  const postings = { frequencies, starts, chunks, placeStarts, skipStarts, placeSkips, places: reader.bytes() }
  const [entryEnds, entryTerms] = [reader.uint32s(), reader.int32s()]
  const words = { entryEnds, entryTerms, entryCounts: new Uint16Array(reader.bytes().buffer) }
  const values = emptyFieldValues(layout.fields)
  for (const field of values.values()) field.load(reader)
  return new TextIndex({ layout, kernels, ids, terms, postings, words, values, vocabulary })
}

function requireWhole(bytes: Uint8Array): void {
  if (bytes.length < BODY_AT || new TextDecoder().decode(bytes.subarray(0, 16)) !== MAGIC) throw corrupt('other bytes')
  const version = new DataView(bytes.buffer, bytes.byteOffset).getUint32(16, true)
  if (version !== VERSION) {
    throw new SluiceError(
      'MODEL_MISMATCH',
      `text index: expected a layout of version ${VERSION}, got ${version}; update Sluice or build it again`,
    )
  }
  const checksum = checksumOf(bytes.subarray(BODY_AT))
  if (checksum.some((byte, place) => byte !== bytes[20 + place])) throw corrupt('a wrong checksum')
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

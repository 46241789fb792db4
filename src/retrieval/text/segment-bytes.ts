import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { DocumentNumbers } from './document-numbers.ts'
import { emptyFieldValues, type FieldDictionaries } from './field-values.ts'
import { rankWords, type Segment } from './segment.ts'
import type { TextLayout } from './text-fields.ts'

/** Texts and ids that are written at once. */
const BLOCK = 20_000
/** Bytes that are compressed at once: some 5 ms. */
const PART_BYTES = 1 << 20

/**
 * The bytes of a segment, piece by piece, so that nothing takes long at once; the same segment gives the same bytes. Each
 * piece stands behind its length.
 *
 * @remarks O(bytes).
 */
export function* segmentPieces(segment: Segment): Generator<Uint8Array> {
  const { ids, averageLengths, vocabulary, forward, postings, values } = segment
  const piece = (): ByteWriter => new ByteWriter()
  yield piece().float64s(averageLengths).uint32(blocksOf(ids)).uint32(blocksOf(vocabulary.words)).finish()
  yield piece().uint32(blocksOf(vocabulary.terms)).finish()
  for (const block of inBlocks(ids)) yield piece().json(block).finish()
  for (const block of inBlocks(vocabulary.words)) yield packTexts(block)
  for (const block of inBlocks(vocabulary.terms)) yield packTexts(block)
  yield piece().uint32s(vocabulary.wordCounts).int32s(vocabulary.wordTerms).uint32s(postings.frequencies).finish()
  yield* compressed(forward.bytes)
  yield packSteps(forward.starts)
  yield* compressed(postings.chunks)
  yield packSteps(postings.starts)
  yield* compressed(postings.places)
  yield packSteps(postings.groupStarts)
  yield packSteps(postings.firstGroups)
  for (const field of values.values()) {
    const writer = piece()
    field.save(writer)
    yield writer.finish()
  }
}

/** All of {@link segmentPieces} with their lengths. */
export function segmentBytes(segment: Segment): Uint8Array {
  const writer = new ByteWriter(segment.postings.chunks.length + segment.postings.places.length + 65_536)
  for (const piece of segmentPieces(segment)) writer.bytes(piece)
  return writer.finish()
}

/** Reads what {@link segmentBytes} wrote. */
export function readSegment(reader: ByteReader, { fields }: TextLayout, dictionaries: FieldDictionaries): Segment {
  const piece = (): ByteReader => new ByteReader(reader.bytes(), 'MODEL_CORRUPT')
  const head = piece()
  const [averageLengths, idBlocks, wordBlocks] = [head.float64s(), head.uint32(), head.uint32()]
  const termBlocks = piece().uint32()
  const ids = readBlocks(idBlocks, () => piece().json() as string[])
  const words = readBlocks(wordBlocks, () => unpackTexts(reader.bytes()))
  const terms = readBlocks(termBlocks, () => unpackTexts(reader.bytes()))
  const counts = piece()
  const [wordCounts, wordTerms, frequencies] = [counts.uint32s(), counts.int32s(), counts.uint32s()]
  const forward = { bytes: readCompressed(reader), starts: unpackSteps(reader.bytes()) }
  const [chunks, starts] = [readCompressed(reader), unpackSteps(reader.bytes())]
  const [places, groupStarts, firstGroups] = [
    readCompressed(reader),
    unpackSteps(reader.bytes()),
    unpackSteps(reader.bytes()),
  ]
  const values = emptyFieldValues(fields, dictionaries)
  for (const field of values.values()) field.load(piece())
  return {
    ...{ ids, numbers: DocumentNumbers.of(ids), averageLengths, forward, values },
    vocabulary: { words, terms, wordCounts, wordTerms, ranked: rankWords(wordCounts) },
    postings: { frequencies, starts, chunks, firstGroups, groupStarts, places },
  }
}

/** How many bytes there are, and then these by Zstandard, part by part. */
function* compressed(bytes: Uint8Array): Generator<Uint8Array> {
  yield new ByteWriter().uint32(bytes.length).finish()
  for (let from = 0; from < bytes.length; from += PART_BYTES) {
    yield zstdCompressSync(bytes.subarray(from, from + PART_BYTES))
  }
}

function readCompressed(reader: ByteReader): Uint8Array {
  const bytes = new Uint8Array(new ByteReader(reader.bytes(), 'MODEL_CORRUPT').uint32())
  for (let from = 0; from < bytes.length; from += PART_BYTES) bytes.set(zstdDecompressSync(reader.bytes()), from)
  return bytes
}

function blocksOf(texts: readonly string[]): number {
  return Math.ceil(texts.length / BLOCK)
}

function* inBlocks(texts: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < texts.length; from += BLOCK) yield texts.slice(from, from + BLOCK)
}

function readBlocks(count: number, read: () => readonly string[]): string[] {
  const texts: string[] = []
  for (let block = 0; block < count; block++) for (const text of read()) texts.push(text)
  return texts
}

/** Texts, each as how many bytes of UTF-8 it shares with the one before, how many follow, and these. */
function packTexts(texts: readonly string[]): Uint8Array {
  const all = texts.map((text) => Buffer.from(text))
  const out = Buffer.alloc(all.reduce((sum, text) => sum + text.length + 4, 4))
  let at = out.writeUInt32LE(texts.length)
  let before = Buffer.alloc(0)
  for (const text of all) {
    let shared = 0
    while (shared < before.length && shared < text.length && before[shared] === text[shared]) shared++
    at = out.writeUInt16LE(shared, at)
    at = out.writeUInt16LE(text.length - shared, at)
    at += text.copy(out, at, shared)
    before = text
  }
  return out.subarray(0, at)
}

function unpackTexts(bytes: Uint8Array): string[] {
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const texts: string[] = []
  const text = Buffer.alloc(1 << 17)
  let at = 4
  for (let left = packed.readUInt32LE(); left > 0; left--) {
    const shared = packed.readUInt16LE(at)
    const further = packed.readUInt16LE(at + 2)
    packed.copy(text, shared, at + 4, at + 4 + further)
    texts.push(text.toString('utf8', 0, shared + further))
    at += 4 + further
  }
  return texts
}

/** Ascending numbers as the steps between them, seven bits a byte. */
function packSteps(numbers: Uint32Array): Uint8Array {
  const out = new Uint8Array(5 * numbers.length)
  let at = 0
  let before = 0
  for (const number of numbers) {
    let rest = number - before
    for (; rest > 127; rest >>>= 7) out[at++] = (rest & 127) | 128
    out[at++] = rest
    before = number
  }
  return out.subarray(0, at)
}

function unpackSteps(bytes: Uint8Array): Uint32Array {
  let count = 0
  for (const byte of bytes) count += byte < 128 ? 1 : 0
  const numbers = new Uint32Array(count)
  let at = 0
  let number = 0
  for (let place = 0; place < count; place++) {
    let shift = 0
    for (; bytes[at]! > 127; shift += 7) number += (bytes[at++]! & 127) << shift
    number += bytes[at++]! << shift
    numbers[place] = number
  }
  return numbers
}

import { type ByteReader, ByteWriter } from '../../foundation/index.ts'
import { emptyFieldValues, type FieldDictionaries } from './field-values.ts'
import { rankWords, type Segment } from './segment.ts'
import type { TextLayout } from './text-fields.ts'

/**
 * The bytes of a segment; the same segment gives the same bytes.
 *
 * @remarks O(bytes).
 */
export function segmentBytes({ ids, averageLengths, vocabulary, forward, postings, values }: Segment): Uint8Array {
  const writer = new ByteWriter(postings.chunks.length + postings.places.length + forward.bytes.length + 65_536)
  writer.json(ids).float64s(averageLengths)
  writer.bytes(packTexts(vocabulary.words)).bytes(packTexts(vocabulary.terms))
  writer.uint32s(vocabulary.wordCounts).int32s(vocabulary.wordTerms)
  writer.bytes(forward.bytes).bytes(packSteps(forward.starts))
  writer.bytes(postings.chunks).bytes(packSteps(postings.starts)).uint32s(postings.frequencies)
  writer.bytes(postings.places).bytes(packSteps(postings.groupStarts)).bytes(packSteps(postings.firstGroups))
  for (const field of values.values()) field.save(writer)
  return writer.finish()
}

/** Reads what {@link segmentBytes} wrote; arrays of bytes are views of what the reader reads. */
export function readSegment(reader: ByteReader, { fields }: TextLayout, dictionaries: FieldDictionaries): Segment {
  const [ids, averageLengths] = [reader.json() as string[], reader.float64s()]
  const [words, terms] = [unpackTexts(reader.bytes()), unpackTexts(reader.bytes())]
  const [wordCounts, wordTerms] = [reader.uint32s(), reader.int32s()]
  const [forwardBytes, forwardStarts] = [reader.bytes(), unpackSteps(reader.bytes())]
  const [chunks, starts, frequencies] = [reader.bytes(), unpackSteps(reader.bytes()), reader.uint32s()]
  const [places, groupStarts, firstGroups] = [reader.bytes(), unpackSteps(reader.bytes()), unpackSteps(reader.bytes())]
  const values = emptyFieldValues(fields, dictionaries)
  for (const field of values.values()) field.load(reader)
  return {
    ...{ ids, averageLengths, values },
    vocabulary: { words, terms, wordCounts, wordTerms, ranked: rankWords(wordCounts) },
    forward: { starts: forwardStarts, bytes: forwardBytes },
    postings: { frequencies, starts, chunks, firstGroups, groupStarts, places },
  }
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

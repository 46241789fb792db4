import { ByteReader, ByteWriter, openKernels } from '../../foundation/index.ts'
import { requireChecked, withChecksum } from './checked-bytes.ts'
import { FieldDictionaries } from './field-values.ts'
import { KeptSegment } from './kept-segment.ts'
import { PostingSearch } from './posting-search.ts'
import { readSegment, segmentBytes } from './segment-bytes.ts'
import { SpellingDictionary } from './spelling-dictionary.ts'
import { analysisOfLayout, type TextLayout } from './text-fields.ts'
import { TextIndex } from './text-index.ts'

const KIND = { magic: 'sluice-text-idx\n', version: 4 }

/**
 * The bytes of an index, which {@link loadTextIndex} opens: the same index gives the same bytes.
 *
 * @remarks O(bytes); three times the memory of the index while it runs.
 */
export function saveTextIndex({ layout, segments }: TextIndex): Uint8Array {
  const writer = new ByteWriter()
  writer.json(layout).uint32(segments.length)
  for (const { kept } of segments) {
    writer.bytes(segmentBytes(kept.segment)).uint32s(kept.goneDocuments())
  }
  return withChecksum(writer.finish(), KIND)
}

/**
 * Opens what {@link saveTextIndex} gave.
 *
 * @throws SluiceError `MODEL_CORRUPT` for other or damaged bytes, `MODEL_MISMATCH` for a layout of another version
 * @remarks O(bytes).
 */
export function loadTextIndex(bytes: Uint8Array): TextIndex {
  const reader = new ByteReader(requireChecked(bytes, KIND), 'MODEL_CORRUPT')
  const layout = reader.json() as TextLayout
  const dictionaries = new FieldDictionaries()
  const kept = Array.from({ length: reader.uint32() }, () => {
    const segment = readSegment(new ByteReader(reader.bytes(), 'MODEL_CORRUPT'), layout, dictionaries)
    return new KeptSegment(segment).without(reader.uint32s(), layout.wordFields.length)
  })
  const spelling = new SpellingDictionary([], analysisOfLayout(layout).compounds)
  for (const { segment } of kept) spelling.learn(segment.vocabulary.words)
  return new TextIndex(layout, kept, new PostingSearch(openKernels()), spelling)
}

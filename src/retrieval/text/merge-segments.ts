import { DocumentNumbers } from './document-numbers.ts'
import type { FieldValues } from './field-values.ts'
import { ForwardReader, type ForwardWords, ForwardWriter } from './forward-words.ts'
import type { KeptSegment } from './kept-segment.ts'
import { chunksOf, PostingWriter } from './packed-postings.ts'
import { GROUP, PlaceGroupReader } from './place-groups.ts'
import { type ChunkReader, WINDOW_BITS } from './posting-chunks.ts'
import { placesOf, rankWords, type Segment, type SegmentVocabulary } from './segment.ts'
import { termImpacts } from './term-impacts.ts'
import type { TextLayout } from './text-fields.ts'

const NONE = -1
/** Work of so many words is a step. */
const STEP = 4096

/** Numbers of a segment, and what they are in the merged one; -1 for what is left out. */
interface Renumbering {
  readonly words: Int32Array
  readonly terms: Int32Array
  readonly documents: Int32Array
}

/**
 * Makes one segment of several that follow each other, without the documents that are gone: the same segment, to the byte,
 * as one that is built of what is left.
 *
 * @returns a generator of steps, each of which yields how many words it went through: some tenths of a millisecond each
 * @remarks O(words of the documents + k * words of the vocabularies) for k segments.
 */
export function* mergeSegments(
  parts: readonly KeptSegment[],
  layout: TextLayout,
  averageLengths: Float64Array,
  emptyValues: () => Map<string, FieldValues>,
): Generator<number, Segment> {
  const { vocabulary, renumbered } = yield* mergeVocabularies(parts)
  const forward = yield* mergeForward(parts, renumbered, vocabulary, layout.wordFields.length)
  const { impacts } = yield* termImpacts(forward, vocabulary, layout, averageLengths)
  const postings = yield* mergePostings(parts, renumbered, vocabulary, impacts)
  const values = emptyValues()
  const ids: string[] = []
  for (const part of parts) {
    const kept = liveNumbers(part)
    for (let from = 0; from < kept.length; from += STEP) {
      const some = kept.subarray(from, from + STEP)
      for (const document of some) ids.push(part.segment.ids[document]!)
      for (const [name, own] of values) own.appendFrom(part.segment.values.get(name)!, some)
      yield some.length * (1 + values.size)
    }
  }
  const numbers = yield* DocumentNumbers.steps(ids)
  return { ids, numbers, averageLengths, vocabulary, forward, postings, values }
}

function liveNumbers(part: KeptSegment): Uint32Array {
  const numbers = new Uint32Array(part.size)
  for (let document = 0, place = 0; place < numbers.length; document++) {
    if (part.isLive(document)) numbers[place++] = document
  }
  return numbers
}

function* mergeVocabularies(
  parts: readonly KeptSegment[],
): Generator<number, { vocabulary: SegmentVocabulary; renumbered: Renumbering[] }> {
  const words = yield* mergeSorted(
    parts.map(({ segment }) => segment.vocabulary.words),
    parts.map(
      ({ wordCounts }) =>
        (word: number) =>
          wordCounts[word]! > 0,
    ),
  )
  const terms = yield* mergeSorted(
    parts.map(({ segment }) => segment.vocabulary.terms),
    parts.map(
      ({ frequencies }) =>
        (term: number) =>
          frequencies[term]! > 0,
    ),
  )
  const wordCounts = new Uint32Array(words.merged.length)
  const wordTerms = new Int32Array(words.merged.length)
  let first = 0
  const renumbered: Renumbering[] = []
  for (const [place, part] of parts.entries()) {
    const [ownWords, ownTerms] = [words.numbers[place]!, terms.numbers[place]!]
    for (let word = 0; word < ownWords.length; word++) {
      const to = ownWords[word]!
      if (to < 0) continue
      wordCounts[to]! += part.wordCounts[word]!
      const term = part.segment.vocabulary.wordTerms[word]!
      wordTerms[to] = term < 0 ? NONE : ownTerms[term]!
    }
    const documents = new Int32Array(part.documentCount).fill(NONE)
    for (const document of liveNumbers(part)) documents[document] = first++
    renumbered.push({ words: ownWords, terms: ownTerms, documents })
    yield ownWords.length
  }
  const vocabulary = { words: words.merged, wordCounts, wordTerms, ranked: rankWords(wordCounts), terms: terms.merged }
  return { vocabulary, renumbered }
}

/** Texts of several ascending lists as one, and the number that each has there. */
function* mergeSorted(
  lists: readonly (readonly string[])[],
  isKept: readonly ((place: number) => boolean)[],
): Generator<number, { merged: string[]; numbers: Int32Array[] }> {
  const numbers = lists.map((list) => new Int32Array(list.length).fill(NONE))
  const merged: string[] = []
  const heads = lists.map((_, list) => nextKept(0, lists[list]!, isKept[list]!))
  for (;;) {
    let least: string | undefined
    for (let list = 0; list < lists.length; list++) {
      const text = lists[list]![heads[list]!]
      if (text !== undefined && (least === undefined || text < least)) least = text
    }
    if (least === undefined) return { merged, numbers }
    for (let list = 0; list < lists.length; list++) {
      const head = heads[list]!
      if (lists[list]![head] !== least) continue
      numbers[list]![head] = merged.length
      heads[list] = nextKept(head + 1, lists[list]!, isKept[list]!)
    }
    merged.push(least)
    if (merged.length % STEP === 0) yield STEP
  }
}

function nextKept(from: number, list: readonly string[], isKept: (place: number) => boolean): number {
  let place = from
  while (place < list.length && !isKept(place)) place++
  return place
}

function* mergeForward(
  parts: readonly KeptSegment[],
  renumbered: readonly Renumbering[],
  vocabulary: SegmentVocabulary,
  fieldCount: number,
): Generator<number, ForwardWords> {
  const newRanks = placesOf(vocabulary.ranked)
  const writer = new ForwardWriter()
  for (const [place, { segment }] of parts.entries()) {
    const { words, documents } = renumbered[place]!
    const ranks = new Int32Array(words.length).fill(NONE)
    for (let rank = 0; rank < ranks.length; rank++) {
      const word = words[segment.vocabulary.ranked[rank]!]!
      if (word >= 0) ranks[rank] = newRanks[word]!
    }
    yield ranks.length
    const reader = new ForwardReader(segment.forward)
    for (let document = 0, done = 0; document < documents.length; document++) {
      if (documents[document]! < 0) continue
      reader.open(document)
      for (let field = 0; field < fieldCount; field++) {
        const count = reader.field()
        for (let word = 0; word < count; word++) {
          reader.next()
          writer.word(ranks[reader.rank]!, reader.count)
        }
        writer.endField()
        done += count
      }
      writer.endDocument()
      if (done >= STEP) {
        yield done
        done = 0
      }
    }
  }
  return writer.finish()
}

function* mergePostings(
  parts: readonly KeptSegment[],
  renumbered: readonly Renumbering[],
  vocabulary: SegmentVocabulary,
  impacts: Uint8Array,
): Generator<number, Segment['postings']> {
  const writer = new PostingWriter()
  const sources = parts.map((part, place) => new TermSource(part.segment, renumbered[place]!))
  let done = 0
  let posting = 0
  for (let term = 0; term < vocabulary.terms.length; term++) {
    for (const source of sources) {
      if (source.term !== term) continue
      while (source.nextChunk()) {
        const copied = source.copyChunk(writer, impacts, posting)
        posting += copied
        done += copied
        if (done >= STEP) {
          yield done
          done = 0
        }
      }
    }
    writer.endTerm()
    done++
  }
  return yield* writer.finish()
}

/** The postings of a segment, term by term as the merged one has them. */
class TermSource {
  readonly #segment: Segment
  readonly #numbers: Renumbering
  readonly #places: PlaceGroupReader
  /** The documents of a chunk. */
  readonly #window = new Int32Array(1 << WINDOW_BITS)
  #own = -1
  #chunks: ChunkReader | undefined
  /** The posting that comes next, and the group of places after its own. */
  #posting = 0
  #group = 0
  /** The merged number of the term at hand. */
  term = NONE

  constructor(segment: Segment, numbers: Renumbering) {
    this.#segment = segment
    this.#numbers = numbers
    this.#places = new PlaceGroupReader(segment.postings.places)
    this.#advance()
  }

  /** Goes to the next window of the term at hand, or to the next term when there is none. */
  nextChunk(): boolean {
    if (this.#chunks!.advance()) return true
    this.#advance()
    return false
  }

  /** Copies the postings of the window at hand whose documents are still there; says how many these are. */
  copyChunk(writer: PostingWriter, impacts: Uint8Array, firstImpact: number): number {
    const { postings } = this.#segment
    const { documents } = this.#numbers
    const chunks = this.#chunks!
    const own = this.#window
    chunks.read(own, 0)
    let copied = 0
    for (let index = 0; index < chunks.count; index++, this.#posting++) {
      if (this.#posting % GROUP === 0) this.#places.open(postings.groupStarts[this.#group++]!)
      const document = documents[own[index]!]!
      if (document < 0) {
        this.#places.skip(1)
        continue
      }
      writer.posting(document, impacts[firstImpact + copied++]!)
      this.#places.each((place) => writer.place(place))
    }
    return copied
  }

  #advance(): void {
    const { terms } = this.#numbers
    do this.#own++
    while (this.#own < terms.length && terms[this.#own]! < 0)
    this.term = terms[this.#own] ?? NONE
    if (this.term < 0) return
    this.#chunks = chunksOf(this.#segment.postings, this.#own)
    this.#group = this.#segment.postings.firstGroups[this.#own]!
    this.#posting = 0
  }
}

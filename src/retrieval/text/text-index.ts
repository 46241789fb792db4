import { SluiceError } from '../../foundation/index.ts'
import type { Analysis } from './analysis.ts'
import type { FieldFilter } from './field-values.ts'
import type { KeptSegment } from './kept-segment.ts'
import { chunksOf } from './packed-postings.ts'
import { FULL_IMPACT, WINDOW_BITS } from './posting-chunks.ts'
import {
  type DocumentSums,
  type FoundDocuments,
  type PlacedSegment,
  type PostingSearch,
  scoreUnits,
  wholeWeight,
} from './posting-search.ts'
import { readPostings } from './read-postings.ts'
import { RememberedCounts } from './remembered-counts.ts'
import type { SpellingDictionary } from './spelling-dictionary.ts'
import type { TermPostings } from './term-postings.ts'
import { TermWalk } from './term-walk.ts'
import { analysisOfLayout, isWordField, type TextLayout } from './text-fields.ts'
import type { FieldPart, PlaceReader, ScorePart, TextSnapshot, Vocabulary } from './text-snapshot.ts'
import type { WeightedTerms } from './weighted-terms.ts'

/** Documents in segments, at one moment. It does not change, whatever happens to the index that it is of. */
export class TextIndex implements TextSnapshot {
  readonly analysis: Analysis
  readonly layout: TextLayout
  readonly size: number
  readonly documentCount: number
  readonly vocabulary: readonly Vocabulary[]
  readonly spelling: SpellingDictionary
  /** In the order of their documents. */
  readonly segments: readonly PlacedSegment[]
  readonly #search: PostingSearch
  readonly #frequencies = new RememberedCounts((term) => this.#countOf((kept) => kept.frequency(term)))
  readonly #wordCounts = new RememberedCounts((word) => this.#countOf((kept) => kept.wordCount(word)))

  /**
   * @param search - may be shared by any number of snapshots
   * @param spelling - has learnt the words of the segments; may go on to learn
   */
  constructor(layout: TextLayout, kept: readonly KeptSegment[], search: PostingSearch, spelling: SpellingDictionary) {
    this.analysis = analysisOfLayout(layout)
    this.layout = layout
    let first = 0
    this.segments = kept.map((own) => {
      first += own.documentCount
      return { first: first - own.documentCount, kept: own }
    })
    this.documentCount = first
    this.size = kept.reduce((sum, own) => sum + own.size, 0)
    this.vocabulary = kept.map(({ segment, wordCounts }) => ({ words: segment.vocabulary.words, counts: wordCounts }))
    this.#search = search
    this.spelling = spelling
  }

  get termCount(): number {
    return new Set(this.segments.flatMap(({ kept }) => kept.segment.vocabulary.terms)).size
  }

  /** How many pairs of a document and a term there are, those of documents that are gone among them. */
  get postingCount(): number {
    const counts = this.segments.map(({ kept }) => kept.segment.postings.frequencies.reduce((sum, one) => sum + one, 0))
    return counts.reduce((sum, one) => sum + one, 0)
  }

  /** Bytes of documents and impacts, of places and of the words by document; what is text is not in it. */
  get memory(): { postings: number; places: number; words: number; values: number } {
    const bytes = { postings: 0, places: 0, words: 0, values: 0 }
    for (const { segment } of this.segments.map(({ kept }) => kept)) {
      const { postings, forward, vocabulary } = segment
      bytes.postings += postings.chunks.length + 12 * vocabulary.terms.length
      bytes.places += postings.places.length + postings.groupStarts.byteLength
      bytes.words += forward.bytes.length + forward.starts.byteLength + 12 * vocabulary.words.length
      for (const values of segment.values.values()) bytes.values += values.memoryBytes
    }
    return bytes
  }

  /** All of {@link memory}. */
  get memoryBytes(): number {
    return Object.values(this.memory).reduce((sum, bytes) => sum + bytes, 0)
  }

  liveDocuments(): Uint8Array {
    const live = new Uint8Array(this.documentCount).fill(1)
    for (const { first, kept } of this.segments) {
      if (kept.live === undefined) continue
      for (let document = 0; document < kept.documentCount; document++) {
        live[first + document] = kept.isLive(document) ? 1 : 0
      }
    }
    return live
  }

  idOf(document: number): string {
    const { first, kept } = this.#segmentOf(document)
    return kept.segment.ids[document - first]!
  }

  documentOf(id: string): number | undefined {
    for (const { first, kept } of this.segments) {
      const number = kept.documentOf(id)
      if (number !== undefined) return first + number
    }
    return undefined
  }

  frequency(term: string): number {
    return this.#frequencies.of(term)
  }

  inverseFrequency(term: string): number {
    const frequency = this.frequency(term)
    return Math.log(1 + (this.size - frequency + 0.5) / (frequency + 0.5))
  }

  postings(term: string): TermPostings {
    const parts = this.segments.map(({ first, kept }) => livePostings(kept, term, first))
    if (parts.length === 1) return parts[0]!
    const documents = new Int32Array(parts.reduce((sum, part) => sum + part.documents.length, 0))
    const impacts = new Uint8Array(documents.length)
    let at = 0
    for (const part of parts) {
      documents.set(part.documents, at)
      impacts.set(part.impacts, at)
      at += part.documents.length
    }
    return { documents, impacts }
  }

  mark(term: string, mask: Uint8Array): void {
    for (const { first, kept } of this.segments) {
      const number = kept.termNumber(term)
      if (number < 0) continue
      const reader = chunksOf(kept.segment.postings, number)
      while (reader.advance()) reader.mark(mask, first)
      if (kept.live === undefined) continue
      for (const document of kept.goneDocuments()) mask[first + document] = 0
    }
  }

  places(term: string): PlaceReader {
    return new TermWalk(this.segments, term)
  }

  best(terms: WeightedTerms, limit: number, accept?: Uint8Array): FoundDocuments {
    return this.#search.best(this.segments, terms, Math.min(limit, Math.max(1, this.documentCount)), accept)
  }

  sums(terms: WeightedTerms): DocumentSums {
    return this.#search.sums(this.segments, terms, this.documentCount)
  }

  explain(wanted: WeightedTerms, document: number): ScorePart[] {
    const units = scoreUnits(wanted)
    const { first, kept } = this.#segmentOf(document)
    const part = (term: string, impact: number | undefined, given: number): ScorePart[] => {
      if (impact === undefined) return []
      const weight = wholeWeight(given, units) / units
      return [{ term, weight, impact: impact / FULL_IMPACT, score: (weight * impact) / FULL_IMPACT }]
    }
    return [
      ...wanted.terms.flatMap((term, place) =>
        part(term, impactIn(kept, term, document - first), wanted.weights[place]!),
      ),
      ...(wanted.lists ?? []).flatMap(({ name, documents, impacts, weight }) =>
        part(name, impacts[documents.indexOf(document)], weight),
      ),
    ]
  }

  termsWithPrefix(prefix: string, most: number): string[] {
    const found = this.segments.flatMap(({ kept }) => kept.termsWithPrefix(prefix, most))
    return [...new Set(found)].sort().slice(0, most)
  }

  wordCount(word: string): number {
    return this.spelling.mayKnow(word) ? this.#wordCounts.of(word) : 0
  }

  wordsOf(document: number): ReadonlyMap<string, number> {
    const { first, kept } = this.#segmentOf(document)
    const { wordTerms, terms } = kept.segment.vocabulary
    const counts = new Map<string, number>()
    kept.eachWord(document - first, this.layout.wordFields.length, (word, _, count) => {
      const term = terms[wordTerms[word]!]
      if (term !== undefined) counts.set(term, (counts.get(term) ?? 0) + count)
    })
    return counts
  }

  narrow(accept: Uint8Array, field: string, filter: FieldFilter): void {
    for (const { first, documents, values } of this.fieldParts(field)) {
      values.narrow(accept.subarray(first, first + documents), filter)
    }
  }

  fieldParts(field: string): readonly FieldPart[] {
    if (!this.#filterFields.includes(field)) {
      const known = this.#filterFields.join(', ') || 'none'
      throw new SluiceError('UNKNOWN_FIELD', `filter: expected a field that filters (${known}), got ${field}`)
    }
    return this.segments.map(({ first, kept }) => ({
      ...{ first, documents: kept.documentCount, values: kept.segment.values.get(field)! },
    }))
  }

  #countOf(own: (kept: KeptSegment) => number): number {
    let sum = 0
    for (const { kept } of this.segments) sum += own(kept)
    return sum
  }

  get #filterFields(): string[] {
    return Object.keys(this.layout.fields).filter((name) => !isWordField(this.layout.fields[name]!))
  }

  #segmentOf(document: number): PlacedSegment {
    let low = 0
    let high = this.segments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.segments[middle]!.first <= document) low = middle
      else high = middle - 1
    }
    return this.segments[low]!
  }
}

/** The postings of documents that are still there, numbered from `first` on. */
function livePostings(kept: KeptSegment, term: string, first: number): TermPostings {
  const number = kept.termNumber(term)
  if (number < 0) return { documents: new Int32Array(), impacts: new Uint8Array() }
  const all = readPostings(kept.segment.postings, number)
  if (kept.live === undefined) {
    for (let place = 0; place < all.documents.length; place++) all.documents[place]! += first
    return all
  }
  const isLive = (_: number, place: number): boolean => kept.isLive(all.documents[place]!)
  return {
    documents: all.documents.filter(isLive).map((document) => first + document),
    impacts: all.impacts.filter(isLive),
  }
}

function impactIn(kept: KeptSegment, term: string, document: number): number | undefined {
  const number = kept.termNumber(term)
  if (number < 0) return undefined
  const { postings } = kept.segment
  const reader = chunksOf(postings, number)
  const window = document >>> WINDOW_BITS
  while (reader.advance()) {
    if (reader.window < window) continue
    const posting = reader.window === window ? reader.find(document) : -1
    return posting < 0 ? undefined : postings.chunks[reader.impacts + posting]!
  }
  return undefined
}

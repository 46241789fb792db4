import { type Kernels, SluiceError } from '../../foundation/index.ts'
import { type Analysis, analysisOf } from './analysis.ts'
import type { FieldFilter, FieldValues } from './field-values.ts'
import { FULL_IMPACT, type PackedPostings } from './pack-postings.ts'
import { type FoundDocuments, type NumberedTerms, PostingSearch, scoreUnits, wholeWeight } from './posting-search.ts'
import { readPostings, type TermPostings } from './read-postings.ts'
import { TermWalk } from './term-walk.ts'
import type { TextLayout } from './text-fields.ts'
import type { FieldPart, PlaceReader, ScorePart, TextSnapshot, Vocabulary, WeightedTerms } from './text-snapshot.ts'
import type { CollectedWords } from './word-collector.ts'

/** What a document says, term by term: what feedback learns from. */
export type DocumentWords = Pick<CollectedWords, 'entryEnds' | 'entryTerms' | 'entryCounts'>

export interface TextIndexParts {
  readonly layout: TextLayout
  readonly kernels: Kernels
  /** By document number; what was replaced keeps its number and its id is empty. */
  readonly ids: readonly string[]
  readonly terms: readonly string[]
  readonly postings: PackedPostings
  readonly words: DocumentWords
  readonly values: ReadonlyMap<string, FieldValues>
  /** The words as they were written, and how often: what spelling is learnt from. */
  readonly vocabulary: Vocabulary
}

/** An inverted index over documents, which does not change. */
export class TextIndex implements TextSnapshot {
  readonly analysis: Analysis
  readonly parts: TextIndexParts
  /** How many documents can be found. */
  readonly size: number
  readonly #termNumbers = new Map<string, number>()
  readonly #search: PostingSearch
  readonly vocabulary: readonly Vocabulary[]
  #sortedTerms: string[] | undefined

  constructor(parts: TextIndexParts) {
    this.parts = parts
    this.vocabulary = [parts.vocabulary]
    this.analysis = analysisOf(parts.layout.analysis)
    this.size = parts.ids.reduce((count, id) => count + (id === '' ? 0 : 1), 0)
    for (const [number, term] of parts.terms.entries()) this.#termNumbers.set(term, number)
    this.#search = new PostingSearch(parts.kernels, parts.postings, parts.ids.length)
  }

  get termCount(): number {
    return this.parts.terms.length
  }

  /** Bytes of postings, places and the words by document; terms and ids, which are text, are not in it. */
  get memoryBytes(): number {
    const { postings, words, kernels } = this.parts
    const { frequencies, starts, placeStarts, places, skipStarts, placeSkips } = postings
    const arrays = [frequencies, starts, placeStarts, places, skipStarts, placeSkips]
    const all = [...arrays, words.entryEnds, words.entryTerms, words.entryCounts]
    return kernels.arena.usedBytes + all.reduce((sum, array) => sum + array.byteLength, 0)
  }

  get layout(): TextLayout {
    return this.parts.layout
  }

  get documentCount(): number {
    return this.parts.ids.length
  }

  liveDocuments(): Uint8Array {
    return Uint8Array.from(this.parts.ids, (id) => (id === '' ? 0 : 1))
  }

  idOf(document: number): string {
    return this.parts.ids[document]!
  }

  documentOf(id: string): number | undefined {
    const number = this.parts.ids.indexOf(id)
    return number < 0 || id === '' ? undefined : number
  }

  wordCount(word: string): number {
    const { words, counts } = this.parts.vocabulary
    const place = firstFrom(words, word)
    return words[place] === word ? counts[place]! : 0
  }

  frequency(term: string): number {
    const number = this.#termNumbers.get(term)
    return number === undefined ? 0 : this.parts.postings.frequencies[number]!
  }

  inverseFrequency(term: string): number {
    const frequency = this.frequency(term)
    return Math.log(1 + (this.size - frequency + 0.5) / (frequency + 0.5))
  }

  postings(term: string): TermPostings {
    const number = this.#termNumbers.get(term)
    if (number === undefined) return { documents: new Int32Array(), impacts: new Uint8Array() }
    return readPostings(this.parts.postings, number)
  }

  places(term: string): PlaceReader {
    const number = this.#termNumbers.get(term)
    return number === undefined ? { placesIn: () => [] } : new TermWalk(this.parts.postings, number)
  }

  best(terms: WeightedTerms, limit: number, accept?: Uint8Array): FoundDocuments {
    return this.#search.best(this.#known(terms), Math.min(limit, Math.max(1, this.documentCount)), accept)
  }

  explain(wanted: WeightedTerms, document: number): ScorePart[] {
    const { terms, weights, lists } = this.#known(wanted)
    const units = scoreUnits([...weights, ...lists.map(({ weight }) => weight)])
    const part = (term: string, { documents, impacts }: TermPostings, given: number): ScorePart[] => {
      const impact = impacts[documents.indexOf(document)]
      if (impact === undefined) return []
      const weight = wholeWeight(given, units) / units
      return [{ term, weight, impact: impact / FULL_IMPACT, score: (weight * impact) / FULL_IMPACT }]
    }
    return [
      ...terms.flatMap((number, place) =>
        part(this.parts.terms[number]!, readPostings(this.parts.postings, number), weights[place]!),
      ),
      ...(wanted.lists ?? []).flatMap((list) => part(list.name, list, list.weight)),
    ]
  }

  termsWithPrefix(prefix: string, most: number): string[] {
    this.#sortedTerms ??= this.parts.terms.toSorted()
    const from = firstFrom(this.#sortedTerms, prefix)
    const first = this.#sortedTerms.slice(from, from + most)
    return first.filter((term) => term.startsWith(prefix))
  }

  wordsOf(document: number): ReadonlyMap<string, number> {
    const { entryEnds, entryTerms, entryCounts } = this.parts.words
    const counts = new Map<string, number>()
    for (let entry = document === 0 ? 0 : entryEnds[document - 1]!; entry < entryEnds[document]!; entry++) {
      const term = this.parts.terms[entryTerms[entry]!]!
      counts.set(term, (counts.get(term) ?? 0) + entryCounts[entry]!)
    }
    return counts
  }

  narrow(accept: Uint8Array, field: string, filter: FieldFilter): void {
    this.#valuesOf(field).narrow(accept, filter)
  }

  fieldParts(field: string): readonly FieldPart[] {
    return [{ first: 0, documents: this.documentCount, values: this.#valuesOf(field) }]
  }

  #valuesOf(field: string): FieldValues {
    const values = this.parts.values.get(field)
    if (values) return values
    const known = [...this.parts.values.keys()].join(', ') || 'none'
    throw new SluiceError('UNKNOWN_FIELD', `filter: expected a field that filters (${known}), got ${field}`)
  }

  #known({ terms, weights, lists = [] }: WeightedTerms): NumberedTerms {
    const known = terms.flatMap((term, place) => {
      const number = this.#termNumbers.get(term)
      return number === undefined ? [] : { number, weight: weights[place]! }
    })
    return { terms: known.map(({ number }) => number), weights: known.map(({ weight }) => weight), lists }
  }
}

/** Where the first of ascending texts stands that is not less than one. */
function firstFrom(texts: readonly string[], text: string): number {
  let low = 0
  let high = texts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (texts[middle]! < text) low = middle + 1
    else high = middle
  }
  return low
}

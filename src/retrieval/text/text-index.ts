import { type Kernels, SluiceError } from '../../foundation/index.ts'
import { type Analysis, analysisOf } from './analysis.ts'
import type { FieldFilter, FieldValues } from './field-values.ts'
import { FULL_IMPACT, type PackedPostings } from './pack-postings.ts'
import { type FoundDocuments, PostingSearch, scoreUnits, type WeightedTerms, wholeWeight } from './posting-search.ts'
import { readPostings, type TermPostings } from './read-postings.ts'
import { SpellingDictionary } from './spelling-dictionary.ts'
import type { TextLayout } from './text-fields.ts'
import type { CollectedWords } from './word-collector.ts'

/** What a document says, term by term: what feedback learns from. */
export type DocumentWords = Pick<CollectedWords, 'entryEnds' | 'entryTerms' | 'entryCounts'>

export interface Vocabulary {
  readonly words: readonly string[]
  readonly counts: Uint32Array
}

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

/** A part of a score: a weight (idf times what the query gives it) times an impact in the document, from 0 to 1. */
export interface ScorePart {
  /** A term, or two that stand together. */
  readonly term: string
  readonly weight: number
  readonly impact: number
  readonly score: number
}

/** An inverted index over documents, which does not change. Terms and documents are numbers here. */
export class TextIndex {
  readonly analysis: Analysis
  readonly parts: TextIndexParts
  /** How many documents can be found. */
  readonly size: number
  readonly #termNumbers = new Map<string, number>()
  readonly #search: PostingSearch
  #spelling: SpellingDictionary | undefined

  constructor(parts: TextIndexParts) {
    this.parts = parts
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

  /** Made when it is first asked for: O(letters of the vocabulary). */
  get spelling(): SpellingDictionary {
    const { words, counts } = this.parts.vocabulary
    this.#spelling ??= new SpellingDictionary(words, counts)
    return this.#spelling
  }

  termNumber(term: string): number | undefined {
    return this.#termNumbers.get(term)
  }

  /** In how many documents a term stands. */
  frequency(term: number): number {
    return this.parts.postings.frequencies[term]!
  }

  /** How much it says of a document that it has the term: ln(1 + (N - n + 0.5) / (n + 0.5)). */
  inverseFrequency(term: number): number {
    const frequency = this.frequency(term)
    return Math.log(1 + (this.size - frequency + 0.5) / (frequency + 0.5))
  }

  /** The postings of a term, unpacked. */
  postings(term: number): TermPostings {
    return readPostings(this.parts.postings, term)
  }

  /** See {@link PostingSearch.best}. */
  best(terms: WeightedTerms, limit: number, accept?: Uint8Array): FoundDocuments {
    return this.#search.best(terms, Math.min(limit, Math.max(1, this.parts.ids.length)), accept)
  }

  /** The parts that {@link best} adds up for a document; their sum is its score to the last bit. */
  explain({ terms, weights }: WeightedTerms, document: number): ScorePart[] {
    const units = scoreUnits(weights)
    return terms.flatMap((term, place) => {
      const { documents, impacts } = this.postings(term)
      const impact = impacts[documents.indexOf(document)]
      if (impact === undefined) return []
      const weight = wholeWeight(weights[place]!, units) / units
      return {
        term: this.parts.terms[term]!,
        weight,
        impact: impact / FULL_IMPACT,
        score: (weight * impact) / FULL_IMPACT,
      }
    })
  }

  /**
   * Takes out of `accept` the documents that a filter on a field does not let pass.
   *
   * @throws SluiceError `UNKNOWN_FIELD` at a field that does not filter, `WRONG_TYPE` at a filter for another kind
   */
  narrow(accept: Uint8Array, field: string, filter: FieldFilter): void {
    const values = this.parts.values.get(field)
    if (!values) {
      const known = [...this.parts.values.keys()].join(', ') || 'none'
      throw new SluiceError('UNKNOWN_FIELD', `filter: expected a field that filters (${known}), got ${field}`)
    }
    values.narrow(accept, filter)
  }
}

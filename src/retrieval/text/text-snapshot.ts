import type { Analysis } from './analysis.ts'
import type { FieldFilter, FieldValues } from './field-values.ts'
import type { GrowingArray } from './growing-array.ts'
import type { DocumentSums, FoundDocuments } from './posting-search.ts'
import type { SpellingDictionary } from './spelling-dictionary.ts'
import type { TermPostings } from './term-postings.ts'
import type { TextLayout } from './text-fields.ts'
import type { WeightedTerms } from './weighted-terms.ts'

/** A part of a score: a weight (idf times what the query gives it) times an impact in the document, from 0 to 1. */
export interface ScorePart {
  /** A term, or two that stand together. */
  readonly term: string
  readonly weight: number
  readonly impact: number
  readonly score: number
  /** The words of the query that it stands for, where these have alternatives. */
  readonly written?: string
  /** Why it stands for them: `word`, `spelling`, `prefix`, `compound`, `synonym`, or several of these. */
  readonly by?: string
}

/** Words as they were written, ascending, and how often each stands in the documents. */
export interface Vocabulary {
  /** The same object as long as the documents are the same but for those that are gone. */
  readonly words: readonly string[]
  readonly counts: Uint32Array
}

/** The values of a filter field in some of the documents: number 0 of them is number `first` of the snapshot. */
export interface FieldPart {
  readonly first: number
  readonly documents: number
  readonly values: FieldValues
}

/** The places of one term, asked for by ascending document. */
export interface PlaceReader {
  /** Whether the term stands in a document, which is later than those asked for before. */
  find(document: number): boolean
  /** Adds its places in the document that was found last to a list; once. */
  copyPlaces(out: GrowingArray<Int32Array>): void
}

/**
 * Documents as they are found at one moment; it does not change. Terms are text, as {@link Analysis.termOf} gives them,
 * and documents are numbers in the order in which they were added, of which some may be gone. What a snapshot answers does
 * not hang on how its documents were cut into segments, but for these numbers.
 */
export interface TextSnapshot {
  readonly analysis: Analysis
  readonly layout: TextLayout
  /** How many documents can be found. */
  readonly size: number
  /** Documents have numbers from 0 to this, excluded. */
  readonly documentCount: number
  /** Shape (documents,), anew at every call: 1 for each that can be found. */
  liveDocuments(): Uint8Array
  /** The id of a document that can be found. */
  idOf(document: number): string
  /** The number of the document with an id, if it can be found. */
  documentOf(id: string): number | undefined

  /** In how many documents a term stands. */
  frequency(term: string): number
  /** How much it says of a document that it has the term: ln(1 + (N - n + 0.5) / (n + 0.5)). */
  inverseFrequency(term: string): number
  /** The documents of a term, ascending, and its impacts, unpacked; nothing of a term that is not known. */
  postings(term: string): TermPostings
  /** Sets a mask of shape (documents,) to 1 at the documents of a term, and to 0 where they are gone. */
  mark(term: string, mask: Uint8Array): void
  places(term: string): PlaceReader
  /**
   * The documents with the largest sums of weight times impact / 256, best first, ties to the smaller number.
   *
   * @param limit - at least 1
   * @param accept - shape (documents,), 0 keeps a document out; those that are gone are out as it is
   */
  best(terms: WeightedTerms, limit: number, accept?: Uint8Array): FoundDocuments
  /** The sums of all documents by which {@link best} chooses. Documents that are gone have theirs, too. */
  sums(terms: WeightedTerms): DocumentSums
  /** The parts that {@link best} adds up for a document; their sum is its score to the last bit. */
  explain(terms: WeightedTerms, document: number): ScorePart[]
  /** Terms that begin so, ascending, at most so many; terms of which every document is gone may be among them. */
  termsWithPrefix(prefix: string, most: number): string[]

  /** Words that may be meant by others; those of documents that are gone may be among them. */
  readonly spelling: SpellingDictionary
  /** A word may stand in several parts. */
  readonly vocabulary: readonly Vocabulary[]
  /** How often a word as it is written stands in the documents. */
  wordCount(word: string): number
  /** How often a document says each of its terms. */
  wordsOf(document: number): ReadonlyMap<string, number>

  /**
   * Takes out of `accept` the documents that a filter on a field does not let pass.
   *
   * @throws SluiceError `UNKNOWN_FIELD` at a field that does not filter, `WRONG_TYPE` at a filter for another kind
   */
  narrow(accept: Uint8Array, field: string, filter: FieldFilter): void
  /**
   * The values of a field that filters, part by part, in the order of documents; those of documents that are gone are
   * among them.
   *
   * @throws SluiceError `UNKNOWN_FIELD` at a field that does not filter
   */
  fieldParts(field: string): readonly FieldPart[]
}

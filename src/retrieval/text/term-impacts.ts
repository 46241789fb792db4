import { ForwardReader, type ForwardWords } from './forward-words.ts'
import { FULL_IMPACT } from './posting-chunks.ts'
import { type SegmentVocabulary, valuesAt } from './segment.ts'
import type { TextLayout } from './text-fields.ts'

/** Work of so many words is a step. */
const STEP = 4096

/** The impact of every posting, by term and ascending document. */
export interface TermImpacts {
  /** Shape (terms + 1,): where the postings of a term begin. */
  readonly starts: Uint32Array
  readonly impacts: Uint8Array
}

/**
 * The impacts of terms in documents: saturated and length-corrected occurrences over all fields (BM25F without idf) in 256
 * steps, so that an index has one byte for each; scores are exact sums of these.
 *
 * @param averageLengths - shape (fields,)
 * @returns a generator of steps, each of which yields how many words it went through
 * @remarks O(words of the documents).
 * @see Robertson, Zaragoza & Taylor 2004, CIKM, for BM25F; Anh & Moffat 2002, SIGIR, for impacts.
 */
export function* termImpacts(
  forward: ForwardWords,
  vocabulary: SegmentVocabulary,
  layout: TextLayout,
  averageLengths: Float64Array,
): Generator<number, TermImpacts> {
  const documents = forward.starts.length - 1
  const walk = new TermsOfDocument(forward, vocabulary, layout, averageLengths)
  yield vocabulary.terms.length
  const starts = new Uint32Array(vocabulary.terms.length + 1)
  for (let document = 0, done = 0; document < documents; document++) {
    done += walk.open(document)
    for (let place = 0; place < walk.length; place++) starts[walk.terms[place]! + 1]!++
    if (done >= STEP) {
      yield done
      done = 0
    }
  }
  for (let term = 0; term < vocabulary.terms.length; term++) starts[term + 1]! += starts[term]!
  yield vocabulary.terms.length
  const next = starts.slice()
  const impacts = new Uint8Array(starts[vocabulary.terms.length]!)
  for (let document = 0, done = 0; document < documents; document++) {
    done += walk.open(document)
    for (let place = 0; place < walk.length; place++) {
      const term = walk.terms[place]!
      impacts[next[term]!++] = walk.impactOf(term)
    }
    if (done >= STEP) {
      yield done
      done = 0
    }
  }
  return { starts, impacts }
}

/** The different terms of a document, and the corrected occurrences of each. */
class TermsOfDocument {
  readonly #reader: ForwardReader
  readonly #rankTerms: Int32Array
  readonly #fields: readonly { readonly boost: number; readonly b: number; readonly average: number }[]
  readonly #k1: number
  #visit = 0
  /** By term: the visit in which it was last seen, the last field there, occurrences in the field, and in all. */
  readonly #seen: Int32Array
  readonly #counts: Uint32Array
  readonly #sums: Float64Array
  readonly #fieldTerms: Int32Array
  /** The first `length` are those of the document at hand. */
  readonly terms: Int32Array
  length = 0

  constructor(forward: ForwardWords, vocabulary: SegmentVocabulary, layout: TextLayout, averages: Float64Array) {
    const { terms, ranked, wordTerms } = vocabulary
    this.#reader = new ForwardReader(forward)
    this.#rankTerms = valuesAt(wordTerms, ranked)
    this.#fields = layout.wordFields.map(({ boost, b }, field) => ({
      ...{ boost, b, average: Math.max(averages[field]!, Number.MIN_VALUE) },
    }))
    this.#k1 = layout.k1
    this.#seen = new Int32Array(terms.length)
    this.#counts = new Uint32Array(terms.length)
    this.#sums = new Float64Array(terms.length)
    this.#fieldTerms = new Int32Array(terms.length)
    this.terms = new Int32Array(terms.length)
  }

  /** @returns how many words it went through */
  open(document: number): number {
    this.length = 0
    this.#visit++
    this.#reader.open(document)
    let words = 1
    for (const field of this.#fields) words += this.#addField(field)
    return words
  }

  /** @returns from 1 to 255 */
  impactOf(term: number): number {
    const sum = this.#sums[term]!
    return Math.min(255, Math.max(1, Math.round((FULL_IMPACT * sum) / (this.#k1 + sum))))
  }

  #addField({ boost, b, average }: { boost: number; b: number; average: number }): number {
    const words = this.#reader.field()
    let length = 0
    let different = 0
    for (let word = 0; word < words; word++) {
      this.#reader.next()
      const term = this.#rankTerms[this.#reader.rank]!
      if (term < 0) continue
      if (this.#seen[term] !== this.#visit) this.#begin(term)
      if (this.#counts[term] === 0) this.#fieldTerms[different++] = term
      this.#counts[term]! += this.#reader.count
      length += this.#reader.count
    }
    const norm = 1 - b + b * (length / average)
    for (let place = 0; place < different; place++) {
      const term = this.#fieldTerms[place]!
      this.#sums[term]! += (boost * this.#counts[term]!) / norm
      this.#counts[term] = 0
    }
    return words
  }

  #begin(term: number): void {
    this.#seen[term] = this.#visit
    this.#sums[term] = 0
    this.terms[this.length++] = term
  }
}

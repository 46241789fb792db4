import type { Analysis } from './analysis.ts'
import { GrowingArray } from './growing-array.ts'

/** So far apart do the words of two fields count, so that no phrase spans them. */
const FIELD_GAP = 100
const NO_TERM = -1

/** What the documents say, in the order of documents; an entry is a term in a field of a document. */
export interface CollectedWords {
  /** The terms, by number. */
  readonly terms: readonly string[]
  /** Every word as it was written, and how often. */
  readonly vocabulary: { readonly words: readonly string[]; readonly counts: Uint32Array }
  /** Shape (documents,): where the entries of a document end. */
  readonly entryEnds: Uint32Array
  /** Shape (entries,); the entries of a term in a document stand side by side. */
  readonly entryTerms: Int32Array
  readonly entryFields: Uint8Array
  /** Occurrences, at most 65,535. */
  readonly entryCounts: Uint16Array
  /** Shape (documents * fields,): how many terms a field has. */
  readonly lengths: Uint32Array
  /** Shape (documents,): where the places of a document end. */
  readonly placeEnds: Uint32Array
  /** For each term of a document the gaps between its places (the first from -1) in groups of seven bits, then 0. */
  readonly places: Uint8Array
}

/** Turns the words of documents into numbers, a document at a time. */
export class WordCollector {
  readonly #analysis: Analysis
  readonly #fieldCount: number
  readonly #terms: string[] = []
  readonly #byTerm = new Map<string, number>()
  readonly #byWord = new Map<string, number>()
  readonly #wordTerms = new GrowingArray(new Int32Array())
  readonly #wordCounts = new GrowingArray(new Uint32Array())
  readonly #entryEnds = new GrowingArray(new Uint32Array())
  readonly #entryTerms = new GrowingArray(new Int32Array())
  readonly #entryFields = new GrowingArray(new Uint8Array())
  readonly #entryCounts = new GrowingArray(new Uint16Array())
  readonly #lengths = new GrowingArray(new Uint32Array())
  readonly #placeEnds = new GrowingArray(new Uint32Array())
  readonly #places = new GrowingArray(new Uint8Array())
  // Of the document at hand: the occurrences in their order, and for each of its terms the chain of them.
  readonly #occurrencePlaces: number[] = []
  readonly #occurrenceFields: number[] = []
  readonly #next: number[] = []
  readonly #last: number[] = []
  readonly #first: number[] = []
  readonly #own: number[] = []
  /** By term, where it stands among the terms of the document at hand. */
  readonly #slots = new GrowingArray(new Int32Array())

  constructor(analysis: Analysis, fieldCount: number) {
    this.#analysis = analysis
    this.#fieldCount = fieldCount
  }

  /** @param texts - shape (fields,), each the texts of a field */
  add(texts: readonly (readonly string[])[]): void {
    for (const list of [this.#occurrencePlaces, this.#occurrenceFields, this.#next]) list.length = 0
    for (const list of [this.#last, this.#first, this.#own]) list.length = 0
    let place = 0
    for (let field = 0; field < this.#fieldCount; field++) {
      const before = this.#occurrencePlaces.length
      for (const text of texts[field] ?? []) place = this.#addText(text, field, place) + FIELD_GAP
      this.#lengths.push(this.#occurrencePlaces.length - before)
    }
    for (let slot = 0; slot < this.#own.length; slot++) this.#writeTerm(slot)
    for (const term of this.#own) this.#slots.set(term, NO_TERM)
    this.#entryEnds.push(this.#entryTerms.length)
    this.#placeEnds.push(this.#places.length)
  }

  collected(): CollectedWords {
    return {
      terms: this.#terms,
      vocabulary: { words: [...this.#byWord.keys()], counts: this.#wordCounts.view() },
      entryEnds: this.#entryEnds.view(),
      entryTerms: this.#entryTerms.view(),
      entryFields: this.#entryFields.view(),
      entryCounts: this.#entryCounts.view(),
      lengths: this.#lengths.view(),
      placeEnds: this.#placeEnds.view(),
      places: this.#places.view(),
    }
  }

  /** @returns the place after the last word */
  #addText(text: string, field: number, from: number): number {
    const words = this.#analysis.words(text)
    const slots = this.#slots
    for (let index = 0; index < words.length; index++) {
      const term = this.#termNumber(words[index]!)
      if (term === NO_TERM) continue
      const occurrence = this.#occurrencePlaces.length
      this.#occurrencePlaces.push(from + index)
      this.#occurrenceFields.push(field)
      this.#next.push(NO_TERM)
      const slot = slots.get(term)
      if (slot === NO_TERM) {
        slots.set(term, this.#own.length)
        this.#own.push(term)
        this.#first.push(occurrence)
        this.#last.push(occurrence)
      } else {
        this.#next[this.#last[slot]!] = occurrence
        this.#last[slot] = occurrence
      }
    }
    return from + words.length
  }

  /** Counts a word and says which term it is. */
  #termNumber(word: string): number {
    const known = this.#byWord.get(word)
    if (known !== undefined) {
      this.#wordCounts.set(known, this.#wordCounts.get(known) + 1)
      return this.#wordTerms.get(known)
    }
    const term = this.#analysis.termOf(word)
    const number = term === undefined ? NO_TERM : (this.#byTerm.get(term) ?? this.#newTerm(term))
    this.#byWord.set(word, this.#byWord.size)
    this.#wordTerms.push(number)
    this.#wordCounts.push(1)
    return number
  }

  #newTerm(term: string): number {
    const number = this.#terms.length
    this.#terms.push(term)
    this.#byTerm.set(term, number)
    this.#slots.push(NO_TERM)
    return number
  }

  #writeTerm(slot: number): void {
    let before = -1
    let field = this.#occurrenceFields[this.#first[slot]!]!
    let count = 0
    for (let occurrence = this.#first[slot]!; occurrence !== NO_TERM; occurrence = this.#next[occurrence]!) {
      const place = this.#occurrencePlaces[occurrence]!
      this.#writeGap(place - before)
      before = place
      if (this.#occurrenceFields[occurrence] !== field) {
        this.#writeEntry(slot, field, count)
        field = this.#occurrenceFields[occurrence]!
        count = 0
      }
      count++
    }
    this.#writeEntry(slot, field, count)
    this.#places.push(0)
  }

  #writeEntry(slot: number, field: number, count: number): void {
    this.#entryTerms.push(this.#own[slot]!)
    this.#entryFields.push(field)
    this.#entryCounts.push(Math.min(count, 65_535))
  }

  /** Seven bits a byte, the highest bit where more follow; a gap is never 0, so 0 ends a list. */
  #writeGap(gap: number): void {
    let rest = gap
    for (; rest > 127; rest >>>= 7) this.#places.push((rest & 127) | 128)
    this.#places.push(rest)
  }
}

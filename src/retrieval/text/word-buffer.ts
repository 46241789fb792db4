import { assert } from '../../foundation/index.ts'
import { type Analysis, type Chain, wordsOfField } from './analysis.ts'
import { type ForwardWords, ForwardWriter } from './forward-words.ts'
import { GrowingArray } from './growing-array.ts'
import { ascendingPlaces } from './leading-key.ts'
import { PostingWriter } from './packed-postings.ts'
import { placesOf, rankWords, type Segment, type SegmentVocabulary } from './segment.ts'
import { termImpacts } from './term-impacts.ts'
import type { TextLayout } from './text-fields.ts'
import { codeOfVocabulary, vocabularyWord } from './vocabulary-word.ts'

/** So far apart do the words of two texts count, so that no phrase spans them. */
const TEXT_GAP = 100
const NO_TERM = -1
/** Of each chain: words whose terms are remembered from one segment to the next. */
const MOST_REMEMBERED = 200_000

/** A word as the vocabulary has it, and its term; none where it is not searched. */
interface VocabularyEntry {
  readonly entry: string
  readonly term: string | undefined
}

/** The words of fields of one chain. */
class FieldWords {
  readonly chain: Chain
  readonly #analysis: Analysis
  readonly #known = new Map<string, VocabularyEntry>()

  constructor(chain: Chain, analysis: Analysis) {
    this.chain = chain
    this.#analysis = analysis
  }

  /** @param isCode - it is a whole code, and not a part of one */
  entryOf(word: string, isCode: boolean): VocabularyEntry {
    if (isCode) return { entry: codeOfVocabulary(word), term: word }
    const known = this.#known.get(word)
    if (known) return known
    const term = this.chain.termOf(word)
    const isOnly = this.#analysis.chains.length === 1
    const entry = { entry: isOnly ? word : vocabularyWord(word, term, this.#analysis.termOf(word)), term }
    this.#known.set(word, entry)
    return entry
  }

  forgetMany(): void {
    if (this.#known.size > MOST_REMEMBERED) this.#known.clear()
  }
}

/** Takes the words of documents, a document at a time, and makes them the words of a segment. */
export class WordBuffer {
  readonly #analysis: Analysis
  readonly #layout: TextLayout
  /** By field. */
  readonly #fields: readonly FieldWords[]
  // Of every occurrence: which word, by order of first sight, and at which place of its document.
  #occurrenceWords = new GrowingArray(new Uint32Array())
  #occurrencePlaces = new GrowingArray(new Uint32Array())
  /** Shape (documents * fields,): where the occurrences of a field end. */
  #fieldEnds = new GrowingArray(new Uint32Array())
  /** Shape (documents * fields,): how many terms a field has. */
  #lengths = new GrowingArray(new Uint32Array())
  #words = new Map<string, number>()
  #wordTerms: (string | undefined)[] = []

  constructor(analysis: Analysis, layout: TextLayout) {
    this.#analysis = analysis
    this.#layout = layout
    const chains = new Map(analysis.chains.map((chain) => [chain.name, new FieldWords(chain, analysis)]))
    this.#fields = layout.wordFields.map(({ chain }) => chains.get(chain)!)
  }

  /** How many words are held. */
  get occurrences(): number {
    return this.#occurrenceWords.length
  }

  /** @param texts - shape (fields,), each the texts of a field */
  add(texts: readonly (readonly string[])[]): void {
    let place = 0
    for (let field = 0; field < this.#layout.wordFields.length; field++) {
      const own = this.#fields[field]!
      let length = 0
      for (const text of texts[field]!) {
        const words = wordsOfField(this.#analysis, own.chain, text)
        if (words.length === 0) continue
        const isCode = own.chain.name === 'code'
        for (let index = 0; index < words.length; index++) {
          length += this.#addWord(own.entryOf(words[index]!, isCode && index === 0), place + index)
        }
        place += words.length + TEXT_GAP
      }
      this.#fieldEnds.push(this.#occurrenceWords.length)
      this.#lengths.push(length)
    }
  }

  /** How many terms a field of a document has. */
  length(document: number, field: number): number {
    return this.#lengths.get(document * this.#layout.wordFields.length + field)
  }

  /**
   * What was added, as a segment has it; begins anew.
   *
   * @remarks O(words log words).
   */
  seal(averageLengths: Float64Array): Pick<Segment, 'vocabulary' | 'forward' | 'postings'> {
    const { vocabulary, numbers } = this.#sortedVocabulary()
    const forward = this.#forward(vocabulary, numbers)
    const postings = this.#postings(vocabulary, numbers, forward, averageLengths)
    for (const list of [this.#occurrenceWords, this.#occurrencePlaces, this.#fieldEnds, this.#lengths]) list.length = 0
    this.#words = new Map()
    this.#wordTerms = []
    for (const field of this.#fields) field.forgetMany()
    return { vocabulary, forward, postings }
  }

  /** @returns 1 for a word that is searched */
  #addWord({ entry, term }: VocabularyEntry, place: number): number {
    let number = this.#words.get(entry)
    if (number === undefined) {
      number = this.#words.size
      this.#words.set(entry, number)
      this.#wordTerms.push(term)
    }
    this.#occurrenceWords.push(number)
    this.#occurrencePlaces.push(place)
    return this.#wordTerms[number] === undefined ? 0 : 1
  }

  /** @returns with the number that each word has from now on, by the order of first sight */
  #sortedVocabulary(): { vocabulary: SegmentVocabulary; numbers: Uint32Array } {
    const seen = [...this.#words.keys()]
    const order = ascendingPlaces(seen)
    const numbers = placesOf(order)
    const wordCounts = new Uint32Array(seen.length)
    for (const word of this.#occurrenceWords.view()) wordCounts[numbers[word]!]!++
    const different = [...new Set(this.#wordTerms.filter((term) => term !== undefined))]
    const terms = Array.from(ascendingPlaces(different), (place) => different[place]!)
    const termNumbers = new Map(terms.map((term, number) => [term, number]))
    const wordTerms = Int32Array.from(order, (word) => termNumbers.get(this.#wordTerms[word] ?? '') ?? NO_TERM)
    const words = Array.from(order, (word) => seen[word]!)
    return { vocabulary: { words, wordCounts, wordTerms, ranked: rankWords(wordCounts), terms }, numbers }
  }

  #forward({ ranked }: SegmentVocabulary, numbers: Uint32Array): ForwardWords {
    const ranks = placesOf(ranked)
    const writer = new ForwardWriter()
    const width = this.#layout.wordFields.length
    for (let unit = 0, at = 0; unit < this.#fieldEnds.length; unit++) {
      for (const end = this.#fieldEnds.get(unit); at < end; at++) {
        writer.word(ranks[numbers[this.#occurrenceWords.get(at)]!]!, 1)
      }
      writer.endField()
      if (unit % width === width - 1) writer.endDocument()
    }
    return writer.finish()
  }

  #postings(
    vocabulary: SegmentVocabulary,
    numbers: Uint32Array,
    forward: ForwardWords,
    averageLengths: Float64Array,
  ): Segment['postings'] {
    const { impacts } = finished(termImpacts(forward, vocabulary, this.#layout, averageLengths))
    const { starts, documents, places } = this.#byTerm(vocabulary, numbers)
    const writer = new PostingWriter()
    let posting = 0
    for (let term = 0; term < vocabulary.terms.length; term++) {
      let document = -1
      for (let at = starts[term]!; at < starts[term + 1]!; at++) {
        if (documents[at] !== document) {
          document = documents[at]!
          writer.posting(document, impacts[posting++]!)
        }
        writer.place(places[at]!)
      }
      writer.endTerm()
    }
    assert(posting === impacts.length, 'every posting has an impact')
    return finished(writer.finish())
  }

  /** The occurrences by term instead of by document. */
  #byTerm(
    { wordTerms, terms }: SegmentVocabulary,
    numbers: Uint32Array,
  ): { starts: Uint32Array; documents: Uint32Array; places: Uint32Array } {
    const termOf = Int32Array.from(numbers, (word) => wordTerms[word]!)
    const starts = new Uint32Array(terms.length + 1)
    const words = this.#occurrenceWords.view()
    for (const word of words) if (termOf[word]! >= 0) starts[termOf[word]! + 1]!++
    for (let term = 0; term < terms.length; term++) starts[term + 1]! += starts[term]!
    const next = starts.slice()
    const documents = new Uint32Array(starts[terms.length]!)
    const places = new Uint32Array(documents.length)
    const width = this.#layout.wordFields.length
    for (let unit = 0, at = 0; unit < this.#fieldEnds.length; unit++) {
      const document = Math.floor(unit / width)
      for (const end = this.#fieldEnds.get(unit); at < end; at++) {
        const term = termOf[words[at]!]!
        if (term < 0) continue
        const to = next[term]!++
        documents[to] = document
        places[to] = this.#occurrencePlaces.get(at)
      }
    }
    return { starts, documents, places }
  }
}

/** What a generator of steps returns. */
export function finished<Result>(steps: Generator<number, Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

import { ForwardReader } from './forward-words.ts'
import { firstFrom, placeOf, type Segment } from './segment.ts'
import { eachEntryOf } from './vocabulary-word.ts'

/** Terms of a segment whose numbers are remembered. */
const MOST_REMEMBERED = 20_000

/** What deletes leave of a segment: which documents are still there, and the counts without the others. */
interface Remains {
  /** A bit a document; absent when all are there. */
  readonly live?: Uint8Array
  readonly size: number
  readonly frequencies: Uint32Array
  readonly wordCounts: Uint32Array
}

/** A segment and which of its documents are gone; neither changes. */
export class KeptSegment implements Remains {
  readonly segment: Segment
  readonly live?: Uint8Array
  readonly size: number
  readonly frequencies: Uint32Array
  readonly wordCounts: Uint32Array
  readonly #termNumbers: Map<string, number>

  constructor(segment: Segment, remains?: Remains, termNumbers = new Map<string, number>()) {
    this.segment = segment
    const { live, size, frequencies, wordCounts } = remains ?? {
      live: undefined,
      size: segment.ids.length,
      frequencies: segment.postings.frequencies,
      wordCounts: segment.vocabulary.wordCounts,
    }
    if (live) this.live = live
    this.size = size
    this.frequencies = frequencies
    this.wordCounts = wordCounts
    this.#termNumbers = termNumbers
  }

  /** How many documents there are, those that are gone among them. */
  get documentCount(): number {
    return this.segment.ids.length
  }

  isLive(document: number): boolean {
    return this.live === undefined || ((this.live[document >>> 3]! >>> (document & 7)) & 1) === 1
  }

  /** The number of a term; -1 when no document ever had it. */
  termNumber(term: string): number {
    const known = this.#termNumbers.get(term)
    if (known !== undefined) return known
    const number = placeOf(this.segment.vocabulary.terms, term)
    if (this.#termNumbers.size === MOST_REMEMBERED) this.#termNumbers.clear()
    this.#termNumbers.set(term, number)
    return number
  }

  /** In how many documents a term stands. */
  frequency(term: string): number {
    const number = this.termNumber(term)
    return number < 0 ? 0 : this.frequencies[number]!
  }

  wordCount(word: string): number {
    const { words } = this.segment.vocabulary
    let count = 0
    eachEntryOf(words, word, firstFrom(words, word), (entry) => {
      count += this.wordCounts[entry]!
    })
    return count
  }

  /** Terms from one on, ascending, as long as they begin so; those of which every document is gone are left out. */
  termsWithPrefix(prefix: string, most: number): string[] {
    const { terms } = this.segment.vocabulary
    const found: string[] = []
    for (let place = firstFrom(terms, prefix); found.length < most && terms[place]?.startsWith(prefix); place++) {
      if (this.frequencies[place]! > 0) found.push(terms[place]!)
    }
    return found
  }

  documentOf(id: string): number | undefined {
    const number = this.segment.numbers.of(id)
    return number !== undefined && this.isLive(number) ? number : undefined
  }

  /** Calls with every word of a document, by number, of which field, and how often it stands there. */
  eachWord(document: number, fieldCount: number, visit: (word: number, field: number, count: number) => void): void {
    const { forward, vocabulary } = this.segment
    const reader = new ForwardReader(forward)
    reader.open(document)
    for (let field = 0; field < fieldCount; field++) {
      for (let left = reader.field(); left > 0; left--) {
        reader.next()
        visit(vocabulary.ranked[reader.rank]!, field, reader.count)
      }
    }
  }

  /** The numbers of documents that are not there any more. */
  goneDocuments(): Uint32Array {
    const gone = new Uint32Array(this.documentCount - this.size)
    for (let document = 0, place = 0; place < gone.length; document++) {
      if (!this.isLive(document)) gone[place++] = document
    }
    return gone
  }

  /** Shape (fields,): how many terms each field of a document has. */
  lengthsOf(document: number, fieldCount: number): Float64Array {
    const { wordTerms } = this.segment.vocabulary
    const lengths = new Float64Array(fieldCount)
    this.eachWord(document, fieldCount, (word, field, count) => {
      if (wordTerms[word]! >= 0) lengths[field]! += count
    })
    return lengths
  }

  /**
   * What is left without some more documents.
   *
   * @param documents - different ones that are still there
   * @remarks O(words of the documents + vocabulary).
   */
  without(documents: ArrayLike<number>, fieldCount: number): KeptSegment {
    if (documents.length === 0) return this
    const live = this.live?.slice() ?? new Uint8Array((this.documentCount + 7) >>> 3).fill(255)
    const frequencies = this.frequencies.slice()
    const wordCounts = this.wordCounts.slice()
    const { wordTerms } = this.segment.vocabulary
    let { size } = this
    for (const document of Array.from(documents)) {
      live[document >>> 3]! &= ~(1 << (document & 7))
      size--
      const terms = new Set<number>()
      this.eachWord(document, fieldCount, (word, _, count) => {
        wordCounts[word]! -= count
        terms.add(wordTerms[word]!)
      })
      terms.delete(-1)
      for (const term of terms) frequencies[term]!--
    }
    return new KeptSegment(this.segment, { live, size, frequencies, wordCounts }, this.#termNumbers)
  }
}

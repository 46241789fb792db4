import { openKernels } from '../../foundation/index.ts'
import type { Analysis } from './analysis.ts'
import { AverageLengths } from './average-lengths.ts'
import { DocumentNumbers } from './document-numbers.ts'
import { requireDocumentId, textsOfDocument } from './document-texts.ts'
import { emptyFieldValues, FieldDictionaries, type FieldValues } from './field-values.ts'
import { KeptSegment } from './kept-segment.ts'
import { PostingSearch } from './posting-search.ts'
import type { Segment } from './segment.ts'
import { SegmentMerger } from './segment-merger.ts'
import { ShardedMap } from './sharded-map.ts'
import { SpellingDictionary } from './spelling-dictionary.ts'
import {
  analysisOfLayout,
  type TextDocument,
  type TextIndexOptions,
  type TextLayout,
  textLayout,
} from './text-fields.ts'
import { TextIndex } from './text-index.ts'
import { WordBuffer } from './word-buffer.ts'

/** Words that are held before they become a segment: some 10 ms of work. */
const SEGMENT_WORDS = 8192
/** Words that are merged for each that is added: as many as there are levels, three times over, and some more. */
const MERGE_SHARE = 24
/** Of these so many at once. */
const MOST_MERGED = 50_000
/** Words of earlier segments that are learnt for spelling with each document: most segments have fewer. */
const MOST_LEARNT = 4096

/** Letters of all text fields of a document: 16,000 words, which take 10 to 50 ms, and no other work comes between. */
const LONGEST_DOCUMENT = 100_000

/** How much is done at once, which changes no answer. */
export interface SegmentTuning {
  /** Letters of the longest document that is taken. */
  readonly longestDocument?: number
  /** Words of a new segment. */
  readonly segmentWords?: number
  /** Words that are merged for each that is added; with 0 only {@link LiveTextIndex.work} merges. */
  readonly mergeShare?: number
}

/** What a saved index goes on from. */
export interface SavedSegments {
  readonly layout: TextLayout
  readonly kept: readonly KeptSegment[]
  readonly fixedLengths: Float64Array
  readonly dictionaries: FieldDictionaries
}

/**
 * A text index to which documents are added and from which they are taken at any time. What is changed is seen by the
 * snapshot that the next {@link refresh} gives; earlier snapshots stay as they are.
 *
 * Documents are collected into small segments, and segments that follow each other are merged into larger ones, a little
 * with every document that is added, so that nothing takes long at once.
 *
 * Once {@link work} has nothing left to do, a snapshot answers to the last bit as one of a fresh index to which the same
 * was added and from which the same was taken in the same order, whatever the segments: impacts are weighed against
 * average lengths which are a function of that order ({@link AverageLengths}), within a tenth of what they are. After
 * {@link compact} they are what they are, and the index is that of its documents alone.
 */
export class LiveTextIndex {
  readonly layout: TextLayout
  readonly #analysis: Analysis
  readonly #segmentWords: number
  readonly #mergeShare: number
  readonly #longestDocument: number
  readonly #dictionaries: FieldDictionaries
  readonly #search = new PostingSearch(openKernels())
  readonly #averages: AverageLengths
  readonly #buffer: WordBuffer
  readonly #merger: SegmentMerger
  /** Of all words that were added since all was merged last. */
  #spelling: SpellingDictionary
  /** Words that are still to be merged for those that were added. */
  #owed = 0
  /** Words of the last segments that it does not know yet: who makes a segment has done enough. */
  #unlearnt: (readonly string[])[] = []
  /** By id, when its document was added: a number that grows. */
  readonly #added = new ShardedMap<number>()
  #next = 0
  /** The number of the first document that is in no segment. */
  #firstHeld = 0
  #heldIds: string[] = []
  #heldValues: Map<string, FieldValues>
  #gone: number[] = []
  #snapshot: TextIndex

  /** @throws SluiceError `INVALID_ARGUMENT` at options that make no sense */
  constructor(options: TextIndexOptions, tuning: SegmentTuning = {}, saved?: SavedSegments) {
    this.layout = saved?.layout ?? textLayout(options)
    this.#analysis = analysisOfLayout(this.layout)
    this.#spelling = this.#newSpelling()
    this.#segmentWords = tuning.segmentWords ?? SEGMENT_WORDS
    this.#mergeShare = tuning.mergeShare ?? MERGE_SHARE
    this.#longestDocument = tuning.longestDocument ?? LONGEST_DOCUMENT
    this.#dictionaries = saved?.dictionaries ?? new FieldDictionaries()
    this.#averages = new AverageLengths(this.layout.wordFields.length)
    this.#buffer = new WordBuffer(this.#analysis, this.layout)
    this.#heldValues = this.#emptyValues()
    this.#merger = new SegmentMerger(this.layout, () => this.#emptyValues())
    if (saved) this.#resume(saved)
    this.#snapshot = this.#look()
  }

  /** What the last {@link refresh} gave. */
  get snapshot(): TextIndex {
    return this.#snapshot
  }

  /** How many documents there are, whether they can be found yet or not. */
  get size(): number {
    return this.#added.size
  }

  /** Shape (fields,): the average lengths against which impacts are weighed once merging is done. */
  get fixedLengths(): Float64Array {
    return this.#averages.fixed
  }

  /** Whether the last snapshot weighs impacts against {@link fixedLengths}, and so answers as a fresh index would. */
  get isWeighed(): boolean {
    return !this.#merger.isRemaking
  }

  /** Whether a document of the id was added and not taken away. */
  has(id: string): boolean {
    return this.#added.has(id)
  }

  /**
   * Adds a document; it takes the place of an earlier one of its id. A document that is refused leaves no trace.
   *
   * @throws SluiceError `MISSING_FIELD` without an id, `ID_TOO_LONG`, `UNKNOWN_FIELD`, `WRONG_TYPE` and `OUT_OF_RANGE` at a
   * value that its field cannot hold, `LIMIT_EXCEEDED` at more than 100,000 letters
   * @remarks O(letters), and some merging of segments.
   */
  add(document: TextDocument): void {
    const id = requireDocumentId(document)
    const texts = textsOfDocument(document, this.layout, this.#longestDocument)
    const values = Array.from(this.#heldValues, ([name, field]) => ({ field, own: field.check(document[name]) }))
    this.#learn(MOST_LEARNT)
    this.delete(id)
    const before = this.#buffer.occurrences
    const place = this.#heldIds.length
    this.#buffer.add(texts)
    this.#heldIds.push(id)
    for (const { field, own } of values) field.append(own)
    this.#added.set(id, this.#next++)
    this.#averages.add((field) => this.#buffer.length(place, field))
    const words = this.#buffer.occurrences - before + 1
    if (this.#buffer.occurrences + this.#heldIds.length >= this.#segmentWords) this.#seal()
    this.#mergeFor(words)
  }

  /**
   * Takes a document away.
   *
   * @returns whether there was one
   */
  delete(id: string): boolean {
    const number = this.#added.get(id)
    if (number === undefined) return false
    this.#added.delete(id)
    this.#gone.push(number)
    if (number >= this.#firstHeld)
      this.#averages.remove((field) => this.#buffer.length(number - this.#firstHeld, field))
    else {
      const lengths = this.#merger.lengthsOf(number)
      this.#averages.remove((field) => lengths[field]!)
    }
    return true
  }

  /**
   * Makes what was added and taken away be seen.
   *
   * @remarks O(words since the last one, at most some 8,000, + vocabularies of the segments from which something was taken).
   */
  refresh(): TextIndex {
    if (this.#heldIds.length === 0 && this.#gone.length === 0 && !this.#merger.hasChanged) return this.#snapshot
    this.#seal()
    this.#merger.remove(this.#gone)
    this.#gone = []
    this.#merger.aim(this.#averages.fixed)
    if (this.#mergeShare > 0) this.work(this.#segmentWords)
    this.#snapshot = this.#look()
    return this.#snapshot
  }

  /**
   * Merges segments for about so many words, some 0.1 microseconds each; the next refresh shows it.
   *
   * @returns whether there is more to merge
   */
  work(words: number): boolean {
    return this.#merger.work(words)
  }

  /** Merges everything at once into one segment whose impacts are weighed against the average lengths of now. */
  compact(): TextIndex {
    this.#seal()
    this.#merger.remove(this.#gone)
    this.#gone = []
    this.#averages.fix()
    this.#merger.compact(this.#averages.fixed)
    this.#spelling = this.#newSpelling()
    this.#unlearnt = []
    for (const { segment } of this.#merger.look()) this.#spelling.learn(segment.vocabulary.words)
    this.#snapshot = this.#look()
    return this.#snapshot
  }

  #newSpelling(): SpellingDictionary {
    return new SpellingDictionary([], this.#analysis.compounds)
  }

  #seal(): void {
    if (this.#heldIds.length === 0) return
    const averageLengths = this.#merger.averageLengths ?? this.#averages.fixed
    const words = this.#buffer.seal(averageLengths)
    const [ids, numbers] = [this.#heldIds, DocumentNumbers.of(this.#heldIds)]
    const segment: Segment = { ids, numbers, averageLengths, ...words, values: this.#heldValues }
    this.#merger.append(new KeptSegment(segment), this.#firstHeld)
    this.#unlearnt.push(words.vocabulary.words)
    this.#firstHeld = this.#next
    this.#heldIds = []
    this.#heldValues = this.#emptyValues()
  }

  /** A long document owes more merging than is done at once; the next ones do the rest. */
  #mergeFor(words: number): void {
    if (this.#mergeShare === 0) return
    this.#owed += this.#mergeShare * words
    const now = Math.min(this.#owed, MOST_MERGED)
    this.#owed = this.work(now) ? this.#owed - now : 0
  }

  #learn(most = Number.POSITIVE_INFINITY): void {
    const [first, ...others] = this.#unlearnt
    if (first === undefined) return
    this.#spelling.learn(first.slice(0, most))
    this.#unlearnt = first.length > most ? [first.slice(most), ...others] : others
    if (most === Number.POSITIVE_INFINITY) this.#learn()
  }

  #look(): TextIndex {
    this.#learn()
    return new TextIndex(this.layout, this.#merger.look(), this.#search, this.#spelling)
  }

  #emptyValues(): Map<string, FieldValues> {
    return emptyFieldValues(this.layout.fields, this.#dictionaries)
  }

  #resume({ kept, fixedLengths }: SavedSegments): void {
    const sums = new Float64Array(this.layout.wordFields.length)
    let documents = 0
    for (const part of kept) {
      this.#merger.append(part, this.#next)
      this.#spelling.learn(part.segment.vocabulary.words)
      for (let document = 0; document < part.documentCount; document++) {
        if (!part.isLive(document)) continue
        this.#added.set(part.segment.ids[document]!, this.#next + document)
        for (const [field, length] of part.lengthsOf(document, sums.length).entries()) sums[field]! += length
        documents++
      }
      this.#next += part.documentCount
    }
    this.#firstHeld = this.#next
    this.#averages.resume(fixedLengths, sums, documents)
    this.#merger.aim(fixedLengths)
  }
}

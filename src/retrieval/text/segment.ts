import type { DocumentNumbers } from './document-numbers.ts'
import type { FieldValues } from './field-values.ts'
import type { ForwardWords } from './forward-words.ts'
import type { PackedPostings } from './packed-postings.ts'

/** Quarters of the powers of two. */
const CLASSES = 128

/** The words and terms of a segment. */
export interface SegmentVocabulary {
  /** As they were written, folded, ascending. */
  readonly words: readonly string[]
  /** Shape (words,): how often each stands in the documents. */
  readonly wordCounts: Uint32Array
  /** Shape (words,): the number of its term; -1 for a word that is not searched. */
  readonly wordTerms: Int32Array
  /** Shape (words,): words by falling frequency. */
  readonly ranked: Uint32Array
  /** Ascending. */
  readonly terms: readonly string[]
}

/** Documents and an index over them, which do not change. Two segments of the same documents and averages are the same. */
export interface Segment {
  /** By document number. */
  readonly ids: readonly string[]
  readonly numbers: DocumentNumbers
  /** Shape (fields,): the lengths of fields against which impacts were weighed. */
  readonly averageLengths: Float64Array
  readonly vocabulary: SegmentVocabulary
  readonly forward: ForwardWords
  readonly postings: PackedPostings
  readonly values: ReadonlyMap<string, FieldValues>
}

/** Words by falling frequency, in quarters of a power of two; those of one class ascending. */
export function rankWords(wordCounts: Uint32Array): Uint32Array {
  const starts = new Uint32Array(CLASSES + 1)
  for (let word = 0; word < wordCounts.length; word++) starts[classOf(wordCounts[word]!) + 1]!++
  for (let place = 0; place < CLASSES; place++) starts[place + 1]! += starts[place]!
  const ranked = new Uint32Array(wordCounts.length)
  for (let word = 0; word < wordCounts.length; word++) ranked[starts[classOf(wordCounts[word]!)]!++] = word
  return ranked
}

/** From 0 for the largest counts on. */
function classOf(count: number): number {
  const bits = 31 - Math.clz32(count)
  const quarter = bits < 2 ? 0 : (count >>> (bits - 2)) & 3
  return CLASSES - 1 - (4 * bits + quarter)
}

/** The value at each of some places, in their order. */
export function valuesAt(values: Int32Array, places: Uint32Array): Int32Array {
  const own = new Int32Array(places.length)
  for (let place = 0; place < own.length; place++) own[place] = values[places[place]!]!
  return own
}

/** The place of each number in an order of them. */
export function placesOf(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length)
  for (let place = 0; place < order.length; place++) places[order[place]!] = place
  return places
}

/** Where the first of ascending texts stands that is not less than one. */
export function firstFrom(texts: readonly string[], text: string): number {
  let low = 0
  let high = texts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (texts[middle]! < text) low = middle + 1
    else high = middle
  }
  return low
}

/** Where a text stands among ascending ones; -1 when it does not. */
export function placeOf(texts: readonly string[], text: string): number {
  const place = firstFrom(texts, text)
  return texts[place] === text ? place : -1
}

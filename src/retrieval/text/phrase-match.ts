import { GrowingArray } from './growing-array.ts'
import type { TermPostings } from './term-postings.ts'
import type { TextSnapshot } from './text-snapshot.ts'

/** Words in a row: their terms, and how far each stands from the first, stop words counted. */
export interface Phrase {
  readonly terms: readonly string[]
  readonly offsets: readonly number[]
  /** How many words may stand in between in all. */
  readonly slop: number
}

/**
 * The documents with a phrase, and for impacts those of its least term in each: a phrase stands nowhere more often than
 * any of its words.
 *
 * @param accept - shape (documents,), 0 for those that are not looked at
 * @remarks O(postings of the terms + places in the documents that have them all).
 */
export function phrasePostings(
  snapshot: TextSnapshot,
  { terms, offsets, slop }: Phrase,
  accept?: Uint8Array,
): TermPostings {
  const rarestFirst = [...new Set(terms)].sort((a, b) => snapshot.frequency(a) - snapshot.frequency(b))
  const all = intersection(snapshot, rarestFirst, accept)
  if (terms.length === 1) return all
  const readers = terms.map((term) => snapshot.places(term))
  const places = terms.map(() => new GrowingArray(new Int32Array()))
  let count = 0
  for (let posting = 0; posting < all.documents.length; posting++) {
    const document = all.documents[posting]!
    for (let word = 0; word < terms.length; word++) {
      places[word]!.length = 0
      if (readers[word]!.find(document)) readers[word]!.copyPlaces(places[word]!)
    }
    if (!hasPhrase(places, offsets, slop)) continue
    all.documents[count] = document
    all.impacts[count++] = all.impacts[posting]!
  }
  return { documents: all.documents.subarray(0, count), impacts: all.impacts.subarray(0, count) }
}

/** The accepted documents that have all terms, with the smallest of their impacts. */
function intersection(snapshot: TextSnapshot, terms: readonly string[], accept: Uint8Array | undefined): TermPostings {
  const [first = '', ...others] = terms
  const { documents, impacts } = snapshot.postings(first)
  let common: TermPostings = { documents, impacts }
  if (accept) {
    const places = documents.map((_, place) => place).filter((place) => accept[documents[place]!] !== 0)
    const impactsLeft = Uint8Array.from(places, (place) => impacts[place]!)
    common = { documents: places.map((place) => documents[place]!), impacts: impactsLeft }
  }
  for (const term of others) if (common.documents.length > 0) common = inBoth(common, snapshot.postings(term))
  return { documents: common.documents.slice(), impacts: common.impacts.slice() }
}

/** The documents of both, with the smaller impact. */
function inBoth(one: TermPostings, other: TermPostings): TermPostings {
  const room = Math.min(one.documents.length, other.documents.length)
  const documents = new Int32Array(room)
  const impacts = new Uint8Array(room)
  let count = 0
  for (let first = 0, second = 0; first < one.documents.length && second < other.documents.length; ) {
    const difference = one.documents[first]! - other.documents[second]!
    if (difference === 0) {
      documents[count] = one.documents[first]!
      impacts[count++] = Math.min(one.impacts[first]!, other.impacts[second]!)
    }
    if (difference <= 0) first++
    if (difference >= 0) second++
  }
  return { documents: documents.slice(0, count), impacts: impacts.slice(0, count) }
}

/** Whether places, one of each list in their order, lie as the offsets say, but for so many words in between. */
function hasPhrase(places: readonly GrowingArray<Int32Array>[], offsets: readonly number[], slop: number): boolean {
  // From a later start the nearest places are later as well, so no list is gone through twice.
  const cursors = new Uint32Array(places.length)
  const first = places[0]!
  for (let start = 0; start < first.length; start++) {
    let place = first.get(start)
    let left = slop
    for (let word = 1; word < places.length && left >= 0; word++) {
      const expected = place + offsets[word]! - offsets[word - 1]!
      const own = places[word]!
      while (cursors[word]! < own.length && own.get(cursors[word]!) < expected) cursors[word]!++
      if (cursors[word]! === own.length) return false
      // The nearest leaves most for the words after it.
      place = own.get(cursors[word]!)
      left -= place - expected
    }
    if (left >= 0) return true
  }
  return false
}

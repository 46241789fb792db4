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
 * Takes out of `accept` every document without the phrase.
 *
 * @param accept - shape (documents,)
 * @remarks O(postings of the terms + documents).
 */
export function narrowToPhrase(snapshot: TextSnapshot, { terms, offsets, slop }: Phrase, accept: Uint8Array): void {
  const rarest = terms.reduce((best, term) => (snapshot.frequency(term) < snapshot.frequency(best) ? term : best))
  const walks = terms.map((term) => snapshot.places(term))
  const found = new Uint8Array(accept.length)
  for (const document of snapshot.postings(rarest).documents) {
    if (accept[document] === 0) continue
    const places = walks.map((walk) => walk.placesIn(document))
    if (places.every(({ length }) => length > 0) && hasPhrase(places, offsets, slop)) found[document] = 1
  }
  accept.set(found)
}

/**
 * The documents with a phrase, and for impacts those of its least term in each: a phrase stands nowhere more often than
 * any of its words.
 *
 * @remarks O(postings of the terms + places in the documents that have them all).
 */
export function phrasePostings(snapshot: TextSnapshot, { terms, offsets, slop }: Phrase): TermPostings {
  const all = terms.map((term) => snapshot.postings(term)).reduce(inBoth)
  const walks = terms.map((term) => snapshot.places(term))
  const documents = new Int32Array(all.documents.length)
  const impacts = new Uint8Array(all.documents.length)
  let count = 0
  for (const [posting, document] of all.documents.entries()) {
    const places = walks.map((walk) => walk.placesIn(document))
    if (!hasPhrase(places, offsets, slop)) continue
    documents[count] = document
    impacts[count++] = all.impacts[posting]!
  }
  return { documents: documents.slice(0, count), impacts: impacts.slice(0, count) }
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
function hasPhrase(places: readonly (readonly number[])[], offsets: readonly number[], slop: number): boolean {
  return places[0]!.some((start) => {
    let place = start
    let left = slop
    for (let word = 1; word < places.length; word++) {
      const expected = place + offsets[word]! - offsets[word - 1]!
      // The nearest leaves most for the words after it.
      const next = places[word]!.find((other) => other >= expected)
      if (next === undefined || next - expected > left) return false
      left -= next - expected
      place = next
    }
    return true
  })
}

import type { TextSnapshot } from '../text-snapshot.ts'
import type { WeightedTerms } from '../weighted-terms.ts'
import { intersect } from './document-mask.ts'
import { firstFrom } from './first-from.ts'

/** Documents of a snapshot, all that a query finds: as a mask and by number. */
export interface Matches {
  /** Shape (documents,): 1 for each that is in. */
  readonly mask: Uint8Array
  /** Ascending. */
  readonly documents: Int32Array
}

/** @remarks O(documents). */
export function matchesOf(mask: Uint8Array): Matches {
  const documents = new Int32Array(mask.length)
  let count = 0
  for (let document = 0; document < mask.length; document++) {
    documents[count] = document
    count += mask[document]!
  }
  return { mask, documents: documents.slice(0, count) }
}

/** Some documents of so many, ascending. */
export function maskedMatches(documents: Int32Array, count: number): Matches {
  return { mask: maskOf(documents, count), documents }
}

export function maskOf(documents: ArrayLike<number>, count: number): Uint8Array {
  const mask = new Uint8Array(count)
  for (let place = 0; place < documents.length; place++) mask[documents[place]!] = 1
  return mask
}

/** Those of `count` documents from number `first` on. */
export function matchesWithin({ documents }: Matches, first: number, count: number): Int32Array {
  return documents.subarray(firstFrom(documents, first), firstFrom(documents, first + count))
}

/**
 * Every document with any of the terms.
 *
 * @returns shape (documents,)
 * @remarks O(documents + postings).
 */
export function documentsWithAny(snapshot: TextSnapshot, { terms, lists = [] }: WeightedTerms): Uint8Array {
  const mask = new Uint8Array(snapshot.documentCount)
  for (const { documents } of [...terms.map((term) => snapshot.postings(term)), ...lists]) {
    for (let place = 0; place < documents.length; place++) mask[documents[place]!] = 1
  }
  intersect(mask, snapshot.liveDocuments())
  return mask
}

import type { TextSnapshot } from '../text-snapshot.ts'
import type { WeightedTerms } from '../weighted-terms.ts'
import { countOf, intersect } from './document-mask.ts'
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
  const size = countOf(mask)
  // One more than there are: every document is written, and the next one over those that are not in.
  const documents = new Int32Array(size + 1)
  let count = 0
  for (let document = 0; document < mask.length; document++) {
    documents[count] = document
    count += mask[document]!
  }
  return { mask, documents: documents.subarray(0, size) }
}

export function maskOf(documents: ArrayLike<number>, count: number): Uint8Array {
  const mask = new Uint8Array(count)
  for (let place = 0; place < documents.length; place++) mask[documents[place]!] = 1
  return mask
}

/** Where those of `count` documents from number `first` on lie among ascending ones. */
export function rangeWithin(documents: Int32Array, first: number, count: number): { from: number; to: number } {
  return { from: firstFrom(documents, first), to: firstFrom(documents, first + count) }
}

/** Those of `count` documents from number `first` on. */
export function documentsWithin(documents: Int32Array, first: number, count: number): Int32Array {
  const { from, to } = rangeWithin(documents, first, count)
  return documents.subarray(from, to)
}

/**
 * Every document with any of the terms that is not gone.
 *
 * @returns shape (documents,)
 * @remarks O(postings + documents).
 */
export function documentsWithAny(snapshot: TextSnapshot, { terms, lists = [] }: WeightedTerms): Uint8Array {
  const mask = new Uint8Array(snapshot.documentCount)
  for (const term of terms) snapshot.mark(term, mask)
  for (const { documents } of lists) for (let place = 0; place < documents.length; place++) mask[documents[place]!] = 1
  return mask
}

/**
 * How many documents with any of the terms are accepted.
 *
 * @param accept - shape (documents,), 1 for each that is; absent: all are
 * @remarks O(postings + documents); O(1) for one term alone.
 */
export function countWithAny(snapshot: TextSnapshot, weighted: WeightedTerms, accept?: Uint8Array): number {
  const { terms, lists = [] } = weighted
  if (terms.length === 1 && lists.length === 0 && !accept) return snapshot.frequency(terms[0]!)
  const mask = documentsWithAny(snapshot, weighted)
  if (accept) intersect(mask, accept)
  return countOf(mask)
}

import { chunksOf, type PackedPostings } from './packed-postings.ts'
import type { TermPostings } from './term-postings.ts'

/**
 * Unpacks the postings of a term.
 *
 * @remarks O(postings).
 */
export function readPostings(postings: PackedPostings, term: number): TermPostings {
  const documents = new Int32Array(postings.frequencies[term]!)
  const impacts = new Uint8Array(documents.length)
  const reader = chunksOf(postings, term)
  for (let posting = 0; reader.advance(); posting += reader.count) {
    reader.read(documents, posting)
    impacts.set(postings.chunks.subarray(reader.impacts, reader.impacts + reader.count), posting)
  }
  return { documents, impacts }
}

import { DENSE, ENDS_BYTES, HEADER_BYTES, type PackedPostings, WINDOW_BITS } from './pack-postings.ts'

/** The documents of a term, ascending, and the impact of it in each. */
export interface TermPostings {
  readonly documents: Int32Array
  readonly impacts: Uint8Array
}

/**
 * Unpacks the postings of a term.
 *
 * @remarks O(postings).
 */
export function readPostings({ frequencies, starts, chunks }: PackedPostings, term: number): TermPostings {
  const documents = new Int32Array(frequencies[term]!)
  const impacts = new Uint8Array(frequencies[term]!)
  const view = new DataView(chunks.buffer, chunks.byteOffset, chunks.byteLength)
  let posting = 0
  for (let at = starts[term]!; at < starts[term + 1]!; ) {
    const first = view.getUint16(at, true) << WINDOW_BITS
    const count = view.getUint16(at + 2, true)
    const body = at + HEADER_BYTES
    const own = documents.subarray(posting, posting + count)
    if (count < DENSE)
      for (let index = 0; index < count; index++) own[index] = first + view.getUint16(body + 2 * index, true)
    else readDense(view, body, first, own)
    const from = body + (count < DENSE ? 2 * count : ENDS_BYTES + count)
    impacts.set(chunks.subarray(from, from + count), posting)
    posting += count
    at = from + count
  }
  return { documents, impacts }
}

function readDense(view: DataView, body: number, first: number, documents: Int32Array): void {
  let posting = 0
  for (let block = 0; block < 16; block++) {
    const end = view.getUint16(body + 2 * block, true)
    for (; posting < end; posting++) {
      documents[posting] = first + (block << 8) + view.getUint8(body + ENDS_BYTES + posting)
    }
  }
}

import type { Kernels } from '../../foundation/index.ts'
import type { TextLayout } from './text-fields.ts'
import type { CollectedWords } from './word-collector.ts'

/** Documents of a window, and from how many postings on a chunk is dense, as `assembly/text-postings.ts` has them. */
export const WINDOW_BITS = 12
const WINDOW = 1 << WINDOW_BITS
export const DENSE = 64
/** So many postings lie between two that are found without reading places. */
export const SKIP = 64
export const HEADER_BYTES = 5
/** 16 ends of two bytes. */
export const ENDS_BYTES = 32

/** What an impact of 1 would be in whole numbers: idf times impact / 256 is the score of a term, exactly. */
export const FULL_IMPACT = 256

/** An inverted index as the kernels read it. */
export interface PackedPostings {
  /** Shape (terms,): how many documents have the term. */
  readonly frequencies: Uint32Array
  /** Shape (terms + 1,): where the chunks of a term begin in `chunks`. */
  readonly starts: Uint32Array
  /** In the memory of the kernels. */
  readonly chunks: Uint8Array
  /** Shape (terms + 1,): where the places of a term begin in `places`. */
  readonly placeStarts: Uint32Array
  /** Where the places of every 64th posting of a term begin, but for its first; a term has floor((postings - 1) / 64). */
  readonly placeSkips: Uint32Array
  /** Shape (terms + 1,): where those of a term begin. */
  readonly skipStarts: Uint32Array
  /** For every posting of a term, in order, what {@link CollectedWords} has for a term of a document. */
  readonly places: Uint8Array
}

/** Postings by term and ascending document. */
interface SortedPostings {
  readonly starts: Uint32Array
  readonly documents: Int32Array
  readonly impacts: Uint8Array
}

/**
 * Turns collected words into an inverted index. The impact of a posting is its saturated and length-corrected
 * occurrences over all fields (BM25F without idf) in 256 steps, so that an index has one byte for it; scores are exact
 * sums of these.
 *
 * @param live - shape (documents,), 0 for those that are left out
 * @remarks O(entries + terms); some 5 bytes an entry besides the result.
 * @see Robertson, Zaragoza & Taylor 2004, CIKM, for BM25F; Anh & Moffat 2002, SIGIR, for impacts.
 */
export function packPostings(
  words: CollectedWords,
  live: Uint8Array,
  layout: TextLayout,
  kernels: Kernels,
): PackedPostings {
  const sorted = sortPostings(words, live, layout)
  const { starts, size } = layOutChunks(sorted)
  const chunks = kernels.arena.uint8s(size)
  const view = new DataView(chunks.buffer, chunks.byteOffset, chunks.byteLength)
  for (let term = 0; term < words.terms.length; term++) writeChunks(sorted, term, chunks, view, starts[term]!)
  const frequencies = Uint32Array.from(words.terms, (_, term) => sorted.starts[term + 1]! - sorted.starts[term]!)
  return { frequencies, starts, chunks, ...sortPlaces(words, live, frequencies) }
}

/** Calls with every term of every live document, in the order of documents. */
function eachPosting(
  { entryEnds, entryTerms }: CollectedWords,
  live: Uint8Array,
  visit: (term: number, document: number, from: number, to: number) => void,
): void {
  let entry = 0
  for (let document = 0; document < entryEnds.length; document++) {
    const end = entryEnds[document]!
    while (entry < end) {
      const from = entry
      const term = entryTerms[from]!
      while (entry < end && entryTerms[entry] === term) entry++
      if (live[document] === 1) visit(term, document, from, entry)
    }
  }
}

function sortPostings(words: CollectedWords, live: Uint8Array, layout: TextLayout): SortedPostings {
  const starts = new Uint32Array(words.terms.length + 1)
  eachPosting(words, live, (term) => {
    starts[term + 1]!++
  })
  for (let term = 0; term < words.terms.length; term++) starts[term + 1]! += starts[term]!
  const next = starts.slice()
  const total = starts[words.terms.length]!
  const documents = new Int32Array(total)
  const impacts = new Uint8Array(total)
  const impactOf = impactFunction(words, live, layout)
  eachPosting(words, live, (term, document, from, to) => {
    const posting = next[term]!++
    documents[posting] = document
    impacts[posting] = impactOf(document, from, to)
  })
  return { starts, documents, impacts }
}

function impactFunction(
  { lengths, entryFields, entryCounts }: CollectedWords,
  live: Uint8Array,
  { wordFields, k1 }: TextLayout,
): (document: number, from: number, to: number) => number {
  const width = wordFields.length
  const sums = new Float64Array(width)
  const documents = live.reduce((sum, one) => sum + one, 0)
  for (let unit = 0; unit < lengths.length; unit++) {
    if (live[Math.floor(unit / width)] === 1) sums[unit % width]! += lengths[unit]!
  }
  const means = sums.map((sum) => Math.max(sum / Math.max(1, documents), Number.MIN_VALUE))
  return (document, from, to) => {
    let count = 0
    for (let entry = from; entry < to; entry++) {
      const field = entryFields[entry]!
      const { boost, b } = wordFields[field]!
      count += (boost * entryCounts[entry]!) / (1 - b + b * (lengths[document * width + field]! / means[field]!))
    }
    return Math.min(255, Math.max(1, Math.round((FULL_IMPACT * count) / (k1 + count))))
  }
}

/** How many bytes {@link writeList} needs. */
export function listBytes(documents: Int32Array): number {
  return layOutChunks({ starts: Uint32Array.of(0, documents.length), documents, impacts: new Uint8Array() }).size
}

/**
 * Writes the chunks of documents that no term has.
 *
 * @param documents - ascending
 * @param chunks - the memory of the kernels from the first byte on
 */
export function writeList(documents: Int32Array, impacts: Uint8Array, chunks: Uint8Array): void {
  const view = new DataView(chunks.buffer, chunks.byteOffset, chunks.byteLength)
  writeChunks({ starts: Uint32Array.of(0, documents.length), documents, impacts }, 0, chunks, view, 0)
}

function chunkBytes(count: number): number {
  return HEADER_BYTES + (count < DENSE ? 3 * count : ENDS_BYTES + 2 * count)
}

/** Where the postings of the window of one end. */
function endOfWindow(documents: Int32Array, from: number, to: number): number {
  const window = documents[from]! >>> WINDOW_BITS
  let end = from + 1
  while (end < to && documents[end]! >>> WINDOW_BITS === window) end++
  return end
}

function layOutChunks({ starts, documents }: SortedPostings): { starts: Uint32Array; size: number } {
  const places = new Uint32Array(starts.length)
  let size = 0
  for (let term = 0; term + 1 < starts.length; term++) {
    places[term] = size
    const to = starts[term + 1]!
    for (let from = starts[term]!; from < to; ) {
      const end = endOfWindow(documents, from, to)
      size += chunkBytes(end - from)
      from = end
    }
  }
  places[starts.length - 1] = size
  return { starts: places, size }
}

function writeChunks(
  { starts, documents, impacts }: SortedPostings,
  term: number,
  chunks: Uint8Array,
  view: DataView,
  start: number,
): void {
  let at = start
  const to = starts[term + 1]!
  for (let from = starts[term]!; from < to; ) {
    const end = endOfWindow(documents, from, to)
    const count = end - from
    let largest = 0
    for (let posting = from; posting < end; posting++) largest = Math.max(largest, impacts[posting]!)
    view.setUint16(at, documents[from]! >>> WINDOW_BITS, true)
    view.setUint16(at + 2, count, true)
    chunks[at + 4] = largest
    const body = at + HEADER_BYTES
    const own = documents.subarray(from, end)
    if (count < DENSE) writeSparse(own, view, body)
    else writeDense(own, chunks, view, body)
    at += chunkBytes(count)
    chunks.set(impacts.subarray(from, end), at - count)
    from = end
  }
}

function writeSparse(documents: Int32Array, view: DataView, body: number): void {
  for (let posting = 0; posting < documents.length; posting++) {
    view.setUint16(body + 2 * posting, documents[posting]! & (WINDOW - 1), true)
  }
}

function writeDense(documents: Int32Array, chunks: Uint8Array, view: DataView, body: number): void {
  let posting = 0
  for (let block = 0; block < 16; block++) {
    while (posting < documents.length && (documents[posting]! & (WINDOW - 1)) >>> 8 === block) {
      chunks[body + ENDS_BYTES + posting] = documents[posting]! & 255
      posting++
    }
    view.setUint16(body + 2 * block, posting, true)
  }
}

/** The places by term instead of by document. */
function sortPlaces(
  words: CollectedWords,
  live: Uint8Array,
  frequencies: Uint32Array,
): Pick<PackedPostings, 'placeStarts' | 'places' | 'skipStarts' | 'placeSkips'> {
  const placeStarts = new Uint32Array(words.terms.length + 1)
  eachList(words, live, (term, from, to) => {
    placeStarts[term + 1]! += to - from
  })
  const skipStarts = new Uint32Array(words.terms.length + 1)
  for (let term = 0; term < words.terms.length; term++) {
    placeStarts[term + 1]! += placeStarts[term]!
    skipStarts[term + 1] = skipStarts[term]! + Math.floor(Math.max(0, frequencies[term]! - 1) / SKIP)
  }
  const places = new Uint8Array(placeStarts[words.terms.length]!)
  const placeSkips = new Uint32Array(skipStarts[words.terms.length]!)
  const next = placeStarts.slice()
  const postings = new Uint32Array(words.terms.length)
  eachList(words, live, (term, from, to) => {
    const start = next[term]!
    const posting = postings[term]!++
    if (posting > 0 && posting % SKIP === 0) placeSkips[skipStarts[term]! + posting / SKIP - 1] = start
    for (let at = from; at < to; at++) places[start + at - from] = words.places[at]!
    next[term] = start + to - from
  })
  return { placeStarts, places, skipStarts, placeSkips }
}

/** Calls with the bytes of places of every term of every live document. */
function eachList(
  words: CollectedWords,
  live: Uint8Array,
  visit: (term: number, from: number, to: number) => void,
): void {
  const { places, placeEnds } = words
  let at = 0
  let current = -1
  eachPosting(words, live, (term, document) => {
    if (document !== current) {
      at = document === 0 ? 0 : placeEnds[document - 1]!
      current = document
    }
    const from = at
    while (places[at] !== 0) at++
    at++
    visit(term, from, at)
  })
}

import type { Kernels } from '../../foundation/index.ts'
import type { KeptSegment } from './kept-segment.ts'
import { FULL_IMPACT, packedChunks, WINDOW_BITS } from './posting-chunks.ts'
import type { WeightedPostings, WeightedTerms } from './weighted-terms.ts'

/** No sum of weights and impacts is larger. */
const LARGEST_SUM = 2 ** 29
/** Numbers and bytes of a cursor, as `assembly/text-postings.ts` has them. */
const CURSOR = 8

/** The best documents for weighted terms, best first, ties to the smaller number. */
export interface FoundDocuments {
  readonly documents: Int32Array
  readonly scores: Float64Array
}

/** Segments one after the other: document 0 of each is document `first` of all. */
export interface PlacedSegment {
  readonly first: number
  readonly kept: KeptSegment
}

/** How many of the whole numbers that the kernels count make a score of 1: a power of two, as large as may be. */
export function scoreUnits({ weights, lists = [] }: WeightedTerms): number {
  const sum = [...weights, ...lists.map(({ weight }) => weight)].reduce((total, weight) => total + weight, 0)
  return 2 ** Math.min(24, Math.floor(Math.log2(LARGEST_SUM / (FULL_IMPACT * Math.max(sum, 1e-9)))))
}

/** The whole number by which the kernels multiply impacts. */
export function wholeWeight(weight: number, units: number): number {
  return Math.max(1, Math.round(weight * units))
}

/**
 * Searches postings. They lie where they are loaded, and those of a query are copied into the memory of the kernels, which
 * costs a small part of going through them; so a segment that nobody needs goes as all objects do.
 */
export class PostingSearch {
  readonly #kernels: Kernels
  readonly #sums: Int32Array
  readonly #mark: number
  #heap: Uint8Array
  #documents: Int32Array
  #scores: Int32Array
  #scratch: Uint8Array

  constructor(kernels: Kernels) {
    const { arena } = kernels
    this.#kernels = kernels
    this.#sums = arena.int32s(1 << WINDOW_BITS)
    this.#mark = arena.mark()
    this.#heap = arena.uint8s(16 + 8 * 1024)
    this.#documents = arena.int32s(1024)
    this.#scores = arena.int32s(1024)
    this.#scratch = arena.uint8s(65_536)
  }

  /**
   * The documents with the largest sums of weight times impact / 256.
   *
   * @param limit - at least 1
   * @param accept - shape (documents of all segments,), 0 keeps a document out
   * @remarks Exact. O(postings of the terms + windows that they reach), less the windows whose largest impacts cannot
   * reach the best documents so far. Impacts are bytes and weights whole numbers of 2^-24 or, for large ones, more.
   */
  best(segments: readonly PlacedSegment[], wanted: WeightedTerms, limit: number, accept?: Uint8Array): FoundDocuments {
    const units = scoreUnits(wanted)
    const { program } = this.#kernels
    this.#reserve(limit, 0)
    program.clearKeys(this.#heap.byteOffset, limit)
    for (const segment of segments) this.#searchSegment(segment, wanted, units, limit, accept)
    const heap = this.#heap.byteOffset
    const found = program.takeKeys(heap, this.#documents.byteOffset, this.#scores.byteOffset)
    return {
      documents: Int32Array.from(this.#documents.subarray(0, found)),
      scores: Float64Array.from(this.#scores.subarray(0, found), (sum) => sum / (units * FULL_IMPACT)),
    }
  }

  #searchSegment(
    { first, kept }: PlacedSegment,
    { terms, weights, lists = [] }: WeightedTerms,
    units: number,
    limit: number,
    accept: Uint8Array | undefined,
  ): void {
    const sources: { bytes: Uint8Array; weight: number }[] = []
    const { starts, chunks } = kept.segment.postings
    for (let place = 0; place < terms.length; place++) {
      const term = kept.termNumber(terms[place]!)
      if (term < 0) continue
      sources.push({ bytes: chunks.subarray(starts[term]!, starts[term + 1]!), weight: weights[place]! })
    }
    for (const list of lists) {
      const bytes = chunksWithin(list, first, first + kept.documentCount)
      if (bytes.length > 0) sources.push({ bytes, weight: list.weight })
    }
    if (sources.length === 0) return
    const mask = accept?.subarray(first, first + kept.documentCount)
    const cursorBytes = 4 * CURSOR * sources.length
    const bytes = sources.reduce((sum, source) => sum + source.bytes.length, cursorBytes)
    this.#reserve(limit, bytes + (mask?.length ?? 0) + (kept.live?.length ?? 0))
    this.#run(sources, units, first, mask, kept.live)
  }

  /** Lays out cursors, chunks and masks in the scratch memory and searches them. */
  #run(
    sources: readonly { readonly bytes: Uint8Array; readonly weight: number }[],
    units: number,
    first: number,
    mask: Uint8Array | undefined,
    live: Uint8Array | undefined,
  ): void {
    const scratch = this.#scratch
    const origin = scratch.byteOffset
    const cursors = new Int32Array(scratch.buffer, origin, CURSOR * sources.length)
    let at = cursors.byteLength
    const place = (bytes: Uint8Array): number => {
      scratch.set(bytes, at)
      at += bytes.length
      return origin + at - bytes.length
    }
    for (const [number, { bytes, weight }] of sources.entries()) {
      cursors[CURSOR * number] = place(bytes)
      cursors[CURSOR * number + 1] = origin + at
      cursors[CURSOR * number + 2] = wholeWeight(weight, units)
    }
    const accepted = mask ? place(mask) : 0
    const living = live ? place(live) : 0
    const { searchPostings } = this.#kernels.program
    searchPostings(origin, sources.length, accepted, living, first, this.#sums.byteOffset, this.#heap.byteOffset)
  }

  /** Room for so many results and so many bytes beside. The results so far stay. */
  #reserve(limit: number, bytes: number): void {
    const { arena } = this.#kernels
    if (limit > this.#documents.length) {
      arena.release(this.#mark)
      this.#heap = arena.uint8s(16 + 16 * limit)
      this.#documents = arena.int32s(2 * limit)
      this.#scores = arena.int32s(2 * limit)
      this.#scratch = arena.uint8s(this.#scratch.length)
    }
    if (bytes <= this.#scratch.length) return
    arena.release(this.#scratch.byteOffset)
    this.#scratch = arena.uint8s(2 * bytes)
  }
}

/** Where the first of ascending documents stands that is not before one. */
function placeFrom(documents: Int32Array, document: number): number {
  let low = 0
  let high = documents.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (documents[middle]! < document) low = middle + 1
    else high = middle
  }
  return low
}

/** The chunks of those postings that lie within a range of documents, which becomes 0 and following. */
function chunksWithin({ documents, impacts }: WeightedPostings, first: number, end: number): Uint8Array {
  const from = placeFrom(documents, first)
  const to = placeFrom(documents, end)
  const own = documents.subarray(from, to)
  return packedChunks({
    documents: first === 0 ? own : own.map((document) => document - first),
    impacts: impacts.subarray(from, to),
  })
}

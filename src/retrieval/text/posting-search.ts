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

/** The sum of every document; times `unit` it is a score. */
export interface DocumentSums {
  /** Shape (documents,): 0 of one without any of the terms. */
  readonly sums: Int32Array
  readonly unit: number
}

/** What a term or a list has in a segment. */
interface PostingSource {
  readonly bytes: Uint8Array
  readonly weight: number
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
    for (const { first, kept } of segments) {
      const sources = sourcesIn({ first, kept }, wanted)
      if (sources.length === 0) continue
      const mask = accept?.subarray(first, first + kept.documentCount)
      this.#reserve(limit, bytesOf(sources) + (mask?.length ?? 0) + (kept.live?.length ?? 0))
      this.#run(sources, units, first, mask, kept.live)
    }
    const heap = this.#heap.byteOffset
    const found = program.takeKeys(heap, this.#documents.byteOffset, this.#scores.byteOffset)
    return {
      documents: Int32Array.from(this.#documents.subarray(0, found)),
      scores: Float64Array.from(this.#scores.subarray(0, found), (sum) => sum / (units * FULL_IMPACT)),
    }
  }

  /**
   * The sums of all documents, those that are gone among them: what {@link best} takes the largest of.
   *
   * @param documentCount - of all segments
   * @remarks O(postings of the terms + documents).
   */
  sums(segments: readonly PlacedSegment[], wanted: WeightedTerms, documentCount: number): DocumentSums {
    const units = scoreUnits(wanted)
    const sums = new Int32Array(documentCount)
    for (const { first, kept } of segments) {
      const sources = sourcesIn({ first, kept }, wanted)
      if (sources.length === 0) continue
      const room = 4 * (kept.documentCount + (1 << WINDOW_BITS))
      this.#reserve(1, room + bytesOf(sources))
      const own = new Int32Array(this.#scratch.buffer, this.#scratch.byteOffset, room / 4).fill(0)
      this.#layOut(sources, units, room)
      this.#kernels.program.sumPostings(own.byteOffset + room, sources.length, own.byteOffset)
      sums.set(own.subarray(0, kept.documentCount), first)
    }
    return { sums, unit: 1 / (units * FULL_IMPACT) }
  }

  #run(
    sources: readonly PostingSource[],
    units: number,
    first: number,
    mask: Uint8Array | undefined,
    live: Uint8Array | undefined,
  ): void {
    const scratch = this.#scratch
    const origin = scratch.byteOffset
    let at = this.#layOut(sources, units, 0)
    const place = (bytes: Uint8Array): number => {
      scratch.set(bytes, at)
      at += bytes.length
      return origin + at - bytes.length
    }
    const accepted = mask ? place(mask) : 0
    const living = live ? place(live) : 0
    const { searchPostings } = this.#kernels.program
    searchPostings(origin, sources.length, accepted, living, first, this.#sums.byteOffset, this.#heap.byteOffset)
  }

  /**
   * Lays out cursors and behind them chunks in the scratch memory.
   *
   * @param from - a multiple of 4
   * @returns the place behind them
   */
  #layOut(sources: readonly PostingSource[], units: number, from: number): number {
    const scratch = this.#scratch
    const cursors = new Int32Array(scratch.buffer, scratch.byteOffset + from, CURSOR * sources.length)
    let at = from + cursors.byteLength
    for (let number = 0; number < sources.length; number++) {
      const { bytes, weight } = sources[number]!
      cursors[CURSOR * number] = scratch.byteOffset + at
      scratch.set(bytes, at)
      at += bytes.length
      cursors[CURSOR * number + 1] = scratch.byteOffset + at
      cursors[CURSOR * number + 2] = wholeWeight(weight, units)
    }
    return at
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

/** The chunks of the terms and lists that a segment has. */
function sourcesIn({ first, kept }: PlacedSegment, { terms, weights, lists = [] }: WeightedTerms): PostingSource[] {
  const sources: PostingSource[] = []
  const { starts, chunks } = kept.segment.postings
  for (let place = 0; place < terms.length; place++) {
    const term = kept.termNumber(terms[place]!)
    if (term >= 0) sources.push({ bytes: chunks.subarray(starts[term]!, starts[term + 1]!), weight: weights[place]! })
  }
  for (const list of lists) {
    const bytes = chunksWithin(list, first, first + kept.documentCount)
    if (bytes.length > 0) sources.push({ bytes, weight: list.weight })
  }
  return sources
}

/** Of their chunks and cursors. */
function bytesOf(sources: readonly PostingSource[]): number {
  return sources.reduce((sum, { bytes }) => sum + bytes.length, 4 * CURSOR * sources.length)
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

import type { Kernels } from '../../foundation/index.ts'
import { FULL_IMPACT, listBytes, type PackedPostings, WINDOW_BITS, writeList } from './pack-postings.ts'
import type { TermPostings } from './read-postings.ts'

/** No sum of weights and impacts is larger. */
const LARGEST_SUM = 2 ** 29

/** Terms by number, and how much a whole impact of each counts. */
export interface NumberedTerms {
  readonly terms: readonly number[]
  /** Shape (terms,), above 0. */
  readonly weights: readonly number[]
  /** Postings that no term has, each with its weight. */
  readonly lists: readonly (TermPostings & { readonly weight: number })[]
}

/** The best documents for weighted terms, best first, ties to the smaller number. */
export interface FoundDocuments {
  readonly documents: Int32Array
  readonly scores: Float64Array
}

/** How many of the whole numbers that the kernels count make a score of 1: a power of two, as large as may be. */
export function scoreUnits(weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return 2 ** Math.min(24, Math.floor(Math.log2(LARGEST_SUM / (FULL_IMPACT * Math.max(sum, 1e-9)))))
}

/** The whole number by which the kernels multiply impacts. */
export function wholeWeight(weight: number, units: number): number {
  return Math.max(1, Math.round(weight * units))
}

/** Searches packed postings in the memory of the kernels; what it needs there is taken once. */
export class PostingSearch {
  readonly #kernels: Kernels
  readonly #postings: PackedPostings
  readonly #sums: Int32Array
  readonly #accept: Uint8Array
  #cursors: Int32Array
  #heap: Uint8Array
  #documents: Int32Array
  #scores: Int32Array
  #lists: Uint8Array

  constructor(kernels: Kernels, postings: PackedPostings, documentCount: number) {
    const { arena } = kernels
    this.#kernels = kernels
    this.#postings = postings
    this.#sums = arena.int32s(1 << WINDOW_BITS)
    this.#accept = arena.uint8s(documentCount)
    this.#cursors = arena.int32s(4 * 64)
    this.#heap = arena.uint8s(16 + 8 * 1024)
    this.#documents = arena.int32s(1024)
    this.#scores = arena.int32s(1024)
    this.#lists = new Uint8Array()
  }

  /**
   * The documents with the largest sums of weight times impact / 256.
   *
   * @param limit - at least 1
   * @param accept - shape (documents,), 0 keeps a document out
   * @remarks Exact. O(postings of the terms + windows that they reach), less the windows whose largest impacts cannot
   * reach the best documents so far. Impacts are bytes and weights whole numbers of 2^-24 or, for large ones, more.
   */
  best({ terms, weights, lists }: NumberedTerms, limit: number, accept?: Uint8Array): FoundDocuments {
    const units = scoreUnits([...weights, ...lists.map(({ weight }) => weight)])
    const { chunks, starts } = this.#postings
    this.#reserve(terms.length + lists.length, limit)
    for (const [place, term] of terms.entries()) {
      const at = chunks.byteOffset
      this.#writeCursor(place, at + starts[term]!, at + starts[term + 1]!, wholeWeight(weights[place]!, units))
    }
    this.#writeLists(lists, terms.length, units)
    if (accept) this.#accept.set(accept)
    const { program } = this.#kernels
    const heap = this.#heap.byteOffset
    const mask = accept ? this.#accept.byteOffset : 0
    program.clearKeys(heap, limit)
    program.searchPostings(this.#cursors.byteOffset, terms.length + lists.length, mask, this.#sums.byteOffset, heap)
    const found = program.takeKeys(heap, this.#documents.byteOffset, this.#scores.byteOffset)
    return {
      documents: Int32Array.from(this.#documents.subarray(0, found)),
      scores: Float64Array.from(this.#scores.subarray(0, found), (sum) => sum / (units * FULL_IMPACT)),
    }
  }

  /** Packs postings that no term has behind each other, and a cursor for each. */
  #writeLists(lists: NumberedTerms['lists'], firstCursor: number, units: number): void {
    const sizes = lists.map(({ documents }) => listBytes(documents))
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    if (bytes > this.#lists.length) this.#lists = this.#kernels.arena.uint8s(2 * bytes)
    let from = 0
    for (const [place, { documents, impacts, weight }] of lists.entries()) {
      const own = this.#lists.subarray(from, from + sizes[place]!)
      writeList(documents, impacts, own)
      from += own.length
      const at = own.byteOffset
      this.#writeCursor(firstCursor + place, at, at + own.length, wholeWeight(weight, units))
    }
  }

  #writeCursor(place: number, from: number, to: number, weight: number): void {
    this.#cursors[4 * place] = from
    this.#cursors[4 * place + 1] = to
    this.#cursors[4 * place + 2] = weight
  }

  #reserve(termCount: number, limit: number): void {
    const { arena } = this.#kernels
    if (4 * termCount > this.#cursors.length) this.#cursors = arena.int32s(8 * termCount)
    if (limit <= this.#documents.length) return
    this.#heap = arena.uint8s(16 + 16 * limit)
    this.#documents = arena.int32s(2 * limit)
    this.#scores = arena.int32s(2 * limit)
  }
}

import type { Kernels } from '../../foundation/index.ts'
import { FULL_IMPACT, type PackedPostings, WINDOW_BITS } from './pack-postings.ts'

/** No sum of weights and impacts is larger. */
const LARGEST_SUM = 2 ** 29

/** Terms by number, and how much a whole impact of each counts. */
export interface NumberedTerms {
  readonly terms: readonly number[]
  /** Shape (terms,), above 0. */
  readonly weights: readonly number[]
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
  }

  /**
   * The documents with the largest sums of weight times impact / 256.
   *
   * @param limit - at least 1
   * @param accept - shape (documents,), 0 keeps a document out
   * @remarks Exact. O(postings of the terms + windows that they reach), less the windows whose largest impacts cannot
   * reach the best documents so far. Impacts are bytes and weights whole numbers of 2^-24 or, for large ones, more.
   */
  best({ terms, weights }: NumberedTerms, limit: number, accept?: Uint8Array): FoundDocuments {
    const units = scoreUnits(weights)
    this.#reserve(terms.length, limit)
    for (let place = 0; place < terms.length; place++) this.#writeCursor(place, terms[place]!, weights[place]!, units)
    if (accept) this.#accept.set(accept)
    const { program } = this.#kernels
    const heap = this.#heap.byteOffset
    const mask = accept ? this.#accept.byteOffset : 0
    program.clearKeys(heap, limit)
    program.searchPostings(this.#cursors.byteOffset, terms.length, mask, this.#sums.byteOffset, heap)
    const found = program.takeKeys(heap, this.#documents.byteOffset, this.#scores.byteOffset)
    return {
      documents: Int32Array.from(this.#documents.subarray(0, found)),
      scores: Float64Array.from(this.#scores.subarray(0, found), (sum) => sum / (units * FULL_IMPACT)),
    }
  }

  #writeCursor(place: number, term: number, weight: number, units: number): void {
    const { chunks, starts } = this.#postings
    this.#cursors[4 * place] = chunks.byteOffset + starts[term]!
    this.#cursors[4 * place + 1] = chunks.byteOffset + starts[term + 1]!
    this.#cursors[4 * place + 2] = wholeWeight(weight, units)
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

import { GrowingArray } from './growing-array.ts'
import type { TermPostings } from './term-postings.ts'

/** Documents of a window, and from how many postings on a chunk is dense, as `assembly/text-postings.ts` has them. */
export const WINDOW_BITS = 12
const WINDOW = 1 << WINDOW_BITS
const DENSE = 64
/** 16 ends of two bytes. */
const ENDS_BYTES = 32
/** So many windows or more between two chunks take three bytes. */
const WIDE_GAP = 255

/** What an impact of 1 would be in whole numbers: idf times impact / 256 is the score of a term, exactly. */
export const FULL_IMPACT = 256

export type Bytes = GrowingArray<Uint8Array>

/**
 * Writes the postings of one window of 4,096 documents as the kernels read them.
 *
 * @param before - the window that was written before; -1 for the first
 * @param documents - ascending, of one window
 * @remarks O(postings). Two bytes a posting where there are many, 2.5 to 5 where there are few.
 */
export function writeChunk(before: number, documents: Int32Array, impacts: Uint8Array, out: Bytes): void {
  const count = documents.length
  writeHead((documents[0]! >>> WINDOW_BITS) - before - 1, impacts, out)
  if (count < DENSE) writeSparse(documents, out)
  else writeDense(documents, out)
  for (let posting = 0; posting < count; posting++) out.push(impacts[posting]!)
}

function writeHead(gap: number, impacts: Uint8Array, out: Bytes): void {
  const count = impacts.length
  out.push(Math.min(gap, WIDE_GAP))
  if (gap >= WIDE_GAP) push16(gap, out)
  out.push(Math.min(count, DENSE))
  if (count >= DENSE) push16(count, out)
  if (count === 1) return
  let largest = 0
  for (let posting = 0; posting < count; posting++) largest = Math.max(largest, impacts[posting]!)
  out.push(largest)
}

function writeSparse(documents: Int32Array, out: Bytes): void {
  for (let posting = 0; posting < documents.length; posting += 2) {
    const place = documents[posting]! & (WINDOW - 1)
    const next = posting + 1 < documents.length ? documents[posting + 1]! & (WINDOW - 1) : 0
    out.push(place & 255)
    out.push((place >>> 8) | ((next & 15) << 4))
    if (posting + 1 < documents.length) out.push(next >>> 4)
  }
}

function writeDense(documents: Int32Array, out: Bytes): void {
  let posting = 0
  for (let block = 0; block < 16; block++) {
    while (posting < documents.length && (documents[posting]! & (WINDOW - 1)) >>> 8 === block) posting++
    push16(posting, out)
  }
  for (posting = 0; posting < documents.length; posting++) out.push(documents[posting]! & 255)
}

function push16(value: number, out: Bytes): void {
  out.push(value & 255)
  out.push(value >>> 8)
}

/** Reads chunks one after the other. */
export class ChunkReader {
  readonly #bytes: Uint8Array
  #next: number
  readonly #end: number
  /** Of the chunk at hand. */
  window = -1
  count = 0
  #places = 0
  /** Where the impacts begin. */
  impacts = 0

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.#bytes = bytes
    this.#next = from
    this.#end = to
  }

  /** Goes to the next chunk, if there is one. */
  advance(): boolean {
    if (this.#next >= this.#end) return false
    const bytes = this.#bytes
    let at = this.#next
    let gap = bytes[at++]!
    if (gap === WIDE_GAP) {
      gap = bytes[at]! | (bytes[at + 1]! << 8)
      at += 2
    }
    this.window += gap + 1
    this.count = bytes[at++]!
    if (this.count === DENSE) {
      this.count = bytes[at]! | (bytes[at + 1]! << 8)
      at += 2
    }
    this.#places = this.count === 1 ? at : at + 1
    this.impacts = this.#places + (this.count < DENSE ? (3 * this.count + 1) >>> 1 : ENDS_BYTES + this.count)
    this.#next = this.impacts + this.count
    return true
  }

  /** Writes the documents of the chunk at hand into an array from a place on. */
  read(documents: Int32Array, from: number): void {
    const first = this.window << WINDOW_BITS
    if (this.count < DENSE) {
      for (let posting = 0; posting < this.count; posting++) documents[from + posting] = first + this.#sparse(posting)
      return
    }
    const places = this.#places + ENDS_BYTES
    let posting = 0
    for (let block = 0; block < 16; block++) {
      const end = this.#endOf(block)
      for (; posting < end; posting++) {
        documents[from + posting] = first + (block << 8) + this.#bytes[places + posting]!
      }
    }
  }

  /** Sets a mask to 1 at the documents of the chunk at hand, of which number 0 is that of `offset`. */
  mark(mask: Uint8Array, offset: number): void {
    const first = offset + (this.window << WINDOW_BITS)
    if (this.count < DENSE) {
      for (let posting = 0; posting < this.count; posting++) mask[first + this.#sparse(posting)] = 1
      return
    }
    const bytes = this.#bytes
    const places = this.#places + ENDS_BYTES
    let at = places
    for (let block = 0; block < 16; block++) {
      const end = places + this.#endOf(block)
      const start = first + (block << 8)
      for (; at < end; at++) mask[start + bytes[at]!] = 1
    }
  }

  /** Which posting of the chunk is that of a document of its window; -1 when none is. */
  find(document: number): number {
    const place = document & (WINDOW - 1)
    if (this.count < DENSE) return this.#findSparse(place)
    const block = place >>> 8
    const places = this.#places + ENDS_BYTES
    const bytes = this.#bytes
    const wanted = place & 255
    let low = block === 0 ? 0 : this.#endOf(block - 1)
    const end = this.#endOf(block)
    for (let high = end; low < high; ) {
      const middle = (low + high) >>> 1
      if (bytes[places + middle]! < wanted) low = middle + 1
      else high = middle
    }
    return low < end && bytes[places + low] === wanted ? low : -1
  }

  #findSparse(place: number): number {
    let low = 0
    for (let high = this.count; low < high; ) {
      const middle = (low + high) >>> 1
      if (this.#sparse(middle) < place) low = middle + 1
      else high = middle
    }
    return low < this.count && this.#sparse(low) === place ? low : -1
  }

  #endOf(block: number): number {
    const at = this.#places + 2 * block
    return this.#bytes[at]! | (this.#bytes[at + 1]! << 8)
  }

  #sparse(posting: number): number {
    const at = this.#places + 3 * (posting >>> 1)
    const bytes = this.#bytes
    return (posting & 1) === 0
      ? bytes[at]! | ((bytes[at + 1]! & 15) << 8)
      : (bytes[at + 1]! >>> 4) | (bytes[at + 2]! << 4)
  }
}

/** The chunks of postings, in an array of their own. */
export function packedChunks({ documents, impacts }: TermPostings): Uint8Array {
  const out = new GrowingArray(new Uint8Array())
  let before = -1
  for (let from = 0; from < documents.length; ) {
    const window = documents[from]! >>> WINDOW_BITS
    let to = from + 1
    while (to < documents.length && documents[to]! >>> WINDOW_BITS === window) to++
    writeChunk(before, documents.subarray(from, to), impacts.subarray(from, to), out)
    before = window
    from = to
  }
  return out.view()
}

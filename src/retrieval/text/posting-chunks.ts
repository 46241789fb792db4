import { GrowingArray } from './growing-array.ts'
import type { TermPostings } from './read-postings.ts'

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
 * Writes postings as the kernels read them: a chunk for every window of 4,096 documents that has any.
 *
 * @param documents - ascending
 * @remarks O(postings). Two bytes a posting where a window has many, 2.5 to 5 where it has few.
 */
export function writeChunks({ documents, impacts }: TermPostings, out: Bytes): void {
  let before = -1
  for (let from = 0; from < documents.length; ) {
    const window = documents[from]! >>> WINDOW_BITS
    let to = from + 1
    while (to < documents.length && documents[to]! >>> WINDOW_BITS === window) to++
    writeHead(window - before - 1, impacts, from, to, out)
    before = window
    if (to - from < DENSE) writeSparse(documents, from, to, out)
    else writeDense(documents, from, to, out)
    for (let posting = from; posting < to; posting++) out.push(impacts[posting]!)
    from = to
  }
}

function writeHead(gap: number, impacts: Uint8Array, from: number, to: number, out: Bytes): void {
  const count = to - from
  out.push(Math.min(gap, WIDE_GAP))
  if (gap >= WIDE_GAP) push16(gap, out)
  out.push(Math.min(count, DENSE))
  if (count >= DENSE) push16(count, out)
  if (count === 1) return
  let largest = 0
  for (let posting = from; posting < to; posting++) largest = Math.max(largest, impacts[posting]!)
  out.push(largest)
}

function writeSparse(documents: Int32Array, from: number, to: number, out: Bytes): void {
  for (let posting = from; posting < to; posting += 2) {
    const place = documents[posting]! & (WINDOW - 1)
    const next = posting + 1 < to ? documents[posting + 1]! & (WINDOW - 1) : 0
    out.push(place & 255)
    out.push((place >>> 8) | ((next & 15) << 4))
    if (posting + 1 < to) out.push(next >>> 4)
  }
}

function writeDense(documents: Int32Array, from: number, to: number, out: Bytes): void {
  let posting = from
  for (let block = 0; block < 16; block++) {
    while (posting < to && (documents[posting]! & (WINDOW - 1)) >>> 8 === block) posting++
    push16(posting - from, out)
  }
  for (posting = from; posting < to; posting++) out.push(documents[posting]! & 255)
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

  /** Which posting of the chunk is that of a document of its window; -1 when none is. */
  find(document: number): number {
    const place = document & (WINDOW - 1)
    if (this.count < DENSE) return search(0, this.count, place, (posting) => this.#sparse(posting))
    const block = place >>> 8
    const from = block === 0 ? 0 : this.#endOf(block - 1)
    const places = this.#places + ENDS_BYTES
    return search(from, this.#endOf(block), place & 255, (posting) => this.#bytes[places + posting]!)
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
export function packedChunks(postings: TermPostings): Uint8Array {
  const out = new GrowingArray(new Uint8Array())
  writeChunks(postings, out)
  return out.view()
}

/** Where a value stands among ascending ones; -1 when it does not. */
function search(from: number, to: number, wanted: number, valueAt: (place: number) => number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if (valueAt(middle) < wanted) low = middle + 1
    else high = middle
  }
  return low < to && valueAt(low) === wanted ? low : -1
}

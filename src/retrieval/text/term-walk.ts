import { DENSE, ENDS_BYTES, HEADER_BYTES, type PackedPostings, SKIP, WINDOW_BITS } from './pack-postings.ts'

const NO_PLACES: readonly number[] = []

/** The places of one term, asked for by ascending document; what lies between the documents is not read. */
export class TermWalk {
  readonly #postings: PackedPostings
  readonly #view: DataView
  readonly #term: number
  readonly #end: number
  /** The chunk at hand, and the number of its first posting. */
  #chunk: number
  #first = 0
  /** The posting whose places come next, and where they begin. */
  #posting = 0
  #at: number

  constructor(postings: PackedPostings, term: number) {
    const { chunks } = postings
    this.#postings = postings
    this.#view = new DataView(chunks.buffer, chunks.byteOffset, chunks.byteLength)
    this.#term = term
    this.#chunk = postings.starts[term]!
    this.#end = postings.starts[term + 1]!
    this.#at = postings.placeStarts[term]!
  }

  /**
   * The places in a document, which is later than those asked for before; none when the term does not stand there.
   *
   * @remarks O(log postings of a window + bytes of 64 lists of places), and O(windows) for all calls together.
   */
  placesIn(document: number): readonly number[] {
    const window = document >>> WINDOW_BITS
    while (this.#chunk < this.#end && this.#view.getUint16(this.#chunk, true) < window) this.#nextChunk()
    if (this.#chunk >= this.#end || this.#view.getUint16(this.#chunk, true) !== window) return NO_PLACES
    const posting = this.#find(document & ((1 << WINDOW_BITS) - 1))
    if (posting < 0) return NO_PLACES
    this.#seek(this.#first + posting)
    return this.#read()
  }

  #nextChunk(): void {
    const count = this.#view.getUint16(this.#chunk + 2, true)
    this.#first += count
    this.#chunk += HEADER_BYTES + (count < DENSE ? 3 * count : ENDS_BYTES + 2 * count)
  }

  /** The number in the chunk of the posting of a place in the window; negative when there is none. */
  #find(place: number): number {
    const body = this.#chunk + HEADER_BYTES
    const count = this.#view.getUint16(this.#chunk + 2, true)
    if (count < DENSE) return search(0, count, place, (posting) => this.#view.getUint16(body + 2 * posting, true))
    const block = place >>> 8
    const from = block === 0 ? 0 : this.#view.getUint16(body + 2 * block - 2, true)
    const to = this.#view.getUint16(body + 2 * block, true)
    return search(from, to, place & 255, (posting) => this.#postings.chunks[body + ENDS_BYTES + posting]!)
  }

  #seek(posting: number): void {
    const { places, placeSkips, skipStarts } = this.#postings
    const group = Math.floor(posting / SKIP)
    if (group > Math.floor(this.#posting / SKIP)) {
      this.#posting = group * SKIP
      this.#at = placeSkips[skipStarts[this.#term]! + group - 1]!
    }
    for (; this.#posting < posting; this.#posting++) {
      while (places[this.#at] !== 0) this.#at++
      this.#at++
    }
  }

  #read(): number[] {
    const { places } = this.#postings
    const found: number[] = []
    let place = -1
    while (places[this.#at] !== 0) {
      let gap = 0
      let shift = 0
      for (; places[this.#at]! > 127; shift += 7) gap |= (places[this.#at++]! & 127) << shift
      place += gap | (places[this.#at++]! << shift)
      found.push(place)
    }
    this.#at++
    this.#posting++
    return found
  }
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

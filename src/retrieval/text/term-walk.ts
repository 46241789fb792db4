import type { GrowingArray } from './growing-array.ts'
import { chunksOf, type PackedPostings } from './packed-postings.ts'
import { GROUP, PlaceGroupReader } from './place-groups.ts'
import { type ChunkReader, WINDOW_BITS } from './posting-chunks.ts'
import type { PlacedSegment } from './posting-search.ts'
import type { PlaceReader } from './text-snapshot.ts'

/** The places of one term in a segment, as {@link TermWalk} has them; what lies between the documents is not read. */
class SegmentWalk {
  readonly #postings: PackedPostings
  readonly #chunk: ChunkReader
  readonly #groups: PlaceGroupReader
  readonly #firstGroup: number
  #isThere: boolean
  /** The number of the first posting of the chunk at hand. */
  #first = 0
  /** The posting of the chunk that was found last. */
  #found = -1
  /** The posting whose places come next, and its group. */
  #next = 0
  #group = -1

  constructor(postings: PackedPostings, term: number) {
    this.#postings = postings
    this.#chunk = chunksOf(postings, term)
    this.#groups = new PlaceGroupReader(postings.places)
    this.#firstGroup = postings.firstGroups[term]!
    this.#isThere = this.#chunk.advance()
  }

  find(document: number): boolean {
    const window = document >>> WINDOW_BITS
    while (this.#isThere && this.#chunk.window < window) {
      this.#first += this.#chunk.count
      this.#isThere = this.#chunk.advance()
    }
    if (!this.#isThere || this.#chunk.window !== window) return false
    this.#found = this.#chunk.find(document)
    return this.#found >= 0
  }

  copyPlaces(out: GrowingArray<Int32Array>): void {
    this.#seek(this.#first + this.#found)
    this.#groups.read(out)
  }

  #seek(posting: number): void {
    const group = Math.floor(posting / GROUP)
    if (group !== this.#group) {
      this.#groups.open(this.#postings.groupStarts[this.#firstGroup + group]!)
      this.#group = group
      this.#next = group * GROUP
    }
    this.#groups.skip(posting - this.#next)
    this.#next = posting + 1
  }
}

/**
 * The places of a term, asked for by ascending document.
 *
 * @remarks O(log postings of a window) to find a document, O(places of 64 postings) to read its places, and O(windows) for
 * all calls together.
 */
export class TermWalk implements PlaceReader {
  readonly #segments: readonly PlacedSegment[]
  readonly #term: string
  #at = -1
  /** The documents of the segment at hand. */
  #first = 0
  #end = 0
  #walk: SegmentWalk | undefined

  constructor(segments: readonly PlacedSegment[], term: string) {
    this.#segments = segments
    this.#term = term
  }

  find(document: number): boolean {
    while (this.#at < 0 || document >= this.#end) this.#advance()
    return this.#walk?.find(document - this.#first) ?? false
  }

  copyPlaces(out: GrowingArray<Int32Array>): void {
    this.#walk?.copyPlaces(out)
  }

  #advance(): void {
    const { first, kept } = this.#segments[++this.#at]!
    const number = kept.termNumber(this.#term)
    this.#first = first
    this.#end = first + kept.documentCount
    this.#walk = number < 0 ? undefined : new SegmentWalk(kept.segment.postings, number)
  }
}

import { GrowingArray } from './growing-array.ts'
import { GROUP, writePlaceGroup } from './place-groups.ts'
import { ChunkReader, WINDOW_BITS, writeChunk } from './posting-chunks.ts'

/** Copying so many bytes costs what a word does that is merged. */
const BYTES_OF_A_WORD = 64

/** An inverted index: by term the documents, impacts and places. */
export interface PackedPostings {
  /** Shape (terms,): how many documents have the term. */
  readonly frequencies: Uint32Array
  /** Shape (terms + 1,): where the chunks of a term begin in `chunks`. */
  readonly starts: Uint32Array
  readonly chunks: Uint8Array
  /** Shape (terms + 1,): where the groups of places of a term begin in `groupStarts`. */
  readonly firstGroups: Uint32Array
  /** Shape (groups,): where a group of the places of 64 postings begins in `places`. */
  readonly groupStarts: Uint32Array
  readonly places: Uint8Array
}

export function chunksOf({ chunks, starts }: PackedPostings, term: number): ChunkReader {
  return new ChunkReader(chunks, starts[term]!, starts[term + 1]!)
}

/** Writes an inverted index, term by term, posting by posting, place by place. */
export class PostingWriter {
  readonly #frequencies = new GrowingArray(new Uint32Array())
  readonly #starts = new GrowingArray(new Uint32Array())
  readonly #chunks = new GrowingArray(new Uint8Array())
  readonly #firstGroups = new GrowingArray(new Uint32Array())
  readonly #groupStarts = new GrowingArray(new Uint32Array())
  readonly #places = new GrowingArray(new Uint8Array())
  // Of the term at hand: the postings of the window, and the places of up to 64 postings.
  readonly #documents = new GrowingArray(new Int32Array())
  readonly #impacts = new GrowingArray(new Uint8Array())
  readonly #gaps = new GrowingArray(new Uint32Array())
  readonly #ends = new GrowingArray(new Uint32Array())
  #frequency = 0
  #window = -1
  #place = -1

  constructor() {
    this.#beginTerm()
  }

  /** @param document - later than the one before */
  posting(document: number, impact: number): void {
    if (this.#documents.length > 0 && document >>> WINDOW_BITS !== this.#documents.get(0) >>> WINDOW_BITS) {
      this.#endChunk()
    }
    if (this.#frequency > 0) this.#endPosting()
    this.#documents.push(document)
    this.#impacts.push(impact)
    this.#frequency++
    this.#place = -1
  }

  /** A place of the posting at hand, later than the one before; every posting has one. */
  place(place: number): void {
    this.#gaps.push(place - this.#place)
    this.#place = place
  }

  endTerm(): void {
    this.#endChunk()
    this.#endPosting()
    if (this.#ends.length > 0) this.#endGroup()
    this.#frequencies.push(this.#frequency)
    this.#beginTerm()
  }

  #beginTerm(): void {
    this.#starts.push(this.#chunks.length)
    this.#firstGroups.push(this.#groupStarts.length)
    this.#frequency = 0
    this.#window = -1
  }

  #endChunk(): void {
    writeChunk(this.#window, this.#documents.view(), this.#impacts.view(), this.#chunks)
    this.#window = this.#documents.get(0) >>> WINDOW_BITS
    this.#documents.length = 0
    this.#impacts.length = 0
  }

  #endPosting(): void {
    this.#ends.push(this.#gaps.length)
    if (this.#ends.length === GROUP) this.#endGroup()
  }

  #endGroup(): void {
    this.#groupStarts.push(this.#places.length)
    writePlaceGroup(this.#gaps.view(), this.#ends.view(), this.#places)
    this.#gaps.length = 0
    this.#ends.length = 0
  }

  /**
   * The index; the writer is of no use afterwards.
   *
   * @returns a generator of steps, each of which yields about how many words could be gone through meanwhile
   */
  *finish(): Generator<number, PackedPostings> {
    const frequencies = this.#frequencies.view().slice()
    const starts = this.#starts.view().slice()
    const firstGroups = this.#firstGroups.view().slice()
    yield 3 * frequencies.length
    const groupStarts = this.#groupStarts.view().slice()
    const chunks = this.#chunks.view().slice()
    yield chunks.length / BYTES_OF_A_WORD
    const places = this.#places.view().slice()
    yield places.length / BYTES_OF_A_WORD
    return { frequencies, starts, chunks, firstGroups, groupStarts, places }
  }
}

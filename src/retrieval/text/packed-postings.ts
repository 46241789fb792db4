import { GrowingArray } from './growing-array.ts'
import { GROUP, writePlaceGroup } from './place-groups.ts'
import { ChunkReader, writeChunks } from './posting-chunks.ts'

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
  // Of the term at hand.
  readonly #documents = new GrowingArray(new Int32Array())
  readonly #impacts = new GrowingArray(new Uint8Array())
  readonly #gaps = new GrowingArray(new Uint32Array())
  readonly #ends = new GrowingArray(new Uint32Array())
  #before = -1

  /** @param document - later than the one before */
  posting(document: number, impact: number): void {
    if (this.#documents.length > 0) this.#ends.push(this.#gaps.length)
    this.#documents.push(document)
    this.#impacts.push(impact)
    this.#before = -1
  }

  /** A place of the posting at hand, later than the one before; every posting has one. */
  place(place: number): void {
    this.#gaps.push(place - this.#before)
    this.#before = place
  }

  endTerm(): void {
    this.#ends.push(this.#gaps.length)
    this.#frequencies.push(this.#documents.length)
    this.#starts.push(this.#chunks.length)
    this.#firstGroups.push(this.#groupStarts.length)
    writeChunks({ documents: this.#documents.view(), impacts: this.#impacts.view() }, this.#chunks)
    const [gaps, ends] = [this.#gaps.view(), this.#ends.view()]
    for (let posting = 0; posting < ends.length; posting += GROUP) {
      this.#groupStarts.push(this.#places.length)
      writePlaceGroup(gaps, ends.subarray(posting, posting + GROUP), ends[posting - 1] ?? 0, this.#places)
    }
    for (const list of [this.#documents, this.#impacts, this.#gaps, this.#ends]) list.length = 0
  }

  /** The index; the writer is of no use afterwards. */
  finish(): PackedPostings {
    this.#starts.push(this.#chunks.length)
    this.#firstGroups.push(this.#groupStarts.length)
    return {
      frequencies: this.#frequencies.view().slice(),
      starts: this.#starts.view().slice(),
      chunks: this.#chunks.view().slice(),
      firstGroups: this.#firstGroups.view().slice(),
      groupStarts: this.#groupStarts.view().slice(),
      places: this.#places.view().slice(),
    }
  }
}

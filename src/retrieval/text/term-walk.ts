import { PlaceReader } from './read-postings.ts'
import type { TextIndex } from './text-index.ts'

/** The places of one term, gone through by ascending document. */
export class TermWalk {
  readonly #documents: Int32Array
  readonly #reader: PlaceReader
  #at = 0

  constructor(index: TextIndex, term: number) {
    this.#documents = index.postings(term).documents
    this.#reader = new PlaceReader(index.parts.postings, term)
  }

  /** The places in a document, later than those asked before; none when the term does not stand there. */
  placesIn(document: number): readonly number[] {
    while (this.#at < this.#documents.length && this.#documents[this.#at]! < document) {
      this.#reader.skip()
      this.#at++
    }
    if (this.#documents[this.#at] !== document) return []
    this.#at++
    return this.#reader.next()
  }
}

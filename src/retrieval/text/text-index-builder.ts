import { LiveTextIndex } from './live-text-index.ts'
import type { TextDocument, TextIndexOptions } from './text-fields.ts'
import type { TextIndex } from './text-index.ts'

/** Many words a segment and no merging on the way: all is merged once. Nobody waits, so documents may be long. */
const BULK = { segmentWords: 1_000_000, mergeShare: 0, longestDocument: 10_000_000 }

/** Takes documents one by one and makes an index of them. */
export class TextIndexBuilder {
  readonly #index: LiveTextIndex

  /** @throws SluiceError `INVALID_ARGUMENT` at options that make no sense */
  constructor(options: TextIndexOptions) {
    this.#index = new LiveTextIndex(options, BULK)
  }

  /** Adds a document as {@link LiveTextIndex.add} does, of at most 10,000,000 letters. */
  add(document: TextDocument): void {
    this.#index.add(document)
  }

  /**
   * The index of all documents so far.
   *
   * @remarks O(words + documents).
   */
  build(): TextIndex {
    return this.#index.compact()
  }
}

import type { AttributeStore } from '../../features/index.ts'
import { queryTerms } from './query-terms.ts'
import { filterFields, type SearchDocuments, searchAnalysis } from './search-documents.ts'

/** Of one query; the lowest places count. */
const MOST_PINS = 100

/**
 * An entity of which every one says that a document stands at a place of what a query finds. It is told of by events of its
 * own type, as documents are, and so is as of the offset of each search.
 */
export interface PinAttributes {
  readonly entity: string
  /** Its attribute with the text of the query: a pin is for all queries of the same words in the same order. */
  readonly query: string
  /** Its attribute with the id of the document. */
  readonly document: string
  /** Its attribute with the place, from 1. */
  readonly position: string
  /** Its boolean attribute: a pin in which it is true is none any more. */
  readonly removed?: string
}

/** A document that is to stand at a place. */
export interface PinnedDocument {
  /** The id of the pin. */
  readonly pin: string
  readonly document: string
  /** From 1. */
  readonly position: number
}

/**
 * The documents that are pinned for queries, as the attributes of an entity say. Two queries are the same when their words
 * are the same to the index, in the same order; words that say nothing do not count, nor do filters.
 *
 * @remarks O(pins that were described since the last call) a call, and some 100 bytes a pin.
 */
export class PinnedQueries {
  readonly #attributes: AttributeStore
  readonly #spec: PinAttributes
  readonly #keyOf: (text: string) => string
  /** By the words of the query, and by the number of the pin. */
  readonly #byQuery = new Map<string, Map<number, PinnedDocument>>()
  /** By number of the pin, the words of its query. */
  readonly #queries = new Map<number, string>()
  #revision = 0

  constructor(
    attributes: AttributeStore,
    documents: Pick<SearchDocuments, 'fields' | 'language'>,
    spec: PinAttributes,
  ) {
    this.#attributes = attributes
    this.#spec = spec
    const analysis = searchAnalysis(documents)
    const filters = filterFields(documents)
    this.#keyOf = (text) => queryTerms(text, analysis, filters).join(' ')
  }

  /**
   * The pins of a query by their places; of two for one place or one document, that of the smaller id.
   *
   * @param terms - the query as it was understood, when nothing is pinned for it as it was typed
   */
  of(text: string, terms: readonly string[]): PinnedDocument[] {
    this.#follow()
    const own = this.#byQuery.get(this.#keyOf(text)) ?? this.#byQuery.get(terms.join(' '))
    if (own === undefined) return []
    const order = [...own.values()].sort((a, b) => a.position - b.position || (a.pin < b.pin ? -1 : 1))
    const taken = new Set<string | number>()
    const isFree = ({ document, position }: PinnedDocument): boolean => {
      if (taken.has(document) || taken.has(position)) return false
      taken.add(document).add(position)
      return true
    }
    return order.filter(isFree).slice(0, MOST_PINS)
  }

  #follow(): void {
    const { entity } = this.#spec
    const revision = this.#attributes.revision(entity)
    if (revision === this.#revision) return
    this.#attributes.describedAfter(entity, this.#revision, (key) => this.#describe(key))
    this.#revision = revision
  }

  #describe(key: number): void {
    const { entity, query, document, position, removed } = this.#spec
    const before = this.#queries.get(key)
    if (before !== undefined) this.#byQuery.get(before)?.delete(key)
    this.#queries.delete(key)
    const known = this.#attributes.describe(entity, key)
    const [text, id, place] = [known[query], known[document], known[position]]
    if (typeof text !== 'string' || typeof id !== 'string' || typeof place !== 'number' || place < 1) return
    const words = this.#keyOf(text)
    if (words === '' || (removed !== undefined && known[removed] === true)) return
    const pins = this.#byQuery.get(words) ?? new Map<number, PinnedDocument>()
    this.#byQuery.set(words, pins)
    pins.set(key, { pin: this.#attributes.keys(entity).name(key), document: id, position: place })
    this.#queries.set(key, words)
  }
}

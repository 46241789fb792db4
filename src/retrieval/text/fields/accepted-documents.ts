import { acceptWords } from '../accept-words.ts'
import type { GraphOptions } from '../query-graph.ts'
import type { TextQuery } from '../text-query.ts'
import type { TextSnapshot } from '../text-snapshot.ts'
import { intersect } from './document-mask.ts'
import type { DocumentFilter, FieldFilter } from './field-filter.ts'
import { documentsThatPass, type FieldFilters, filterEntries } from './filter-documents.ts'

/** What documents must be like, whatever the words of a query say. */
export interface AcceptOptions {
  /** Fields that filter, and what documents must have in them: what a person chose, so that facets go on showing the rest. */
  readonly filters?: FieldFilters | undefined
  /** Filters on several fields, put together with `all`, `any` and `not`. */
  readonly where?: DocumentFilter | undefined
}

/** Which documents may be found by what a query requires, forbids and filters. Masks have the shape (documents,). */
export class AcceptedDocuments {
  /** Whether there is any filter. */
  readonly isFiltered: boolean
  readonly #snapshot: TextSnapshot
  readonly #query: TextQuery
  readonly #chosen: readonly [string, FieldFilter][]
  readonly #where: DocumentFilter | undefined
  readonly #graph: GraphOptions
  #filtered: Uint8Array | undefined
  #worded: Uint8Array | undefined

  /** @param graph - what required and quoted words may stand for */
  constructor(snapshot: TextSnapshot, query: TextQuery, { filters = {}, where }: AcceptOptions, graph: GraphOptions) {
    this.#snapshot = snapshot
    this.#query = query
    this.#graph = graph
    this.#chosen = filterEntries('filters', filters)
    this.#where = where
    this.isFiltered = query.filters.length + this.#chosen.length > 0 || where !== undefined
  }

  /**
   * 1 for each that may be found; undefined where all may.
   *
   * @throws SluiceError as {@link documentsThatPass}
   * @remarks O(documents + postings of the words that are required, forbidden or quoted) the first time, then O(documents)
   * for each filter that was chosen.
   */
  get accepted(): Uint8Array | undefined {
    const { required, phrases, forbidden } = this.#query
    if (!this.isFiltered && required.length + phrases.length + forbidden.length === 0) return undefined
    return this.acceptedBut()
  }

  /**
   * As {@link accepted}, without the filter that was chosen for a field.
   *
   * @param field - absent: with all of them
   */
  acceptedBut(field?: string): Uint8Array {
    if (!this.#worded) {
      this.#worded = this.#passing().slice()
      acceptWords(this.#snapshot, this.#query, this.#graph, this.#worded)
    }
    return this.#narrowed(this.#worded.slice(), field)
  }

  /** Those that may be shown without the words that are required: they pass the filters and have nothing forbidden. */
  allowedBut(field?: string): Uint8Array {
    const allowed = this.#passing().slice()
    acceptWords(this.#snapshot, { ...this.#query, required: [], phrases: [] }, this.#graph, allowed)
    return this.#narrowed(allowed, field)
  }

  /** What passes all filters but those that were chosen. */
  #passing(): Uint8Array {
    if (this.#filtered) return this.#filtered
    const filtered = this.#snapshot.liveDocuments()
    for (const { field, filter } of this.#query.filters) this.#snapshot.narrow(filtered, field, filter)
    if (this.#where !== undefined) intersect(filtered, documentsThatPass(this.#snapshot, this.#where))
    this.#filtered = filtered
    return filtered
  }

  #narrowed(mask: Uint8Array, except: string | undefined): Uint8Array {
    for (const [field, filter] of this.#chosen) if (field !== except) this.#snapshot.narrow(mask, field, filter)
    return mask
  }
}

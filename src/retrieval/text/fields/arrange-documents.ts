import { SluiceError } from '../../../foundation/index.ts'
import type { FoundDocuments } from '../posting-search.ts'
import type { TextSnapshot } from '../text-snapshot.ts'
import type { AcceptedDocuments, AcceptOptions } from './accepted-documents.ts'
import { countOf, intersect } from './document-mask.ts'
import { type Facet, type FacetRequest, facetOf } from './facets.ts'
import { type FieldFilter, invalid, isRecord, shown } from './field-filter.ts'
import { firstFrom } from './first-from.ts'
import type { LeadingKeys } from './first-of-groups.ts'
import { type DocumentGroup, type GroupRequest, groupDocuments } from './group-documents.ts'
import { type Matches, matchesOf } from './matches.ts'
import { sortColumn } from './sort-columns.ts'
import { requireSortKeys, type SortKey, sortDocuments, sortKeys } from './sort-documents.ts'

/** How what a query finds is filtered, counted and put in order. */
export interface ArrangeOptions extends AcceptOptions {
  /** Whether to count all documents of the query; false when absent. */
  readonly total?: boolean | undefined
  /**
   * By field: its values over all documents of the query, with how many have each. What is chosen in `filters` for the
   * field itself is left out of its count, so that the others that could be chosen are seen. At most 32.
   */
  readonly facets?: Readonly<Record<string, FacetRequest>> | undefined
  /** In the order of fields instead of the score: at most 8 keys, the first first; `score` may be the last. */
  readonly sort?: readonly SortKey[] | undefined
  /** The best documents of each value of a keyword field; `limit` is then how many groups there are at most. */
  readonly group?: GroupRequest | undefined
  /** Ids, at most 100, that come first in this order whatever the words say; filters apply to them too. */
  readonly pinned?: readonly string[] | undefined
}

/** The documents of a query by what they say. */
export interface RankedMatches {
  /** Best first; with `among` only of these ascending ones. */
  best(limit: number, among?: Int32Array): FoundDocuments
  /**
   * What the words say of each document, 0 of one that has none, in an array of its own; undefined where something else has a say in the order.
   * In the order of these are all documents but the very best, whose neighbours count, too.
   */
  scores(documents: Int32Array): Float64Array | undefined
  /** All of them, whether they are accepted or not. Shape (documents,). */
  matching(): Uint8Array
  /** How many of them there are that are accepted. */
  count(): number
}

/** What is shown of a query. */
export interface ArrangedDocuments extends FoundDocuments {
  readonly pinned: ReadonlySet<number>
  /** How many documents the query has; undefined when it was not asked for. */
  readonly total?: number
  readonly facets?: Readonly<Record<string, Facet>>
  readonly groups?: { readonly groups: readonly DocumentGroup[]; readonly groupCount: number }
  /** With a sort: what each document is sorted by, one value a field; null where it has none. */
  readonly sortedBy?: readonly (readonly (string | number | null)[])[]
}

const MOST_FACETS = 32
const MOST_PINNED = 100

/**
 * Puts the documents of a query in order, counts and groups them.
 *
 * @throws SluiceError `INVALID_ARGUMENT`, `UNKNOWN_FIELD`, `WRONG_TYPE`, `OUT_OF_RANGE` and `LIMIT_EXCEEDED` at options
 * that cannot be
 * @remarks Without options as one search; with counts or a sort besides O(documents + postings), and once more for each
 * facet whose field is filtered.
 */
export function arrangeDocuments(
  snapshot: TextSnapshot,
  accepted: AcceptedDocuments,
  ranked: RankedMatches,
  options: ArrangeOptions,
  limit: number,
): ArrangedDocuments {
  const { total, facets, sort, group, pinned } = options
  if (!total && !facets && !sort && !group && !pinned) return { ...ranked.best(limit), pinned: NONE }
  return new Arrangement(snapshot, accepted, ranked, options).arranged(limit)
}

const NONE: ReadonlySet<number> = new Set()

class Arrangement {
  readonly #snapshot: TextSnapshot
  readonly #accepted: AcceptedDocuments
  readonly #ranked: RankedMatches
  readonly #options: ArrangeOptions
  readonly #sort: readonly SortKey[] | undefined
  /** Pinned documents that may be shown, in order. */
  readonly #pinned: readonly number[]
  readonly #asked: readonly number[]
  #found: Uint8Array | undefined
  #all: Matches | undefined
  #matching: Uint8Array | undefined

  constructor(snapshot: TextSnapshot, accepted: AcceptedDocuments, ranked: RankedMatches, options: ArrangeOptions) {
    this.#snapshot = snapshot
    this.#accepted = accepted
    this.#ranked = ranked
    this.#options = options
    this.#sort = options.sort === undefined ? undefined : requireSortKeys(options.sort)
    this.#asked = documentsOf(snapshot, options.pinned ?? [])
    const allowed = this.#asked.length > 0 ? accepted.allowedBut() : undefined
    this.#pinned = this.#asked.filter((document) => allowed?.[document] === 1)
  }

  arranged(limit: number): ArrangedDocuments {
    const { group, facets, total } = this.#options
    const order = {
      first: (count: number, among?: Int32Array) => this.#first(count, among),
      keys: (documents: Int32Array) => this.#keys(documents),
    }
    const groups = group && groupDocuments(this.#snapshot, group, this.#matches, limit, order)
    const isByScore = !groups && !this.#sort && this.#pinned.length === 0
    const found = isByScore ? this.#ranked.best(limit) : this.#scored(groups, limit)
    return {
      ...found,
      pinned: new Set(this.#pinned),
      ...(facets ? { facets: this.#facets(facets) } : {}),
      ...(groups ? { groups } : {}),
      ...(total ? { total: this.#total() } : {}),
      ...(this.#sort ? { sortedBy: this.#sortedBy(this.#sort, found.documents) } : {}),
    }
  }

  #scored(groups: ArrangedDocuments['groups'], limit: number): FoundDocuments {
    const documents = groups ? groups.groups.flatMap((each) => each.documents) : this.#first(limit)
    return this.#withScores(Int32Array.from(documents))
  }

  #total(): number {
    return this.#found || this.#asked.length > 0 ? countOf(this.#mask) : this.#ranked.count()
  }

  get #mask(): Uint8Array {
    this.#found ??= this.#maskBut()
    return this.#found
  }

  /** All documents of the query. */
  get #matches(): Matches {
    this.#all ??= matchesOf(this.#mask)
    return this.#all
  }

  /** As without the filter that was chosen for a field. */
  #maskBut(field?: string): Uint8Array {
    this.#matching ??= this.#ranked.matching()
    const mask = this.#accepted.acceptedBut(field)
    intersect(mask, this.#matching)
    if (this.#asked.length > 0) {
      const allowed = this.#accepted.allowedBut(field)
      for (const document of this.#asked) mask[document]! |= allowed[document]!
    }
    return mask
  }

  /** The first documents in their order; with `among` only of these. */
  #first(count: number, among?: Int32Array): ArrayLike<number> {
    const isAmong = (document: number) => !among || among[firstFrom(among, document)] === document
    const pinned = this.#pinned.filter(isAmong).slice(0, count)
    const others = this.#unpinned(count, among)
    if (pinned.length === 0) return others
    const isPinned = new Set(pinned)
    return [...pinned, ...Array.from(others).filter((document) => !isPinned.has(document))].slice(0, count)
  }

  #unpinned(count: number, among?: Int32Array): ArrayLike<number> {
    const best = (most: number, own?: Int32Array): ArrayLike<number> => this.#ranked.best(most, own).documents
    if (!this.#sort) return best(count, among)
    return sortDocuments(this.#snapshot, this.#sort, among ?? this.#matches.documents, count, best)
  }

  /** By what documents can be compared, unless some are pinned or it would cost too much. */
  #keys(documents: Int32Array): LeadingKeys | undefined {
    if (this.#pinned.length > 0) return undefined
    const isByScore = !this.#sort || this.#sort.at(-1) === 'score'
    const scores = isByScore ? this.#ranked.scores(documents) : undefined
    if (isByScore && !scores) return undefined
    for (let place = 0; scores && place < scores.length; place++) scores[place] = -scores[place]!
    return sortKeys(this.#snapshot, this.#sort ?? [], documents, scores)
  }

  /** A document that is only pinned has a score of 0, unless it has some of the words. */
  #withScores(documents: Int32Array): FoundDocuments {
    if (documents.length === 0) return { documents, scores: new Float64Array() }
    const found = this.#ranked.best(documents.length, documents.slice().sort())
    const scores = new Map(Array.from(found.documents, (document, place) => [document, found.scores[place]!]))
    return { documents, scores: Float64Array.from(documents, (document) => scores.get(document) ?? 0) }
  }

  #sortedBy(sort: readonly SortKey[], documents: Int32Array): (string | number | null)[][] {
    const columns = sort.filter((key) => key !== 'score').map((order) => sortColumn(this.#snapshot, order))
    return Array.from(documents, (document) => columns.map((column) => column.sortedBy(document) ?? null))
  }

  #facets(requests: unknown): Record<string, Facet> {
    if (!isRecord(requests))
      throw invalid('facets', 'requests by field such as { brand: { most: 10 } }', shown(requests))
    const entries = Object.entries(requests) as [string, FacetRequest][]
    if (entries.length > MOST_FACETS) {
      throw new SluiceError('LIMIT_EXCEEDED', `facets: expected at most ${MOST_FACETS} of them, got ${entries.length}`)
    }
    return Object.fromEntries(
      entries.map(([field, request]): [string, Facet] => {
        const chosen = this.#options.filters?.[field]
        const matches = chosen === undefined ? this.#matches : matchesOf(this.#maskBut(field))
        return [field, facetOf(this.#snapshot, field, request, matches, valuesIn(chosen))]
      }),
    )
  }
}

function valuesIn(filter: FieldFilter | undefined): readonly unknown[] {
  if (Array.isArray(filter)) return filter
  return typeof filter === 'object' || filter === undefined ? [] : [filter]
}

/** Those of the ids that can be found, each once. */
function documentsOf(snapshot: TextSnapshot, ids: unknown): number[] {
  if (!Array.isArray(ids) || ids.length > MOST_PINNED || ids.some((id) => typeof id !== 'string')) {
    throw invalid('pinned', `a list of at most ${MOST_PINNED} ids`, shown(ids))
  }
  return [...new Set(ids.flatMap((id: string) => snapshot.documentOf(id) ?? []))]
}

import { searchText, type TextAnswer, type TextSearchOptions } from '../text/search-text.ts'
import { parseTextQuery } from '../text/text-query.ts'
import type { SearchIndex } from './search-index.ts'

/** Letters of a query that are read; what comes after them is not. */
export const LONGEST_QUERY = 1_000

/** What is asked of an index. */
export interface SearchQuestion {
  readonly text: string
  readonly filters?: TextSearchOptions['filters']
  /** How many documents, at most. */
  readonly limit: number
}

/** A word of a query as it was understood, and how much it says. */
export interface QueryTerm {
  readonly term: string
  /** Inverse document frequency. */
  readonly weight: number
}

/** What a query found. */
export interface FoundByQuery {
  /** Numbers of documents in the state, best first. */
  readonly items: Int32Array
  /** By item, of the text alone. */
  readonly scores: Float64Array
  readonly corrections: TextAnswer['corrections']
  readonly terms: readonly QueryTerm[]
}

/**
 * Understands a query and finds the documents that answer it best by their text.
 *
 * @throws SluiceError `UNKNOWN_FIELD` and `WRONG_TYPE` at a filter that cannot be
 */
export function findDocuments(index: SearchIndex, { text, filters, limit }: SearchQuestion): FoundByQuery {
  const { snapshot } = index
  const read = text.slice(0, LONGEST_QUERY)
  const { hits, corrections } = searchText(snapshot, read, { limit, filters })
  return {
    items: Int32Array.from(hits, ({ id }) => index.keyOf(id)),
    scores: Float64Array.from(hits, ({ score }) => score),
    corrections,
    terms: termsOf(index, read, corrections),
  }
}

function termsOf({ snapshot }: SearchIndex, text: string, corrections: TextAnswer['corrections']): QueryTerm[] {
  const { analysis, layout } = snapshot
  const filterFields = Object.keys(layout.fields).filter((name) => layout.fields[name]?.kind !== 'text')
  const { words } = parseTextQuery(text, new Set(filterFields))
  const meant = new Map(corrections.map((each) => [each.written, each.meant]))
  const terms = analysis.words(words).flatMap((word) => analysis.termOf(meant.get(word) ?? word) ?? [])
  return Array.from(new Set(terms), (term) => ({ term, weight: snapshot.inverseFrequency(term) }))
}

import { searchText, type TextAnswer, type TextSearchOptions } from '../text/search-text.ts'
import { parseTextQuery } from '../text/text-query.ts'
import type { ScorePart, TextSnapshot } from '../text/text-snapshot.ts'

/** Letters of a query that are read; what comes after them is not. */
export const LONGEST_QUERY = 1_000

/** Words of a query that the ranker is told of. */
const MOST_TERMS = 64

/** What is asked of an index. */
export interface SearchQuestion {
  readonly text: string
  readonly filters?: TextSearchOptions['filters']
  /** How many documents, at most. */
  readonly limit: number
  /** Documents that must not be found. */
  readonly exclude?: ReadonlySet<string> | undefined
}

/** A word of a query as it was understood, and how much it says. */
export interface QueryTerm {
  readonly term: string
  /** Inverse document frequency. */
  readonly weight: number
}

/** What a query found. */
export interface FoundByQuery {
  /** Where it was found. */
  readonly snapshot: TextSnapshot
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
 * @param keyOf - the number in the state of a document by its id
 * @throws SluiceError `UNKNOWN_FIELD` and `WRONG_TYPE` at a filter that cannot be
 */
export function findDocuments(
  snapshot: TextSnapshot,
  keyOf: (id: string) => number,
  { text, filters, limit, exclude }: SearchQuestion,
): FoundByQuery {
  const read = text.slice(0, LONGEST_QUERY)
  const answer = searchText(snapshot, read, { limit: limit + (exclude?.size ?? 0), filters })
  const { corrections } = answer
  const hits = exclude ? answer.hits.filter(({ id }) => !exclude.has(id)).slice(0, limit) : answer.hits
  return {
    snapshot,
    items: Int32Array.from(hits, ({ id }) => keyOf(id)),
    scores: Float64Array.from(hits, ({ score }) => score),
    corrections,
    terms: termsOf(snapshot, read, corrections),
  }
}

function termsOf(snapshot: TextSnapshot, text: string, corrections: TextAnswer['corrections']): QueryTerm[] {
  const { analysis, layout } = snapshot
  const filterFields = Object.keys(layout.fields).filter((name) => layout.fields[name]?.kind !== 'text')
  const words = parseTextQuery(text, new Set(filterFields))
    .runs.map((run) => run.text)
    .join(' ')
  const meant = new Map(corrections.map((each) => [each.written, each.meant]))
  const read = analysis.words(words).slice(0, MOST_TERMS)
  const terms = read.flatMap((word) => analysis.termOf(meant.get(word) ?? word) ?? [])
  return Array.from(new Set(terms), (term) => ({ term, weight: snapshot.inverseFrequency(term) }))
}

/** Of each document that a query found: the parts that its text score is the sum of. */
export function explainFound(
  { snapshot }: FoundByQuery,
  { text, filters, limit }: SearchQuestion,
): ReadonlyMap<string, readonly ScorePart[]> {
  const { hits } = searchText(snapshot, text, { limit, filters, explain: true })
  return new Map(hits.map(({ id, parts = [] }) => [id, parts]))
}

/** Why a query did not find a document, in words; undefined when it could have, had it been asked for more. */
export function whyNotFound(
  { snapshot, terms }: FoundByQuery,
  { filters = {} }: Pick<SearchQuestion, 'filters'>,
  id: string,
): { readonly rule: string; readonly message: string } | undefined {
  const document = snapshot.documentOf(id)
  if (document === undefined) return { rule: 'not in the index', message: 'it is not in the index' }
  for (const [field, filter] of Object.entries(filters)) {
    const accept = snapshot.liveDocuments()
    snapshot.narrow(accept, field, filter)
    if (accept[document] === 0) return { rule: `filter ${field}`, message: `the filter on ${field} keeps it out` }
  }
  const words = snapshot.wordsOf(document)
  if (terms.some(({ term }) => words.has(term))) return undefined
  return { rule: 'no word', message: 'none of the words of the query stands in it' }
}

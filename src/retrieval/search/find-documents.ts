import { searchText, type TextAnswer, type TextHit, type TextSearchOptions } from '../text/search-text.ts'
import type { ScorePart, TextSnapshot } from '../text/text-snapshot.ts'
import { LONGEST_QUERY, queryTerms } from './query-terms.ts'
import { filterFields, type QueryReading } from './search-documents.ts'

/** What is asked of an index. */
export interface SearchQuestion extends Pick<TextSearchOptions, 'filters' | 'facets' | 'sort' | 'group'> {
  readonly text: string
  /** How many documents, or groups of them, at most. */
  readonly limit: number
  /** Ids of documents that are found whatever the words say, among the best `within`. */
  readonly pinned?: { readonly ids: readonly string[]; readonly within: number } | undefined
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
  readonly terms: readonly QueryTerm[]
  /** How the words were read, and what was counted. */
  readonly answer: Omit<TextAnswer, 'hits'>
}

/**
 * Understands a query and finds the documents that answer it best by their text, or as `sort` says.
 *
 * @param place - where to look: the number in the state of a document by its id, and how words are read
 * @throws SluiceError `UNKNOWN_FIELD`, `WRONG_TYPE`, `INVALID_ARGUMENT`, `OUT_OF_RANGE` and `LIMIT_EXCEEDED` at filters,
 * facets, a sort or groups that cannot be
 */
export function findDocuments(
  snapshot: TextSnapshot,
  { keyOf, reading }: { readonly keyOf: (id: string) => number; readonly reading: QueryReading },
  question: SearchQuestion,
): FoundByQuery {
  const { text, exclude, limit } = question
  const read = text.slice(0, LONGEST_QUERY)
  const options = { ...optionsOf(question, reading), limit: limit + (exclude?.size ?? 0), total: true }
  const { hits: all, ...answer } = searchText(snapshot, read, options)
  const best = question.pinned ? byScore(all, question.pinned.within) : all
  const hits = exclude ? best.filter(({ id }) => !exclude.has(id)).slice(0, limit) : best
  return {
    snapshot,
    items: Int32Array.from(hits, ({ id }) => keyOf(id)),
    scores: Float64Array.from(hits, ({ score }) => score),
    terms: termsOf(snapshot, read, answer.corrections),
    answer,
  }
}

function optionsOf({ filters, facets, sort, group, pinned }: SearchQuestion, reading: QueryReading): TextSearchOptions {
  return { ...reading, filters, facets, sort, group, pinned: pinned?.ids }
}

/** Puts what is pinned, which comes first, where its score is, but not behind the best so many. */
function byScore(hits: readonly TextHit[], within: number): readonly TextHit[] {
  const order = hits.filter(({ pinned }) => pinned !== true)
  for (const hit of hits.filter(({ pinned }) => pinned === true)) {
    const worse = order.findIndex(({ score }) => score < hit.score)
    order.splice(worse < 0 ? order.length : worse, 0, hit)
  }
  const isNear = (hit: TextHit, place: number): boolean => place < within || hit.pinned !== true
  const far = order.filter((hit, place) => !isNear(hit, place))
  if (far.length === 0) return order
  const near = order.filter(isNear)
  near.splice(Math.max(0, within - far.length), 0, ...far)
  return near
}

function termsOf(snapshot: TextSnapshot, text: string, corrections: TextAnswer['corrections']): QueryTerm[] {
  const { analysis, layout } = snapshot
  const meant = new Map(corrections.map((each) => [each.written, each.meant]))
  const terms = queryTerms(text, analysis, filterFields(layout), meant)
  return terms.map((term) => ({ term, weight: snapshot.inverseFrequency(term) }))
}

/** Of each document that a query found: the parts that its text score is the sum of. */
export function explainFound(
  { snapshot }: FoundByQuery,
  question: SearchQuestion,
  reading: QueryReading,
): ReadonlyMap<string, readonly ScorePart[]> {
  const { limit, text } = question
  const { hits } = searchText(snapshot, text, { ...optionsOf(question, reading), limit, explain: true })
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

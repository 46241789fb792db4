import type { SearchSystem } from '../../application/index.ts'
import type { EventRecord, Subject } from '../../data/index.ts'
import type { QueryClass } from '../../models/index.ts'
import type { GivenUp, Move } from '../../reranking/index.ts'
import type { FoundByQuery, SearchQuestion } from '../../retrieval/index.ts'
import { DECISION } from '../decision.ts'
import type { Disguise } from '../decision-subjects.ts'

/** What a caller asks of a search system. */
export interface SearchRequest {
  readonly query: string
  /** Who asks; absent or unknown: a stranger. */
  readonly subject?: string
  /** Documents on the page; the system's default when absent. */
  readonly limit?: number
  /** Documents before the page; none when absent. */
  readonly offset?: number
  readonly filters?: NonNullable<SearchQuestion['filters']>
  /** Fields of which the values are counted over all that is found. */
  readonly facets?: NonNullable<SearchQuestion['facets']>
  /** An order of fields in the place of the ranker's. */
  readonly sort?: NonNullable<SearchQuestion['sort']>
  /** The best of each value of a field; `limit` is then how many groups. */
  readonly group?: NonNullable<SearchQuestion['group']>
  /** What the caller knows of the moment; kept with the decision. No feature reads it. */
  readonly context?: Readonly<Record<string, string | number | boolean | null>>
  /** Do not answer before the state has seen this offset. */
  readonly atLeastOffset?: number
}

/** One document of an answered page. */
export interface FoundItem {
  readonly id: string
  /** From 1, documents before the page counted. */
  readonly position: number
  /** The ranker's raw score; that of the text when no ranker answered. */
  readonly score: number
  /** How well its text answers the query. */
  readonly text: number
  /** The probability of the label; absent when no ranker answered. */
  readonly probability?: number
  /** The probability of each objective, when the score is a value. */
  readonly objectives?: Readonly<Record<string, number>>
  /** Its rank by text among all that was found, from 1. */
  readonly movedFrom: number
  /** The rules of the page and pins that moved it, and by how many places; absent when none did. */
  readonly because?: readonly Move[]
  /** The pin that it stands there by. */
  readonly pin?: string
  /** It stands in a slot for sponsored documents. */
  readonly sponsored?: true
}

/** How many documents were left after each stage. */
export interface SearchFunnel {
  /** Retrieved by the text. */
  readonly found: number
  readonly scored: number
  readonly page: number
}

/** How the words of a search were read. */
export interface UnderstoodSearch extends Pick<FoundByQuery['answer'], 'corrections' | 'didYouMean' | 'recognised'> {
  /** The classes of documents that they likeliest mean, best first; absent when the system learns none. */
  readonly intent?: readonly QueryClass[]
}

/** An answered search as it stands in the log: enough to answer it again to the byte. */
export interface SearchDecision {
  readonly id: string
  readonly system: string
  /** When it was asked, in milliseconds since the Unix epoch. */
  readonly at: number
  /** The offset that the state had seen. */
  readonly asOf: number
  /** The offset of the last change of a document that the index had seen. */
  readonly indexed: number
  /** The version that ranked, null when none did; and its hash. */
  readonly model: string | null
  readonly modelHash: string | null
  readonly featureHash: string
  readonly systemHash: string
  /** A hash of the feature rows of all documents that were scored, bytes and order. */
  readonly rowsHash: string
  readonly request: SearchRequest
  /** How the query was read. */
  readonly understood: UnderstoodSearch
  /** What was missing from the answer, such as `ranker: no model`; empty when all is well. */
  readonly degraded: readonly string[]
  readonly funnel: SearchFunnel
  /** How many documents the query has in all. */
  readonly total: number
  /** A hash of the facets and groups that were answered; absent when none were asked for. */
  readonly countsHash?: string
  /** What each objective is worth, when the score is a value. */
  readonly value?: Readonly<Record<string, number>>
  readonly items: readonly FoundItem[]
  /** What rules and pins ask for and the page does not hold; absent when it holds all of it. */
  readonly givenUp?: readonly GivenUp[]
}

/** A decision with what is answered and not kept: it can be counted again. */
export interface SearchAnswer extends SearchDecision, SearchCounts {}

/** What was counted over all that a query found. */
export interface SearchCounts {
  readonly facets?: NonNullable<FoundByQuery['answer']['facets']>
  readonly groups?: readonly { readonly value?: string; readonly count: number; readonly ids: readonly string[] }[]
  readonly groupCount?: number
}

/** Whether a `$decision` is of a search system. */
export function isSearchRecord(record: EventRecord): boolean {
  return record.type === DECISION && typeof record.understood === 'object'
}

export function searchRecord(decision: SearchDecision): EventRecord {
  const { id, at, ...rest } = decision
  return { id, type: DECISION, at, ...rest }
}

/** The decision in a record that {@link searchRecord} made. */
export function readSearch(record: EventRecord): SearchDecision {
  const { type: _type, ...decision } = record
  return decision as unknown as SearchDecision
}

/** Everybody and everything that the record of a search names. */
export function subjectsOfSearch({ subject, documents }: SearchSystem): (record: EventRecord) => Subject[] {
  return (record) => {
    const { request, items, understood } = readSearch(record)
    // Of what the caller typed, filtered by and said of the moment nobody knows what it names, nor of a class: it counts
    // for every entity.
    const { query, filters, facets, context } = request
    const said = [query, ...textsIn(filters), ...textsIn(facets), ...textsIn(context), ...textsIn(understood.intent)]
    const named = [
      { entity: subject, id: request.subject ?? '' },
      ...items.map(({ id }) => ({ entity: documents, id })),
      ...said.map((id) => ({ entity: '', id })),
    ]
    return named.filter(({ id }) => id !== '')
  }
}

/** The request as it is answered and kept: a hidden subject is nobody. */
export function disguiseSearch(request: SearchRequest, { subjects }: Disguise): SearchRequest {
  const { subject, ...rest } = request
  return subject === undefined || subjects.has(subject) ? rest : request
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : []
}

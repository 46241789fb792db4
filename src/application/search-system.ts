import type { FeatureSet } from '../features/index.ts'
import { contentHash } from '../foundation/index.ts'
import type { Problem, Schema } from '../problem/index.ts'
import type { HelpingRanker, Ranker } from '../ranking/index.ts'
import type { PageRule } from '../reranking/index.ts'
import type { PinAttributes, SearchDocuments, SuggestionOptions } from '../retrieval/index.ts'

/**
 * The event that stands for a search. The engine writes one itself with every answer; a log from elsewhere may bring
 * its own, and both are learnt from alike.
 */
export interface QueryEventSpec {
  readonly event: string
  /** Its field with what was typed. */
  readonly text: string
  /** Its field with the id of the decision, by which impressions and labels name the search that they belong to. */
  readonly decision: string
  /** Its field for how many documents were found in all; absent when it has none. */
  readonly results?: string
  /** Its field of text for the filters that were asked for or taken from the words, as JSON; absent when it has none. */
  readonly filters?: string
  /** Its field for how long the answer took, in milliseconds; absent when it has none. */
  readonly tookMs?: string
}

/** A system that answers a query with a page of documents: understanding, retrieval by text, ranking. */
export interface SearchSystem extends SearchDocuments {
  readonly task: 'search'
  readonly problem: Problem
  /** The entity that asks; a search may also be nobody's. */
  readonly subject: string
  readonly queries: QueryEventSpec
  /** How what was retrieved is ordered; absent: by the text alone. */
  readonly ranking?: Ranker
  /** Ranks when `ranking` cannot. Absent: the order of the text. */
  readonly fallback?: HelpingRanker
  /**
   * Rules of every page, from the first document on: what they keep from a page comes on one of the next, and a page that
   * they would leave short takes what is left. Documents beyond `candidates` follow in the order of their text.
   */
  readonly reranking?: readonly PageRule[]
  /** The boolean attribute that marks documents which `sponsored` slots may hold; they are found as others are, too. */
  readonly sponsored?: string
  /** Documents that stand at a place for a query; absent when there are none. */
  readonly pins?: PinAttributes
  /** How many documents retrieval hands on to the ranker at most. */
  readonly candidates: number
  /** Documents on a page when the request does not say, and the most it may ask for. */
  readonly page: { readonly limit: number; readonly maxLimit: number }
  /** Time in which a search has to be answered, in milliseconds. */
  readonly budgetMs: number
  /** How queries are completed while they are typed; those of {@link SuggestionOptions} when absent. */
  readonly suggestions?: SuggestionOptions
}

type SearchSystemDefinition = Omit<SearchSystem, 'task' | 'candidates' | 'page' | 'budgetMs'> &
  Partial<Pick<SearchSystem, 'candidates' | 'page' | 'budgetMs'>>

/** Declares a search system; `defineApp` checks it against the schema. */
export function searchSystem(definition: SearchSystemDefinition): SearchSystem {
  return {
    task: 'search',
    candidates: 200,
    page: { limit: 20, maxLimit: 100 },
    budgetMs: definition.problem.guardrails.p99Ms ?? 100,
    ...definition,
  }
}

/** Identity of everything that decides how a search is answered, apart from its models. */
export function searchSystemHash(schema: Schema, features: FeatureSet, system: SearchSystem): string {
  const { task: _task, ranking, fallback, page: _page, budgetMs: _budget, suggestions: _suggested, ...rest } = system
  return contentHash({
    schema: schema.hash,
    features: features.hash,
    ...rest,
    ranking: ranking?.spec,
    fallback: fallback?.spec,
  })
}

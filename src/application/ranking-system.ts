import type { FeatureSet } from '../features/index.ts'
import { contentHash } from '../foundation/index.ts'
import type { Problem, Schema } from '../problem/index.ts'
import type { HelpingRanker, Ranker } from '../ranking/index.ts'
import type { PageRule } from '../reranking/index.ts'
import type { CandidateFilter, CandidateSource } from '../retrieval/index.ts'
import type { Exploration } from './explore.ts'

/**
 * A cheap ranker before the main one. It learns from the main one's examples and should read few features, which are
 * then the only ones that are looked up for every candidate; when it is the fallback too, it is fitted once.
 */
export interface LightStage {
  readonly ranking: HelpingRanker
  /** How many candidates go on to the ranker, at most. */
  readonly keep: number
}

/** A system that answers a request with a page: retrieval, ranking, re-ranking. */
export interface RankingSystem {
  readonly task: 'ranking'
  readonly problem: Problem
  /** The entity that asks, and the entity that is recommended. */
  readonly subject: string
  readonly item: string
  readonly retrieval: {
    readonly sources: readonly CandidateSource[]
    readonly filters: readonly CandidateFilter[]
    /** How many candidates retrieval hands on at most: to the light stage, or to the ranker when there is none. */
    readonly candidates: number
  }
  readonly ranking: Ranker
  /** Ranks when `ranking` cannot: a lighter model that learns from the same examples. Absent: the order of retrieval. */
  readonly fallback?: HelpingRanker
  /** Chooses among all candidates those that `ranking` scores. Absent: all of them. */
  readonly light?: LightStage
  readonly reranking: readonly PageRule[]
  /** New items that get a place of some pages: `explore`; absent when none do. */
  readonly exploration?: Exploration
  /** Items on a page when the request does not say, and the most it may ask for. */
  readonly page: { readonly limit: number; readonly maxLimit: number }
  /** The boolean attribute that marks sponsored items; absent when there are none. */
  readonly sponsored?: string
  /** Time in which a page has to be answered, in milliseconds. */
  readonly budgetMs: number
}

type RankingSystemDefinition = Omit<RankingSystem, 'task' | 'page' | 'budgetMs'> &
  Partial<Pick<RankingSystem, 'page' | 'budgetMs'>>

/** Declares a ranking system; {@link defineApp} checks it against the schema. */
export function rankingSystem(definition: RankingSystemDefinition): RankingSystem {
  return {
    task: 'ranking',
    page: { limit: 20, maxLimit: 100 },
    budgetMs: definition.problem.guardrails.p99Ms ?? 100,
    ...definition,
  }
}

/** Identity of everything that decides how a system answers, apart from its models. */
export function systemHash(schema: Schema, features: FeatureSet, system: RankingSystem): string {
  const { problem, subject, item, retrieval, ranking, fallback, light, reranking, exploration, sponsored } = system
  return contentHash({
    schema: schema.hash,
    features: features.hash,
    problem,
    subject,
    item,
    sources: retrieval.sources.map((source) => source.spec),
    filters: retrieval.filters.map((filter) => filter.spec),
    candidates: retrieval.candidates,
    ranking: ranking.spec,
    fallback: fallback?.spec,
    light: light && { ranking: light.ranking.spec, keep: light.keep },
    reranking,
    exploration,
    sponsored,
  })
}

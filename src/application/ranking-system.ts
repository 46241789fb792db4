import type { FeatureSet } from '../features/index.ts'
import { contentHash, SluiceError } from '../foundation/index.ts'
import { conditionFaults, type Problem, type Schema } from '../problem/index.ts'
import type { Ranker } from '../ranking/index.ts'
import { type PageRule, requirePageRules, rulePaths } from '../reranking/index.ts'
import { type CandidateFilter, type CandidateSource, referenceField } from '../retrieval/index.ts'

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
    /** How many candidates the ranker scores at most. */
    readonly candidates: number
  }
  readonly ranking: Ranker
  readonly reranking: readonly PageRule[]
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
  const { problem, subject, item, retrieval, ranking, reranking, sponsored } = system
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
    reranking,
    sponsored,
  })
}

/** What is wrong with a system over a schema, in words; empty when nothing is. */
export function rankingSystemFaults(schema: Schema, system: RankingSystem): string[] {
  const { subject, item, problem, retrieval, ranking, reranking, page } = system
  const unknown = [subject, item].filter((entity) => !Object.hasOwn(schema.entities, entity))
  if (unknown.length > 0) return unknown.map((entity) => `unknown entity ${entity}`)
  return [
    ...(problem.task === 'ranking' ? [] : [`problem.task: expected ranking, got ${problem.task}`]),
    ...referenceFaults(schema, problem.objective, system, 'problem.objective'),
    ...labelFaults(schema, system),
    ...(ranking.examples.kind === 'exposures' ? exposureFaults(schema, system, ranking.examples) : []),
    ...duplicateFaults('source', retrieval.sources),
    ...duplicateFaults('filter', retrieval.filters),
    ...[...retrieval.sources, ...retrieval.filters].flatMap((part) => partFaults(schema, system, part)),
    ...(retrieval.sources.length === 0 || retrieval.sources.length > 31
      ? [`retrieval.sources: expected 1 to 31, got ${retrieval.sources.length}`]
      : []),
    ...(page.limit >= 1 && page.limit <= page.maxLimit
      ? []
      : [`page: expected 1 <= limit <= maxLimit, got ${page.limit}, ${page.maxLimit}`]),
    ...(retrieval.candidates >= page.maxLimit ? [] : ['retrieval.candidates: expected at least page.maxLimit']),
    ...rulePaths(reranking).flatMap((path) => pathFaults(schema, item, path)),
    ...(system.sponsored === undefined ? [] : pathFaults(schema, item, system.sponsored)),
    ...said(() => requirePageRules(reranking)),
  ]
}

function referenceFaults(schema: Schema, event: string, { subject, item }: RankingSystem, where: string): string[] {
  if (!Object.hasOwn(schema.events, event)) return [`${where}: unknown event ${event}`]
  return [subject, item].flatMap((entity) =>
    said(() => referenceField(schema, event, entity)).map((fault) => `${where}: ${fault}`),
  )
}

function labelFaults(schema: Schema, system: RankingSystem): string[] {
  const { label } = system.ranking
  return [
    ...referenceFaults(schema, label.event, system, 'ranking.label'),
    ...conditionFaults(label.where, schema.events[label.event] ?? {}).map((fault) => `ranking.label: ${fault}`),
  ]
}

function exposureFaults(schema: Schema, system: RankingSystem, examples: { event: string; group: string }): string[] {
  const faults = referenceFaults(schema, examples.event, system, 'ranking.examples')
  const hasGroup = Object.hasOwn(schema.events[examples.event] ?? {}, examples.group)
  return hasGroup ? faults : [...faults, `ranking.examples: ${examples.event} has no field ${examples.group}`]
}

function duplicateFaults(what: string, parts: readonly { name: string }[]): string[] {
  const names = parts.map((part) => part.name)
  return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `two ${what}s are called ${name}`)
}

/** Asks the part for its aggregates, which names events and fields that do not exist. */
function partFaults(
  schema: Schema,
  { subject, item }: RankingSystem,
  part: CandidateSource | CandidateFilter,
): string[] {
  return said(() => {
    for (const spec of part.aggregates({ schema, subject, item })) {
      const faults = conditionFaults(spec.where, schema.events[spec.event] ?? {})
      if (faults.length > 0) throw new SluiceError('INVALID_APPLICATION', faults.join('; '))
    }
  }).map((fault) => `${part.name}: ${fault}`)
}

function pathFaults(schema: Schema, item: string, path: string): string[] {
  const [entity = '', attribute = ''] = path.split('.')
  if (entity === item && Object.hasOwn(schema.entities[item] ?? {}, attribute)) return []
  return [`reranking: expected an attribute of ${item}, got ${path}`]
}

/** The message of what a check throws, as a list of none or one. */
function said(check: () => void): string[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof SluiceError) return [error.message]
    throw error
  }
}

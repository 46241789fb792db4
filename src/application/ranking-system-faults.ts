import type { FeatureSet } from '../features/index.ts'
import { SluiceError, thrownMessages } from '../foundation/index.ts'
import { conditionFaults, type Schema } from '../problem/index.ts'
import { type HelpingRanker, type LabelSpec, rankingColumnNames, unknownColumns } from '../ranking/index.ts'
import { requirePageRules, rulePaths } from '../reranking/index.ts'
import {
  CATALOGUE,
  type CandidateFilter,
  type CandidateSource,
  referenceField,
  scoreColumn,
} from '../retrieval/index.ts'
import { explorationAggregates, requireExploration } from './explore.ts'
import type { RankingSystem } from './ranking-system.ts'

const MOST_SOURCES = 31
/** What stands beside names of sources in decisions. */
const RESERVED_NAMES = ['', CATALOGUE, 'ranker', 'light', 'exploration']

/** What is wrong with a ranking system over a schema, in words; empty when nothing is. */
export function rankingSystemFaults(schema: Schema, features: FeatureSet, system: RankingSystem): string[] {
  const entities = entityFaults(schema, system)
  // Everything else is said in terms of the two entities.
  if (entities.length > 0) return entities
  return [
    ...problemFaults(schema, system),
    ...rankingFaults(schema, system),
    ...columnFaults(features, system),
    ...lightFaults(system),
    ...retrievalFaults(schema, system),
    ...pageFaults(schema, system),
    ...explorationFaults(schema, system),
  ]
}

function entityFaults(schema: Schema, { subject, item }: RankingSystem): string[] {
  const unknown = [subject, item].filter((entity) => !Object.hasOwn(schema.entities, entity))
  if (unknown.length > 0) return unknown.map((entity) => `unknown entity ${entity}`)
  return subject === item ? [`subject and item: expected two entities, got ${item} twice`] : []
}

function problemFaults(schema: Schema, system: RankingSystem): string[] {
  const { task, objective } = system.problem
  return [
    ...(task === 'ranking' ? [] : [`problem.task: expected ranking, got ${task}`]),
    ...referenceFaults(schema, objective, system, 'problem.objective'),
    ...(system.budgetMs > 0 ? [] : [`budgetMs: expected milliseconds above 0, got ${system.budgetMs}`]),
  ]
}

function rankingFaults(schema: Schema, system: RankingSystem): string[] {
  const { ranking } = system
  const { label, objectives = {}, examples } = ranking
  const labels = { label, ...objectives }
  const faults = Object.entries(labels).flatMap(([name, spec]) =>
    labelFaults(schema, system, spec, name === 'label' ? 'ranking.label' : `ranking.objectives.${name}`),
  )
  if (examples.kind === 'candidates') {
    return [...faults, ...wholeFaults('ranking.examples: negatives', examples.negatives)]
  }
  const { event, group, position = group } = examples
  faults.push(...referenceFaults(schema, event, system, 'ranking.examples'))
  if (!Object.hasOwn(schema.events, event)) return faults
  const unknown = [...new Set([group, position])].filter((field) => !Object.hasOwn(schema.events[event] ?? {}, field))
  return [...faults, ...unknown.map((field) => `ranking.examples: ${event} has no field ${field}`)]
}

function labelFaults(schema: Schema, system: RankingSystem, { event, where }: LabelSpec, name: string): string[] {
  const fields = schema.events[event]
  return [
    ...referenceFaults(schema, event, system, name),
    ...(fields ? conditionFaults(where, fields).map((fault) => `${name}: ${fault}`) : []),
  ]
}

/** Features that a ranker names and nobody fills. */
function columnFaults(features: FeatureSet, { ranking, fallback, light, retrieval }: RankingSystem): string[] {
  const scoring = retrieval.sources.filter(({ scoresItems }) => scoresItems)
  const columns = rankingColumnNames(
    features,
    scoring.map(({ name }) => scoreColumn(name)),
    ranking.examples,
  )
  const rankers: Record<string, HelpingRanker | undefined> = { ranking, fallback, 'light.ranking': light?.ranking }
  return Object.entries(rankers).flatMap(([where, ranker]) => [
    ...unknownColumns(columns, ranker?.features).map((name) => `${where}.features: unknown feature ${name}`),
    ...(ranker?.features?.length === 0 ? [`${where}.features: expected at least one, got none`] : []),
    ...(ranker?.positions ? [`${where}: expected a ranker to which a position is a feature, got one from clicks`] : []),
  ])
}

function lightFaults({ light, page }: RankingSystem): string[] {
  if (light === undefined) return []
  return [
    ...wholeFaults('light.keep', light.keep),
    ...(light.keep < page.maxLimit
      ? [`light.keep: expected at least page.maxLimit, ${page.maxLimit}, got ${light.keep}`]
      : []),
  ]
}

function retrievalFaults(schema: Schema, system: RankingSystem): string[] {
  const { sources, filters, candidates } = system.retrieval
  const fits = sources.length >= 1 && sources.length <= MOST_SOURCES
  return [
    ...(fits ? [] : [`retrieval.sources: expected 1 to ${MOST_SOURCES}, got ${sources.length}`]),
    ...duplicateFaults('source', sources),
    ...duplicateFaults('filter', filters),
    ...sources.flatMap(sourceFaults),
    ...[...sources, ...filters].flatMap((part) => partFaults(schema, system, part)),
    ...wholeFaults('retrieval.candidates', candidates),
    ...(candidates < system.page.maxLimit
      ? [`retrieval.candidates: expected at least page.maxLimit, ${system.page.maxLimit}, got ${candidates}`]
      : []),
  ]
}

function pageFaults(schema: Schema, system: RankingSystem): string[] {
  const { item, page, reranking, sponsored } = system
  const paths = rulePaths(reranking).filter((path) => attributeKind(schema, item, path) === undefined)
  const mark = sponsored === undefined ? 'boolean' : attributeKind(schema, item, sponsored)
  const hasSlots = reranking.some((rule) => rule.kind === 'sponsored')
  return [
    ...wholeFaults('page.limit', page.limit),
    ...wholeFaults('page.maxLimit', page.maxLimit),
    ...(page.limit > page.maxLimit ? [`page: expected limit <= maxLimit, got ${page.limit}, ${page.maxLimit}`] : []),
    ...paths.map((path) => `reranking: expected an attribute of ${item}, got ${path}`),
    ...thrownMessages(() => requirePageRules(reranking, page.limit)).map((fault) => `reranking: ${fault}`),
    ...(mark === 'boolean' ? [] : [`sponsored: expected a boolean attribute of ${item}, got ${sponsored}`]),
    ...(reranking.some((rule) => rule.kind === 'determinantal' && rule.by === undefined)
      ? ['reranking: determinantal: expected an attribute to compare, since requests bring no vectors, got none']
      : []),
    ...(hasSlots && sponsored === undefined
      ? ['reranking: expected the attribute that marks sponsored items, since there are slots for them, got none']
      : []),
  ]
}

function explorationFaults(schema: Schema, { subject, item, exploration, reranking }: RankingSystem): string[] {
  if (exploration === undefined) return []
  const slots = reranking.flatMap((rule) => (rule.kind === 'exploration' ? rule.slots : []))
  const { success } = exploration
  return [
    ...thrownMessages(() => requireExploration(exploration)),
    ...thrownMessages(() => explorationAggregates({ schema, subject, item }, exploration)),
    ...conditionFaults(success.where, schema.events[success.event] ?? {}),
    ...(slots.length === 1
      ? []
      : [`expected one place on the page by exploration({ slots: [place] }) in reranking, got ${slots.length}`]),
  ].map((fault) => `exploration: ${fault}`)
}

function referenceFaults(schema: Schema, event: string, { subject, item }: RankingSystem, where: string): string[] {
  if (!Object.hasOwn(schema.events, event)) return [`${where}: unknown event ${event}`]
  return [subject, item].flatMap((entity) =>
    thrownMessages(() => referenceField(schema, event, entity)).map((fault) => `${where}: ${fault}`),
  )
}

function sourceFaults({ name, quota, deadlineMs }: CandidateSource): string[] {
  return [
    ...(RESERVED_NAMES.includes(name)
      ? [`source: expected a name other than ${RESERVED_NAMES.slice(1).join(', ')}, got ${JSON.stringify(name)}`]
      : []),
    ...wholeFaults(`${name}: quota`, quota),
    ...(deadlineMs > 0 ? [] : [`${name}: deadlineMs: expected milliseconds above 0, got ${deadlineMs}`]),
  ]
}

function duplicateFaults(what: string, parts: readonly { name: string }[]): string[] {
  const names = parts.map((part) => part.name)
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  return Array.from(repeated, (name) => `two ${what}s are called ${name}; give one of them another name`)
}

/** Asks the part for its aggregates, which names events, fields and attributes that do not exist. */
function partFaults(
  schema: Schema,
  { subject, item }: RankingSystem,
  part: CandidateSource | CandidateFilter,
): string[] {
  return thrownMessages(() => {
    for (const spec of part.aggregates({ schema, subject, item })) {
      const faults = conditionFaults(spec.where, schema.events[spec.event] ?? {})
      if (faults.length > 0) throw new SluiceError('INVALID_APPLICATION', faults.join('; '))
    }
  }).map((fault) => `${part.name}: ${fault}`)
}

/** The kind of an attribute of the item; undefined when the path names none. */
function attributeKind(schema: Schema, item: string, path: string): string | undefined {
  const attributes = Object.entries(schema.entities[item] ?? {})
  return attributes.find(([name]) => `${item}.${name}` === path)?.[1].kind
}

function wholeFaults(what: string, value: number): string[] {
  return Number.isSafeInteger(value) && value >= 1
    ? []
    : [`${what}: expected a whole number of at least 1, got ${value}`]
}

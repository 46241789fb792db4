import type { FeatureSet } from '../features/index.ts'
import { thrownMessages } from '../foundation/index.ts'
import { conditionFaults, type FieldKind, type Schema } from '../problem/index.ts'
import { type LabelSpec, POSITION_COLUMN, rankingColumnNames, unknownColumns } from '../ranking/index.ts'
import { QuerySuggestions, queryColumnNames, referenceField, searchDocumentFaults } from '../retrieval/index.ts'
import { searchPageFaults } from './search-page-faults.ts'
import type { SearchSystem } from './search-system.ts'

/** What is wrong with a search system over a schema, in words; empty when nothing is. */
export function searchSystemFaults(schema: Schema, features: FeatureSet, system: SearchSystem): string[] {
  const { subject, documents } = system
  const unknown = [subject, documents].filter((entity) => !Object.hasOwn(schema.entities, entity))
  // Everything else is said in terms of the two entities.
  if (unknown.length > 0) return unknown.map((entity) => `unknown entity ${entity}`)
  if (subject === documents) return [`subject and documents: expected two entities, got ${documents} twice`]
  return [
    ...problemFaults(schema, system),
    ...searchDocumentFaults(schema, system),
    ...queryFaults(schema, system),
    ...rankingFaults(schema, features, system),
    ...pageFaults(system),
    ...searchPageFaults(schema, system),
    ...thrownMessages(() => new QuerySuggestions(system.suggestions)),
  ]
}

function problemFaults(schema: Schema, { problem, budgetMs }: SearchSystem): string[] {
  const { task, objective } = problem
  return [
    ...(task === 'ranking' ? [] : [`problem.task: expected ranking, got ${task}`]),
    ...(Object.hasOwn(schema.events, objective) ? [] : [`problem.objective: unknown event ${objective}`]),
    ...(budgetMs > 0 ? [] : [`budgetMs: expected milliseconds above 0, got ${budgetMs}`]),
  ]
}

function queryFaults(schema: Schema, { queries, subject }: SearchSystem): string[] {
  const { event, text, decision, results, filters, tookMs } = queries
  if (!Object.hasOwn(schema.events, event)) return [`queries: unknown event ${event}`]
  return [
    ...thrownMessages(() => referenceField(schema, event, subject)).map((fault) => `queries: ${fault}`),
    ...fieldFaults(schema, 'queries.text', { event, field: text, kinds: ['text'] }),
    ...fieldFaults(schema, 'queries.decision', { event, field: decision, kinds: ['identifier'] }),
    ...fieldFaults(schema, 'queries.results', { event, field: results, kinds: ['integer', 'number'] }),
    ...fieldFaults(schema, 'queries.filters', { event, field: filters, kinds: ['text'] }),
    ...fieldFaults(schema, 'queries.tookMs', { event, field: tookMs, kinds: ['number'] }),
    ...unfilledFaults(schema, queries),
  ]
}

/** The engine has to be able to write the event: what it does not fill must be optional, who asks among it. */
function unfilledFaults(schema: Schema, { event, ...fields }: SearchSystem['queries']): string[] {
  const filled: readonly string[] = Object.values(fields)
  return Object.entries(schema.events[event] ?? {})
    .filter(([name, { isOptional }]) => !isOptional && !filled.includes(name))
    .map(([name]) => `queries: ${event}.${name}: expected an optional field, since a search need not have it`)
}

function rankingFaults(schema: Schema, features: FeatureSet, system: SearchSystem): string[] {
  const { ranking, fallback, intent } = system
  if (!ranking) {
    return [
      ...(fallback ? ['fallback: expected a ranking that it stands in for, got none'] : []),
      ...(intent ? ['intent: expected a ranking that reads it, whose label is what it learns from, got none'] : []),
    ]
  }
  const { label, objectives = {}, examples } = ranking
  if (examples.kind !== 'exposures') {
    return [`ranking.examples: expected exposures, which name the search they were part of, got ${examples.kind}`]
  }
  const { event, group, position } = examples
  const labels = { label, ...objectives }
  return [
    ...documentFaults(schema, 'ranking.examples', event, system),
    ...fieldFaults(schema, 'ranking.examples.group', { event, field: group, kinds: ['identifier'] }),
    ...fieldFaults(schema, 'ranking.examples.position', { event, field: position, kinds: ['integer', 'number'] }),
    ...Object.entries(labels).flatMap(([name, spec]) =>
      labelFaults(schema, system, { spec, group, where: name === 'label' ? 'ranking.label' : `ranking.${name}` }),
    ),
    ...columnFaults(features, system),
  ]
}

function labelFaults(
  schema: Schema,
  system: SearchSystem,
  { spec, group, where }: { spec: LabelSpec; group: string; where: string },
): string[] {
  const fields = Object.hasOwn(schema.events, spec.event) ? schema.events[spec.event] : undefined
  return [
    ...documentFaults(schema, where, spec.event, system),
    // What follows on a search is told by its decision: a stranger has no other name.
    ...fieldFaults(schema, where, { event: spec.event, field: group, kinds: ['identifier'] }),
    ...(fields ? conditionFaults(spec.where, fields).map((fault) => `${where}: ${fault}`) : []),
  ]
}

function documentFaults(schema: Schema, where: string, event: string, { documents }: SearchSystem): string[] {
  if (!Object.hasOwn(schema.events, event)) return [`${where}: unknown event ${event}`]
  return thrownMessages(() => referenceField(schema, event, documents)).map((fault) => `${where}: ${fault}`)
}

function columnFaults(features: FeatureSet, system: SearchSystem): string[] {
  const { ranking, fallback } = system
  if (!ranking) return []
  const columns = rankingColumnNames(features, queryColumnNames(system), ranking.examples)
  return Object.entries({ ranking, fallback }).flatMap(([where, ranker]) => [
    ...unknownColumns(columns, ranker?.features).map((name) => `${where}.features: unknown feature ${name}`),
    ...(ranker?.features?.length === 0 ? [`${where}.features: expected at least one, got none`] : []),
    ...(ranker?.positions && !columns.includes(POSITION_COLUMN)
      ? [`${where}: expected examples with the position of each exposure, which it corrects for, got none`]
      : []),
  ])
}

function pageFaults({ candidates, page }: SearchSystem): string[] {
  const numbers = { candidates, 'page.limit': page.limit, 'page.maxLimit': page.maxLimit }
  return [
    ...Object.entries(numbers)
      .filter(([, value]) => !(Number.isSafeInteger(value) && value >= 1))
      .map(([name, value]) => `${name}: expected a whole number of at least 1, got ${value}`),
    ...(page.limit > page.maxLimit ? [`page: expected limit <= maxLimit, got ${page.limit}, ${page.maxLimit}`] : []),
    ...(candidates < page.maxLimit
      ? [`candidates: expected at least page.maxLimit, ${page.maxLimit}, got ${candidates}`]
      : []),
  ]
}

/** Wrong when a field is named that the event does not have, or one of another kind. */
function fieldFaults(
  schema: Schema,
  what: string,
  { event, field, kinds }: { event: string; field: string | undefined; kinds: readonly FieldKind[] },
): string[] {
  if (field === undefined || !Object.hasOwn(schema.events, event)) return []
  const usable = Object.entries(schema.events[event] ?? {}).filter(([, { kind }]) => kinds.includes(kind))
  if (usable.some(([name]) => name === field)) return []
  const known = usable.map(([name]) => name).join(', ') || 'it has none'
  return [`${what}: expected a field of ${event} of kind ${kinds.join(' or ')} (${known}), got ${field}`]
}

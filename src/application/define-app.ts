import type { AggregateSpec, FeatureSet } from '../features/index.ts'
import { SluiceError } from '../foundation/index.ts'
import { type Schema, throwFaults } from '../problem/index.ts'
import { explorationAggregates } from './explore.ts'
import { type RankingSystem, systemHash } from './ranking-system.ts'
import { rankingSystemFaults } from './ranking-system-faults.ts'
import { type ScoringSystem, scoringSystemHash } from './scoring-system.ts'
import { scoringSystemFaults } from './scoring-system-faults.ts'
import { type SearchSystem, searchSystemHash } from './search-system.ts'
import { searchSystemFaults } from './search-system-faults.ts'

/** What decides; `task` tells which of the three it is. */
export type System = RankingSystem | ScoringSystem | SearchSystem

/** Everything that is declared: one log and one feature state, and the systems that decide over them. */
export interface Application {
  readonly name: string
  readonly schema: Schema
  readonly features: FeatureSet
  readonly systems: Readonly<Record<string, System>>
  /** All aggregates that features, sources and filters read. */
  readonly aggregates: readonly AggregateSpec[]
}

interface ApplicationDefinition {
  readonly name: string
  readonly schema: Schema
  readonly features: FeatureSet
  readonly systems: Readonly<Record<string, System>>
}

const NAME = /^[a-z][a-z0-9-]{0,40}$/

/**
 * Puts an application together and checks it as a whole.
 *
 * @throws SluiceError `INVALID_APPLICATION` with every fault in `details`
 */
export function defineApp(definition: ApplicationDefinition): Application {
  const { schema } = definition
  throwFaults(`application ${definition.name}`, applicationFaults(definition))
  const parts = rankingSystems(definition).flatMap(([, system]) =>
    [...system.retrieval.sources, ...system.retrieval.filters].flatMap((part) =>
      part.aggregates({ ...system, schema }),
    ),
  )
  const explored = rankingSystems(definition).flatMap(([, system]) =>
    explorationAggregates({ ...system, schema }, system.exploration),
  )
  return { ...definition, aggregates: [...definition.features.aggregates, ...parts, ...explored] }
}

function applicationFaults({ name, schema, features, systems }: ApplicationDefinition): string[] {
  const entries = Object.entries(systems)
  return [
    ...[name, ...Object.keys(systems)]
      .filter((label) => !NAME.test(label))
      .map((label) => `name ${JSON.stringify(label)}: expected a small letter, then small letters, digits or -`),
    ...(entries.length === 0 ? ['systems: expected at least one, got none'] : []),
    ...entries.flatMap(([label, system]) => {
      return systemFaults(schema, features, system).map((fault) => `${label}: ${fault}`)
    }),
  ]
}

function systemFaults(schema: Schema, features: FeatureSet, system: System): string[] {
  if (system.task === 'ranking') return rankingSystemFaults(schema, features, system)
  if (system.task === 'search') return searchSystemFaults(schema, features, system)
  return scoringSystemFaults(schema, features, system)
}

/** Identity of a system of an application, apart from its models. */
export function hashOfSystem({ schema, features }: Application, system: System): string {
  if (system.task === 'ranking') return systemHash(schema, features, system)
  if (system.task === 'search') return searchSystemHash(schema, features, system)
  return scoringSystemHash(schema, features, system)
}

/** The ranking systems of an application with their names, in the order of its file. */
export function rankingSystems({ systems }: Pick<Application, 'systems'>): [name: string, system: RankingSystem][] {
  return Object.entries(systems).flatMap(([name, system]) => (system.task === 'ranking' ? [[name, system]] : []))
}

/** The scoring systems of an application with their names, in the order of its file. */
export function scoringSystems({ systems }: Pick<Application, 'systems'>): [name: string, system: ScoringSystem][] {
  return Object.entries(systems).flatMap(([name, system]) => (system.task === 'classification' ? [[name, system]] : []))
}

/** The search systems of an application with their names, in the order of its file. */
export function searchSystems({ systems }: Pick<Application, 'systems'>): [name: string, system: SearchSystem][] {
  return Object.entries(systems).flatMap(([name, system]) => (system.task === 'search' ? [[name, system]] : []))
}

/** The ranking system of a name. @throws SluiceError `UNKNOWN_SYSTEM`; `WRONG_TASK` when it is of another kind */
export function requireSystem(application: Application, name: string): RankingSystem {
  const system = requireAnySystem(application, name)
  if (system.task === 'ranking') return system
  throw wrongTask(name, 'a ranking system', system)
}

/** The scoring system of a name. @throws SluiceError `UNKNOWN_SYSTEM`; `WRONG_TASK` when it is of another kind */
export function requireScoringSystem(application: Application, name: string): ScoringSystem {
  const system = requireAnySystem(application, name)
  if (system.task === 'classification') return system
  throw wrongTask(name, 'a scoring system', system)
}

/** The search system of a name. @throws SluiceError `UNKNOWN_SYSTEM`; `WRONG_TASK` when it is of another kind */
export function requireSearchSystem(application: Application, name: string): SearchSystem {
  const system = requireAnySystem(application, name)
  if (system.task === 'search') return system
  throw wrongTask(name, 'a search system', system)
}

/** The system of a name, of whatever kind. @throws SluiceError `UNKNOWN_SYSTEM` */
export function requireAnySystem({ systems }: Application, name: string): System {
  const system = Object.hasOwn(systems, name) ? systems[name] : undefined
  if (system) return system
  const known = Object.keys(systems).join(', ')
  throw new SluiceError('UNKNOWN_SYSTEM', `system: expected one of ${known}, got ${JSON.stringify(name)}`)
}

const WORK = { ranking: 'one that ranks', classification: 'one that scores events', search: 'one that searches' }

function wrongTask(name: string, expected: string, { task }: System): SluiceError {
  const got = WORK[task]
  return new SluiceError('WRONG_TASK', `system ${name}: expected ${expected}, got ${got}; name another system`)
}

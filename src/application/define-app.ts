import type { AggregateSpec, FeatureSet } from '../features/index.ts'
import { SluiceError } from '../foundation/index.ts'
import { type Schema, throwFaults } from '../problem/index.ts'
import { explorationAggregates } from './explore.ts'
import { type RankingSystem, systemHash } from './ranking-system.ts'
import { rankingSystemFaults } from './ranking-system-faults.ts'
import { type ScoringSystem, scoringSystemHash } from './scoring-system.ts'
import { scoringSystemFaults } from './scoring-system-faults.ts'

/** What decides; `task` tells which of the two it is. */
export type System = RankingSystem | ScoringSystem

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
      const faults =
        system.task === 'ranking'
          ? rankingSystemFaults(schema, features, system)
          : scoringSystemFaults(schema, features, system)
      return faults.map((fault) => `${label}: ${fault}`)
    }),
  ]
}

/** Identity of a system of an application, apart from its models. */
export function hashOfSystem({ schema, features }: Application, system: System): string {
  return system.task === 'ranking' ? systemHash(schema, features, system) : scoringSystemHash(schema, features, system)
}

/** The ranking systems of an application with their names, in the order of its file. */
export function rankingSystems({ systems }: Pick<Application, 'systems'>): [name: string, system: RankingSystem][] {
  return Object.entries(systems).flatMap(([name, system]) => (system.task === 'ranking' ? [[name, system]] : []))
}

/** The scoring systems of an application with their names, in the order of its file. */
export function scoringSystems({ systems }: Pick<Application, 'systems'>): [name: string, system: ScoringSystem][] {
  return Object.entries(systems).flatMap(([name, system]) => (system.task === 'classification' ? [[name, system]] : []))
}

/** The ranking system of a name. @throws SluiceError `UNKNOWN_SYSTEM`; `WRONG_TASK` when it is a scoring system */
export function requireSystem(application: Application, name: string): RankingSystem {
  const system = namedSystem(application, name)
  if (system.task === 'ranking') return system
  throw wrongTask(name, 'a ranking system', 'one that scores events')
}

/** The scoring system of a name. @throws SluiceError `UNKNOWN_SYSTEM`; `WRONG_TASK` when it is a ranking system */
export function requireScoringSystem(application: Application, name: string): ScoringSystem {
  const system = namedSystem(application, name)
  if (system.task === 'classification') return system
  throw wrongTask(name, 'a scoring system', 'one that ranks')
}

function namedSystem({ systems }: Application, name: string): System {
  const system = Object.hasOwn(systems, name) ? systems[name] : undefined
  if (system) return system
  const known = Object.keys(systems).join(', ')
  throw new SluiceError('UNKNOWN_SYSTEM', `system: expected one of ${known}, got ${JSON.stringify(name)}`)
}

function wrongTask(name: string, expected: string, got: string): SluiceError {
  return new SluiceError('WRONG_TASK', `system ${name}: expected ${expected}, got ${got}; name another system`)
}

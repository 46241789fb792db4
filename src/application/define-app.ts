import type { AggregateSpec, FeatureSet } from '../features/index.ts'
import { type Schema, throwFaults } from '../problem/index.ts'
import { type RankingSystem, systemHash } from './ranking-system.ts'
import { rankingSystemFaults } from './ranking-system-faults.ts'

/** Everything that is declared: one log and one feature state, and the systems that decide over them. */
export interface Application {
  readonly name: string
  readonly schema: Schema
  readonly features: FeatureSet
  readonly systems: Readonly<Record<string, RankingSystem>>
  /** All aggregates that features, sources and filters read. */
  readonly aggregates: readonly AggregateSpec[]
}

interface ApplicationDefinition {
  readonly name: string
  readonly schema: Schema
  readonly features: FeatureSet
  readonly systems: Readonly<Record<string, RankingSystem>>
}

const NAME = /^[a-z][a-z0-9-]{0,40}$/

/**
 * Puts an application together and checks it as a whole.
 *
 * @throws SluiceError `INVALID_APPLICATION` with every fault in `details`
 */
export function defineApp(definition: ApplicationDefinition): Application {
  const { schema, systems } = definition
  throwFaults(`application ${definition.name}`, applicationFaults(definition))
  const parts = Object.values(systems).flatMap((system) =>
    [...system.retrieval.sources, ...system.retrieval.filters].flatMap((part) =>
      part.aggregates({ ...system, schema }),
    ),
  )
  return { ...definition, aggregates: [...definition.features.aggregates, ...parts] }
}

function applicationFaults({ name, schema, features, systems }: ApplicationDefinition): string[] {
  const entries = Object.entries(systems)
  return [
    ...[name, ...Object.keys(systems)]
      .filter((label) => !NAME.test(label))
      .map((label) => `name ${JSON.stringify(label)}: expected a small letter, then small letters, digits or -`),
    ...(entries.length === 0 ? ['systems: expected at least one, got none'] : []),
    ...entries.flatMap(([label, system]) =>
      rankingSystemFaults(schema, features, system).map((fault) => `${label}: ${fault}`),
    ),
  ]
}

/** Identity of a system of an application, apart from its models. */
export function hashOfSystem(application: Application, system: RankingSystem): string {
  return systemHash(application.schema, application.features, system)
}

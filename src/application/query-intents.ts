import { assert } from '../foundation/index.ts'
import type { Schema } from '../problem/index.ts'
import { QueryIntent, referenceField } from '../retrieval/index.ts'
import { type Application, searchSystems } from './define-app.ts'
import type { SearchSystem } from './search-system.ts'

/**
 * What queries mean, of which nothing is learnt yet: the label of the ranking is the click. Undefined when the system has
 * no `intent`.
 */
export function openQueryIntent(schema: Schema, system: SearchSystem): QueryIntent | undefined {
  const { intent, documents, queries, ranking } = system
  if (!intent) return undefined
  assert(ranking?.examples.kind === 'exposures', 'an intent has a ranking over exposures')
  const { label, examples } = ranking
  const document = referenceField(schema, label.event, documents)
  return new QueryIntent(system, intent.by, { queries, clicks: { ...label, decision: examples.group, document } })
}

/** Those of all systems that have one, by name. */
export function queryIntents(application: Application): Map<string, QueryIntent> {
  return new Map(
    searchSystems(application).flatMap(([name, system]): [string, QueryIntent][] => {
      const intent = openQueryIntent(application.schema, system)
      return intent ? [[name, intent]] : []
    }),
  )
}

import type { EventRecord } from '../../../data/index.ts'
import { RecordQueue } from '../../record-queue.ts'
import { legacySearch, type SearchPolicy } from './legacy-search.ts'
import { productName } from './response.ts'
import type { SearchWorld } from './search-world.ts'
import type { SearchSession } from './sessions.ts'

/** What is to come: a record, or somebody's next query. */
type Coming =
  | { readonly at: number; readonly record: EventRecord }
  | { readonly at: number; readonly session: SearchSession; readonly attempt: number }

/**
 * The events of a world in the order of time: its catalogue, and what people do with the pages of a policy, the legacy
 * search when none is given. What is due after the last session is not given.
 */
export function* generateSearchEvents(
  world: SearchWorld,
  policy: SearchPolicy = legacySearch(world.options),
): Generator<EventRecord> {
  const coming = new RecordQueue<Coming>()
  for (const record of world.catalogue()) coming.push({ at: record.at, record })
  for (const session of world.sessions()) {
    coming.push({ at: session.at, session, attempt: 0 })
    yield* due(world, policy, coming, session.at)
  }
}

function* due(
  world: SearchWorld,
  policy: SearchPolicy,
  coming: RecordQueue<Coming>,
  untilMs: number,
): Generator<EventRecord> {
  for (let next = coming.popUntil(untilMs); next; next = coming.popUntil(untilMs)) {
    if ('record' in next) {
      policy.observe(next.record)
      yield next.record
      continue
    }
    const { session, attempt, at } = next
    const page = policy.page(session.queries[attempt]!, at)
    const shown = { ...page, products: page.products.map(productName) }
    const decision = `${policy.name}-${session.number}-${attempt}`
    const response = world.respond(session, { attempt, at }, shown, decision)
    for (const record of response.records) coming.push({ at: record.at, record })
    if (response.next) coming.push({ at: response.next.at, session, attempt: response.next.attempt })
  }
}

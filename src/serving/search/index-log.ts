import type { EventLog } from '../../data/index.ts'
import type { QueryIntent, SearchIndex } from '../../retrieval/index.ts'

/** What follows the log beside the state. */
export interface LogFollowers {
  readonly indexes: Iterable<SearchIndex>
  readonly intents: Iterable<QueryIntent>
}

/** How far each of them is to follow it. */
export interface FollowedUntil {
  readonly indexes: number
  readonly intents: number
}

/**
 * Notes in fresh indexes what the log says of their documents up to an offset, tells intents of its clicks, and gives way
 * to others after every batch.
 *
 * @remarks O(log); what is known of the documents is in memory meanwhile.
 */
export function* noteLog(
  { indexes, intents }: LogFollowers,
  log: EventLog,
  until: FollowedUntil,
): Generator<void, void> {
  const indexesOf = Map.groupBy(indexes, ({ spec }) => spec.documents)
  const learning = [...intents]
  const last = Math.max(indexesOf.size > 0 ? until.indexes : 0, learning.length > 0 ? until.intents : 0)
  if (last === 0) return
  const known = new Map<string, Record<string, unknown>>()
  for (const { firstOffset, records } of log.read(1, last)) {
    for (let place = 0; place < records.length; place++) {
      const record = records[place]!
      const offset = firstOffset + place
      if (offset <= until.intents) for (const intent of learning) intent.apply(record)
      const own = offset <= until.indexes ? indexesOf.get(record.type) : undefined
      if (own === undefined) continue
      const id = String(record[record.type])
      const key = `${record.type} ${id}`
      const before = known.get(key) ?? {}
      const after = { ...before, ...attributesOf(record) }
      known.set(key, after)
      for (const index of own) index.note(offset, id, record, after)
    }
    yield
  }
}

/** What a record says of its entity: what is null says nothing. */
function attributesOf(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined))
}

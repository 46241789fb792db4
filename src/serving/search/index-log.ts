import type { EventLog } from '../../data/index.ts'
import type { SearchIndex } from '../../retrieval/index.ts'

/**
 * Notes in fresh indexes what the log says of their documents up to an offset, and gives way to others after every
 * batch.
 *
 * @remarks O(log); what is known of the documents is in memory meanwhile.
 */
export function* noteLog(indexes: Iterable<SearchIndex>, log: EventLog, until: number): Generator<void, void> {
  const indexesOf = Map.groupBy(indexes, ({ spec }) => spec.documents)
  if (indexesOf.size === 0) return
  const known = new Map<string, Record<string, unknown>>()
  for (const { firstOffset, records } of log.read(1, until)) {
    for (let place = 0; place < records.length; place++) {
      const record = records[place]!
      const own = indexesOf.get(record.type)
      if (own === undefined) continue
      const id = String(record[record.type])
      const key = `${record.type} ${id}`
      const before = known.get(key) ?? {}
      const after = { ...before, ...attributesOf(record) }
      known.set(key, after)
      for (const index of own) index.note(firstOffset + place, id, record, after)
    }
    yield
  }
}

/** What a record says of its entity: what is null says nothing. */
function attributesOf(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined))
}

import type { EventLog, EventRecord } from '../../data/index.ts'
import { AttributeStore, type FeatureState } from '../../features/index.ts'
import type { QueryIntent, SearchIndex } from '../../retrieval/index.ts'

/** What follows the log beside the state. */
export interface LogFollowers {
  readonly indexes: Iterable<SearchIndex>
  readonly intents: Iterable<QueryIntent>
  /** The offset up to which all intents know the log; 0 when absent. */
  readonly learnt?: number
}

/** How far each of them is to follow it. */
export interface FollowedUntil {
  readonly indexes: number
  readonly intents: number
}

/**
 * Notes in indexes what the log says of their documents up to an offset, beyond what they hold already, tells intents of
 * its clicks, and gives way to others after every batch.
 *
 * @remarks O(log); what is known of the documents is in memory meanwhile.
 */
export function* noteLog(
  { indexes, intents, learnt = 0 }: LogFollowers,
  log: EventLog,
  until: FollowedUntil,
): Generator<void, void> {
  const all = [...indexes]
  const indexesOf = Map.groupBy(all, ({ spec }) => spec.documents)
  const learning = [...intents]
  const last = Math.max(all.length > 0 ? until.indexes : 0, learning.length > 0 ? until.intents : 0)
  const known = new AttributeStore(log.schema)
  for (const { firstOffset, records } of log.read(all.length > 0 ? 1 : learnt + 1, last)) {
    for (let place = 0; place < records.length; place++) {
      const record = records[place]!
      const offset = firstOffset + place
      if (offset > learnt && offset <= until.intents) for (const intent of learning) intent.apply(record)
      const own = offset <= until.indexes ? indexesOf.get(record.type) : undefined
      if (own === undefined) continue
      known.upsert(record)
      for (const index of own) if (offset > index.reached) note(index, offset, record, known)
    }
    yield
  }
  for (const index of all) index.reach(until.indexes)
}

/**
 * Notes in an index that was opened what the log says of its documents since, without a look at what is before.
 *
 * @param state - as of where the index is to be; what it knows of a document is the same as before, but for what the records
 * since have said
 * @returns whether it could; what a document was in between cannot be told when two records in turn say different things of
 * it, and nothing is noted then
 * @remarks O(log since the index was saved).
 */
export function noteTail(index: SearchIndex, log: EventLog, state: FeatureState): boolean {
  const { documents } = index.spec
  const tail: { readonly offset: number; readonly record: EventRecord }[] = []
  /** By document: what its first change said. */
  const said = new Map<string, ReadonlySet<string>>()
  for (const { firstOffset, records } of log.read(index.reached + 1, state.offset)) {
    for (const [place, record] of records.entries()) {
      const attributes = record.type === documents ? changedAttributes(index, record) : undefined
      if (attributes === undefined) continue
      const id = String(record[documents])
      const first = said.get(id)
      if (first && ![...attributes].every((name) => first.has(name))) return false
      if (!first) said.set(id, attributes)
      tail.push({ offset: firstOffset + place, record })
    }
  }
  const { attributes } = state
  const known = new AttributeStore(log.schema)
  for (const { offset, record } of tail) {
    const id = String(record[documents])
    if (said.delete(id)) {
      const now = attributes.describe(documents, attributes.keys(documents).find(id))
      known.upsert({ ...now, id: '', type: documents, at: record.at, [documents]: id })
    }
    known.upsert(record)
    note(index, offset, record, known)
  }
  index.reach(state.offset)
  return true
}

/** What a record sets of what is indexed; undefined when the index does not look at it. */
function changedAttributes({ attributes }: SearchIndex, record: EventRecord): ReadonlySet<string> | undefined {
  const named = Object.keys(record).filter((name) => attributes.has(name))
  if (named.length === 0) return undefined
  return new Set(named.filter((name) => record[name] !== null && record[name] !== undefined))
}

function note(index: SearchIndex, offset: number, record: EventRecord, known: AttributeStore): void {
  const id = String(record[record.type])
  index.note(offset, id, record, known.describe(record.type, known.keys(record.type).find(id)))
}

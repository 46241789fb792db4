import { type Duration, durationMs, SluiceError } from '../foundation/index.ts'
import type { EventLog } from './event-log.ts'
import type { RewriteResult } from './rewrite-rule.ts'

/** Name under which the age of quarantined inputs is bounded. */
const QUARANTINE = '$quarantine'
/** Records that are looked at before others get a turn. */
const RECORDS_AT_ONCE = 8192

export interface CompactOptions {
  /**
   * How old records of a type may become, such as `{ impression: '90d', $decision: '30d', $quarantine: '7d' }`; types
   * that are not named stay for ever.
   */
  readonly retention?: Readonly<Record<string, Duration>>
  /** The time, for the log's history, in milliseconds since the Unix epoch. */
  readonly nowMs: number
}

/** What a compaction did. */
export interface CompactResult extends RewriteResult {
  /** The newest time of an event, from which ages are counted; 0 when the log has none. */
  readonly newestMs: number
}

/**
 * Removes records that are older than their type may become, and puts small neighbouring batches together. Every record
 * that is left keeps its offset.
 *
 * An age is counted from the newest `at` of the log's events, so that what is removed is a function of the log. Those of
 * `$quarantine` go by the time of receipt, counted from that or from the newest receipt, whichever is later.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when a type cannot be dropped: attributes of entities, or a name that the
 * schema does not know; and as {@link EventLog.rewrite}
 * @remarks O(bytes of the log) with a retention: a million records in some 3 s.
 */
export async function compact(log: EventLog, { retention = {}, nowMs }: CompactOptions): Promise<CompactResult> {
  for (const type of Object.keys(retention)) requireDroppable(log, type)
  const ages = new Map(Object.entries(retention).map(([type, age]) => [type, durationMs(age)]))
  const quarantineAge = ages.get(QUARANTINE)
  ages.delete(QUARANTINE)
  const { newestMs, oldestMs } = await timesOf(log)
  const newestReceiptMs = Math.max(newestMs, log.readQuarantine({ limit: 1 }).inputs[0]?.receivedAt ?? 0)
  const isOld = (type: string, at: number) => at < newestMs - (ages.get(type) ?? Number.POSITIVE_INFINITY)
  const isAnyOld = [...oldestMs].some(([type, at]) => isOld(type, at))
  const result = await log.rewrite({
    kind: ages.size === 0 && quarantineAge === undefined ? 'compaction' : 'retention',
    drops: ({ type, at }) => isOld(type, at),
    ...(isAnyOld ? {} : { touches: () => [] }),
    dropsQuarantined: ({ receivedAt }) => receivedAt < newestReceiptMs - (quarantineAge ?? Number.POSITIVE_INFINITY),
    at: nowMs,
  })
  return { ...result, newestMs }
}

function requireDroppable({ schema }: EventLog, type: string): void {
  if (type.startsWith('$') || Object.hasOwn(schema.events, type)) return
  const known = [...Object.keys(schema.events), '$decision', QUARANTINE].join(', ')
  const got = Object.hasOwn(schema.entities, type) ? `the entity ${type}, whose attributes have no age` : type
  throw new SluiceError('INVALID_ARGUMENT', `retention: expected types of events (${known}), got ${got}; leave it out`)
}

/** The newest time of an event, and the oldest of every type, without holding up the event loop. */
async function timesOf(log: EventLog): Promise<{ newestMs: number; oldestMs: ReadonlyMap<string, number> }> {
  const oldestMs = new Map<string, number>()
  let newestMs = 0
  let sinceTurn = 0
  for (const { records } of log.read()) {
    for (const { type, at } of records) {
      if (at > newestMs && !type.startsWith('$')) newestMs = at
      if (at < (oldestMs.get(type) ?? Number.POSITIVE_INFINITY)) oldestMs.set(type, at)
    }
    sinceTurn += records.length
    if (sinceTurn < RECORDS_AT_ONCE) continue
    sinceTurn = 0
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { newestMs, oldestMs }
}

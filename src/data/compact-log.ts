import { type Duration, durationMs, SluiceError } from '../foundation/index.ts'
import type { EventLog } from './event-log.ts'
import type { QuarantinedInput } from './quarantine.ts'
import type { RewriteResult } from './rewrite-rule.ts'

/** Name under which the age of quarantined inputs is bounded. */
const QUARANTINE = '$quarantine'
/** Below this share of batches that it would spare, putting them together is not worth another store. */
const WORTH_IT = 0.1
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
  /** The newest time of an event, from which ages were counted; 0 when the log has none, absent without a retention. */
  readonly newestMs?: number
}

/**
 * Removes records that are older than their type may become, and puts small neighbouring batches together. Every record
 * that is left keeps its offset. When nothing is too old, and less than a tenth of the batches would be spared, the
 * store stays as it is, and so does its generation.
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
  if (ages.size === 0) return (await rewriteIfWorthIt(log, nowMs)) ?? nothingDone(log)
  const { newestMs, oldestMs } = await timesOf(log)
  const isOld = (type: string, at: number) => at < newestMs - (ages.get(type) ?? Number.POSITIVE_INFINITY)
  const oldInputs = quarantineRule(log, newestMs, ages.get(QUARANTINE))
  const isAnyOld = [...oldestMs].some(([type, at]) => isOld(type, at))
  if (!isAnyOld && !oldInputs.isAny) return { ...((await rewriteIfWorthIt(log, nowMs)) ?? nothingDone(log)), newestMs }
  const result = await log.rewrite({
    kind: 'retention',
    drops: ({ type, at }) => isOld(type, at),
    ...(isAnyOld ? {} : { touches: () => [] }),
    dropsQuarantined: oldInputs.drops,
    at: nowMs,
  })
  return { ...result, newestMs }
}

/** Puts small batches together when that spares enough of them. */
async function rewriteIfWorthIt(log: EventLog, nowMs: number): Promise<RewriteResult | undefined> {
  const { batches, spare } = log.fragmentation()
  if (spare < batches * WORTH_IT) return undefined
  return log.rewrite({ kind: 'compaction', drops: () => false, touches: () => [], at: nowMs })
}

function nothingDone(log: EventLog): RewriteResult {
  const { batches, bytes } = log.fragmentation()
  return {
    removed: 0,
    byType: {},
    quarantineRemoved: 0,
    batchesBefore: batches,
    batchesAfter: batches,
    bytesBefore: bytes,
    bytesAfter: bytes,
  }
}

/** Which quarantined inputs are older than they may become, and whether there is one. */
function quarantineRule(
  log: EventLog,
  newestMs: number,
  age = Number.POSITIVE_INFINITY,
): { isAny: boolean; drops: (input: QuarantinedInput) => boolean } {
  const { inputs } = log.readQuarantine({ limit: Number.isFinite(age) ? Number.MAX_SAFE_INTEGER : 0 })
  const newestReceiptMs = inputs.reduce((newest, { receivedAt }) => Math.max(newest, receivedAt), newestMs)
  const drops = ({ receivedAt }: QuarantinedInput) => receivedAt < newestReceiptMs - age
  return { isAny: inputs.some(drops), drops }
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

// Does a decision see the event that was just acknowledged, and how soon? A server with 20 features takes 20,000 events a second;
// after every acknowledgement its sender asks for a page that names the offset. Time runs from the receipt of the
// acknowledgement to the moment at which the decision reads a state that has the offset, and to the whole answer.
// Sampled pages are explained: the count of the sender's events must be exact. Exit 1 when the 99th percentile is above
// 10 ms, a page is behind its offset, or a count is wrong.
//
//   node bench/read-your-writes.bench.ts [--rate 20000] [--batch 200] [--seconds 60] [--seed 1] [--json]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { randomFrom } from '../src/foundation/index.ts'
import { type Child, startChild } from '../src/serving/testing/child.ts'
import { FAULT_SYSTEM } from '../src/serving/testing/fault-application.ts'
import { HttpClient } from '../src/serving/testing/http-client.ts'
import { quantile } from './load/quantiles.ts'
import { printReport } from './load/report.ts'
import { microsNow } from './load/shared-clock.ts'
import type { ReadMoment, TimedServerMessage, TimedServerSettings } from './load/timed-server.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '20000' },
    batch: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const rate = Number(values.rate)
const batchSize = Number(values.batch)
const seconds = Number(values.seconds)
const seed = Number(values.seed)
const WARM_UP_S = 3
/** Senders that write and read what is theirs; each has one request under way at a time, or nearly so. */
const SENDERS = 500
const CANDIDATES = 50
/** One page in so many is explained. */
const EXPLAINED = 20
const REMEMBERED_MICROS = 50_000
const TARGET_MS = 10
/** How long answers may take at the end. */
const PATIENCE_MS = 60_000

/** One write and the page that had to see it. */
interface Probe {
  readonly decision: string
  readonly isWarm: boolean
  readonly acknowledgeMs: number
  readonly acknowledgedAt: number
  readonly answeredAt: number
  readonly offset: number
  readonly asOf: number
}

const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const settings: TimedServerSettings = { directory: join(directory, 'data'), seed }
const child = startChild<TimedServerMessage>(new URL('./load/timed-server.ts', import.meta.url), settings)
try {
  const { address } = await next(child, 'listening')
  const client = new HttpClient(address, 256)
  const { probes, counts, elapsedS } = await load(client)
  client.close()
  const answer = next(child, 'moments')
  child.process.send('moments')
  printReport('read-your-writes', figures(probes, (await answer).moments, counts, elapsedS), values.json)
} finally {
  child.process.kill('SIGKILL')
  await child.ended
  rmSync(directory, { recursive: true, force: true })
}

function next<Kind extends TimedServerMessage['kind']>(from: Child<TimedServerMessage>, kind: Kind) {
  type Wanted = Extract<TimedServerMessage, { kind: Kind }>
  return new Promise<Wanted>((resolve, reject) => {
    from.onMessage((message) => message.kind === kind && resolve(message as Wanted))
    from.ended.then(({ code, signal }) => reject(new Error(`the server ended with ${code ?? signal}`)))
  })
}

async function load(client: HttpClient) {
  const perSecond = rate / batchSize
  const probes: Probe[] = []
  const counts = { acknowledged: 0, explained: 0, wrongCounts: 0, failures: [] as string[] }
  const open: Promise<void>[] = []
  const started = performance.now()
  for (let index = 0; index < (seconds + WARM_UP_S) * perSecond; index++) {
    const wait = started + (index * 1000) / perSecond - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const isWarm = index >= WARM_UP_S * perSecond
    open.push(
      probe(client, index, isWarm, counts).then(
        (found) => void probes.push(found),
        (error: Error) => void counts.failures.push(error.message),
      ),
    )
  }
  const patience = new Promise((_, reject) => {
    setTimeout(() => reject(new Error('some requests have no answer')), PATIENCE_MS).unref()
  })
  await Promise.race([Promise.all(open), patience])
  return { probes, counts, elapsedS: (performance.now() - started) / 1000 - WARM_UP_S }
}

async function probe(
  client: HttpClient,
  index: number,
  isWarm: boolean,
  counts: { acknowledged: number; explained: number; wrongCounts: number },
): Promise<Probe> {
  const sentAt = microsNow()
  const events = await client.post('/v1/events', { events: batch(index) })
  const acknowledgedAt = microsNow()
  if (events.status !== 200) throw new Error(`events: ${events.status} ${events.body}`)
  const { accepted, offset } = JSON.parse(events.body) as { accepted: number; offset: number }
  if (accepted !== batchSize) throw new Error(`events: ${events.body}`)
  if (isWarm) counts.acknowledged += accepted
  const random = randomFrom(seed, 'candidates', index)
  const candidates = Array.from({ length: CANDIDATES }, () => `v${random.integer(400)}`)
  const request = { user: senderOf(index), limit: 10, candidates, atLeastOffset: offset }
  const page = await client.post(`/v1/systems/${FAULT_SYSTEM}/rank`, request)
  const answeredAt = microsNow()
  if (page.status !== 200) throw new Error(`rank: ${page.status} ${page.body}`)
  const { decision, asOf } = JSON.parse(page.body) as { decision: string; asOf: number }
  // A page that is no longer remembered would be made again from the log, which is work of another kind.
  if (index % EXPLAINED === 0 && answeredAt - acknowledgedAt < REMEMBERED_MICROS) {
    counts.explained++
    const seen = await countSeen(client, decision)
    if (seen !== Math.floor(index / SENDERS) + 1) counts.wrongCounts++
  }
  return { decision, isWarm, acknowledgeMs: (acknowledgedAt - sentAt) / 1000, acknowledgedAt, answeredAt, offset, asOf }
}

function senderOf(index: number): string {
  return `sender${index % SENDERS}`
}

/** A watch of the sender's own among those of others. */
function batch(index: number): object[] {
  const random = randomFrom(seed, 'batch', index)
  const at = Date.now()
  return Array.from({ length: batchSize }, (_, place) => {
    const user = place === 0 ? senderOf(index) : `u${random.integer(300)}`
    const about = { id: `r${index}-${place}`, at, user, video: `v${random.integer(400)}` }
    if (place === 0 || random.uniform() < 0.5) return { ...about, type: 'watch', seconds: random.integer(90) }
    return { ...about, type: 'impression', position: 1 + random.integer(10), decision: `r${index}` }
  })
}

/** The sender's watches of a week as the decision's rows had them. */
async function countSeen(client: HttpClient, decision: string): Promise<number> {
  const { status, body } = await client.get(`/v1/decisions/${decision}?explain=true`)
  if (status !== 200) throw new Error(`explain: ${status} ${body}`)
  const { items } = JSON.parse(body) as { items: { contributions?: { feature: string; value: number }[] }[] }
  return items[0]?.contributions?.find(({ feature }) => feature === 'userWatches.7d')?.value ?? Number.NaN
}

function figures(
  probes: readonly Probe[],
  moments: readonly ReadMoment[],
  counts: { acknowledged: number; explained: number; wrongCounts: number; failures: readonly string[] },
  elapsedS: number,
) {
  const read = new Map(moments.map(({ decision, micros }) => [decision, micros]))
  const warm = probes.filter(({ isWarm }) => isWarm)
  const visible = warm.map(
    ({ decision, acknowledgedAt }) => ((read.get(decision) ?? Number.NaN) - acknowledgedAt) / 1000,
  )
  const answered = warm.map(({ acknowledgedAt, answeredAt }) => (answeredAt - acknowledgedAt) / 1000)
  const acknowledged = warm.map(({ acknowledgeMs }) => acknowledgeMs)
  const behind = probes.filter(({ asOf, offset }) => asOf < offset).length
  const eventsPerSecond = counts.acknowledged / elapsedS
  const visibleMsP99 = quantile(visible, 0.99)
  const isKept = eventsPerSecond > rate * 0.98
  return {
    rate,
    batch: batchSize,
    seconds,
    eventsPerSecond,
    pages: warm.length,
    behindTheirOffset: behind,
    acknowledgeMsP50: quantile(acknowledged, 0.5),
    acknowledgeMsP99: quantile(acknowledged, 0.99),
    visibleMsP50: quantile(visible, 0.5),
    visibleMsP99,
    visibleMsMax: quantile(visible, 1),
    answerMsP50: quantile(answered, 0.5),
    answerMsP99: quantile(answered, 0.99),
    answerMsMax: quantile(answered, 1),
    explained: counts.explained,
    wrongCounts: counts.wrongCounts,
    failures: counts.failures.length,
    firstFailure: counts.failures[0],
    holds:
      visibleMsP99 <= TARGET_MS &&
      behind === 0 &&
      counts.explained > 0 &&
      counts.wrongCounts === 0 &&
      counts.failures.length === 0 &&
      isKept,
  }
}

// Half an hour of mixed load at a fixed number of keys: does the server's memory stay flat? Events (late, doubled and bad
// ones among them), pages, explanations, repeated and broken requests, and a second process that follows the log. The
// server's clock runs fast: thirty days pass, so that windows of a week are full after a third of the run. The line is
// laid through the last two thirds. Exit 1 when what the process allocated grows: when the 95 % interval of its slope lies
// above 0 and the slope above 1 % an hour.
//
//   node bench/soak.bench.ts [--minutes 30] [--rate 2000] [--pages 180] [--heap 600] [--collect] [--every 10] [--json]
//
// --heap is the initial old space in MB, as `npm start` and the installed command set it; 0 leaves it to Node. --collect
// collects garbage before every sample, to see what is held rather than what lies about.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DAY_MS } from '../src/foundation/index.ts'
import { type Child, startChild } from '../src/serving/testing/child.ts'
import { FAULT_SYSTEM } from '../src/serving/testing/fault-application.ts'
import { FaultStream } from '../src/serving/testing/fault-stream.ts'
import { HttpClient } from '../src/serving/testing/http-client.ts'
import type { LogFollowerMessage } from './load/log-follower.ts'
import { bytesBelow, type ResidentMemory, residentMemory } from './load/process-memory.ts'
import { quantile } from './load/quantiles.ts'
import { printReport } from './load/report.ts'
import type { ServerMemory, SoakServerMessage, SoakServerSettings } from './load/soak-server.ts'
import { trendLine } from './load/trend-line.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '2000' },
    pages: { type: 'string', default: '180' },
    heap: { type: 'string', default: '600' },
    every: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    collect: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.minutes) * 60
const rate = Number(values.rate)
const TICK_MS = 50
const SPAN_MS = 30 * DAY_MS
const KEYS = { users: 100, videos: 100 }
const HISTORY = 20_000
/** The ids of a tenth of the run are known, so that the table of ids is full before the line begins. */
const HORIZON = Math.ceil((seconds * rate) / 10)
const HOUR_S = 3_600
/** How long answers may take at the end. */
const PATIENCE_MS = 60_000
/** A page that was answered within this is still remembered by the server. */
const REMEMBERED_MS = 50
const SMALL_SHARE_AN_HOUR = 0.01

type Sample = { readonly second: number; readonly disk: number } & ResidentMemory & ServerMemory

const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const stepMs = SPAN_MS / (seconds * rate)
const settings: SoakServerSettings = {
  directory: join(directory, 'data'),
  seed: Number(values.seed),
  stepMs,
  ...KEYS,
  history: HISTORY,
  speed: SPAN_MS / (seconds * 1000),
  horizon: HORIZON,
  snapshotEvery: Math.ceil((seconds * rate) / 20),
}
const heap = Number(values.heap)
const flags = [...(heap > 0 ? [`--initial-old-space-size=${heap}`] : []), ...(values.collect ? ['--expose-gc'] : [])]
const server = startChild<SoakServerMessage>(new URL('./load/soak-server.ts', import.meta.url), settings, flags)
let follower: Child<LogFollowerMessage> | undefined
const samples: Sample[] = []
const counts = { events: 0, duplicates: 0, rejected: 0, pages: 0, degraded: 0, explained: 0, refused: 0, failures: 0 }
const pageMs: number[] = []
let followed: LogFollowerMessage = { records: 0, head: 0 }
let awaitedMemory: ((memory: ServerMemory) => void) | undefined
let firstFailure: string | undefined
let firstDecision: string | undefined
try {
  const address = await new Promise<string>((resolve, reject) => {
    server.onMessage((message) => {
      if (message.kind === 'listening') resolve(message.address)
      else awaitedMemory?.(message.memory)
    })
    server.ended.then(({ code, signal }) => reject(new Error(`the server ended with ${code ?? signal}`)))
  })
  follower = startChild(new URL('./load/log-follower.ts', import.meta.url), settings)
  follower.onMessage((message) => {
    followed = message
  })
  const client = new HttpClient(address, 128)
  await run(client)
  client.close()
  printReport('soak', figures(), values.json)
} finally {
  for (const child of [follower, server]) {
    child?.process.kill('SIGKILL')
    await child?.ended
  }
  rmSync(directory, { recursive: true, force: true })
}

async function run(client: HttpClient): Promise<void> {
  const stream = new FaultStream(settings.seed, stepMs, KEYS)
  const open = new Set<Promise<unknown>>()
  const started = performance.now()
  const start = (work: Promise<unknown>): void => {
    const done = work.catch((error: Error) => {
      counts.failures++
      firstFailure ??= error.message
    })
    open.add(done)
    void done.then(() => open.delete(done))
  }
  const ticks = Math.floor((seconds * 1000) / TICK_MS)
  const perTick = (rate * TICK_MS) / 1000
  const ticksPerSample = Math.round((Number(values.every) * 1000) / TICK_MS)
  let asked = 0
  for (let tick = 0; tick < ticks; tick++) {
    const wait = started + tick * TICK_MS - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const from = HISTORY + Math.floor(tick * perTick)
    start(append(client, stream.slice(from, HISTORY + Math.floor((tick + 1) * perTick))))
    for (; asked < ((tick + 1) * TICK_MS * Number(values.pages)) / 1000; asked++) start(page(client, asked))
    if (tick % 20 === 0) start(broken(client))
    if (tick % ticksPerSample === 0) start(sample((performance.now() - started) / 1000))
  }
  const patience = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`${open.size} requests have no answer`)), PATIENCE_MS).unref()
  })
  await Promise.race([Promise.all(open), patience])
}

async function append(client: HttpClient, events: readonly object[]): Promise<void> {
  const { status, body } = await client.post('/v1/events', { events })
  if (status !== 200) throw new Error(`events: ${status} ${body}`)
  const { accepted, duplicates, rejected } = JSON.parse(body) as { accepted: number; duplicates: number; rejected: [] }
  counts.events += accepted
  counts.duplicates += duplicates
  counts.rejected += rejected.length
}

/** A page; now and then its reasons, or the reasons of the very first page, which is made again from the log. */
async function page(client: HttpClient, number: number): Promise<void> {
  const begun = performance.now()
  // One in fifty asks as a stranger, of whom there are a thousand.
  const user = number % 50 === 0 ? `stranger${number % 50_000}` : `u${(number * 7919) % KEYS.users}`
  const { status, body } = await client.post(`/v1/systems/${FAULT_SYSTEM}/rank`, { user, limit: 10 })
  if (status !== 200) throw new Error(`rank: ${status} ${body}`)
  const elapsedMs = performance.now() - begun
  pageMs.push(elapsedMs)
  counts.pages++
  const { decision, degraded } = JSON.parse(body) as { decision: string; degraded: unknown[] }
  if (degraded.length > 0) counts.degraded++
  firstDecision ??= decision
  // What is no longer remembered is made again from the log, so that of old pages only the first is asked for.
  if (number % 10_000 === 5_000) await explain(client, firstDecision)
  else if (number % 50 === 0 && elapsedMs < REMEMBERED_MS) await explain(client, decision)
}

async function explain(client: HttpClient, decision: string): Promise<void> {
  const { status, body } = await client.get(`/v1/decisions/${decision}?explain=true`)
  if (status === 503) counts.refused++
  else if (status !== 200) throw new Error(`explain: ${status} ${body}`)
  else counts.explained++
}

/** What a careless client sends. */
async function broken(client: HttpClient): Promise<void> {
  const answers = await Promise.all([
    client.post('/v1/events', { evnets: [] }),
    client.post(`/v1/systems/${FAULT_SYSTEM}/rank`, { user: 7, limit: 'many' }),
    client.get('/v1/decisions/none'),
    client.get('/metrics'),
  ])
  const statuses = answers.map(({ status }) => status).join(' ')
  if (statuses === '400 400 503 200') counts.refused++
  else if (statuses !== '400 400 404 200') throw new Error(`broken requests were answered with ${statuses}`)
}

async function sample(second: number): Promise<void> {
  if (awaitedMemory !== undefined) throw new Error('memory: the server has not answered since the sample before')
  const memory = await new Promise<ServerMemory>((resolve) => {
    awaitedMemory = resolve
    server.process.send(values.collect ? 'collect' : 'memory')
  })
  awaitedMemory = undefined
  const resident = residentMemory(server.process.pid ?? 0)
  samples.push({ second, ...resident, ...memory, disk: bytesBelow(settings.directory) })
  const mb = (bytes: number) => Math.round(bytes / 1e6)
  const { anonymous, files } = resident
  process.stderr.write(
    `${Math.round(second)} s: anonymous ${mb(anonymous)} MB, files ${mb(files)}, heap ${mb(memory.heapUsed)}, buffers ${mb(memory.arrayBuffers)}, state ${mb(memory.state)}, disk ${mb(samples.at(-1)?.disk ?? 0)}, events ${counts.events}, pages ${counts.pages}\n`,
  )
}

function figures() {
  const late = samples.filter(({ second }) => second >= seconds / 3)
  const lines = (['resident', 'anonymous', 'files', 'heapUsed', 'arrayBuffers', 'state', 'disk'] as const).map(
    (name) => {
      const { mean, slope, standardError } = trendLine(
        late.map(({ second }) => second / HOUR_S),
        late.map((one) => one[name] / 1e6),
      )
      return [name, { meanMb: round(mean), mbAnHour: round(slope), standardError: round(standardError) }] as const
    },
  )
  const trends = Object.fromEntries(lines)
  const { meanMb = 0, mbAnHour = 0, standardError = 0 } = trends.anonymous ?? {}
  const isFlat = mbAnHour - 1.96 * standardError <= 0 || mbAnHour <= SMALL_SHARE_AN_HOUR * meanMb
  return {
    minutes: Number(values.minutes),
    rate,
    heapMb: heap,
    samples: samples.length,
    ...counts,
    firstFailure,
    pageMsP50: quantile(pageMs, 0.5),
    pageMsP99: quantile(pageMs, 0.99),
    followed: followed.records,
    ...trends,
    peakAnonymousMb: round(Math.max(...samples.map(({ anonymous }) => anonymous)) / 1e6),
    isFlat,
    holds: isFlat && counts.failures === 0,
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

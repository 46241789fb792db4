// The whole pipeline over a large catalogue: sources, 1,500 candidates, the light stage, 500 rows of boosted trees, a page
// of 30 with a determinantal goal, rules and two sponsored slots. Processor time a page and stage by stage, one page after
// the other; then pages over HTTP at a fixed rate of arrival with events coming in, where a request's time runs from the
// moment it was due; the re-ranking of 100 given items over HTTP, one after the other; resident memory of the server.
//
//   node bench/scale.bench.ts [--videos 1000000] [--users 1000000] [--events 5000000] [--rate 50] [--seconds 60]
//     [--arriving 300] [--pages 500] [--seed 1] [--dir D] [--json]
//
// With --dir what was built stays there, and is used again by a run of the same size.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Child, startChild } from '../src/serving/testing/child.ts'
import { HttpClient } from '../src/serving/testing/http-client.ts'
import { residentMemory } from './load/process-memory.ts'
import { quantile } from './load/quantiles.ts'
import { printReport } from './load/report.ts'
import { SCALE_SYSTEM } from './load/scale-application.ts'
import type { ScaleServerMessage, ScaleServerSettings } from './load/scale-server.ts'
import { ScaleWorld } from './load/scale-world.ts'

const { values } = parseArgs({
  options: {
    videos: { type: 'string', default: '1000000' },
    users: { type: 'string', default: '1000000' },
    events: { type: 'string', default: '5000000' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '60' },
    arriving: { type: 'string', default: '300' },
    pages: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    dir: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const [users, videos, events] = [Number(values.users), Number(values.videos), Number(values.events)]
const [rate, seconds, arriving] = [Number(values.rate), Number(values.seconds), Number(values.arriving)]
const seed = Number(values.seed)
const WARM_UP_S = 5
const RERANKS = 1_000
/** As `npm start` and the installed command set it. */
const SERVER_FLAGS = ['--initial-old-space-size=600', '--max-semi-space-size=8']
const BUILD_FLAGS = ['--max-old-space-size=8000']

const temporary = values.dir === undefined ? mkdtempSync(join(tmpdir(), 'sluice-bench-')) : undefined
const directory = values.dir ?? temporary ?? ''
const settings = { directory, users, videos, events, seed, pages: Number(values.pages) }
const world = new ScaleWorld({ users, videos, events, seed })
try {
  if (!existsSync(join(directory, 'models', SCALE_SYSTEM, 'champion.json'))) await build()
  const server = start('measure', SERVER_FLAGS)
  try {
    const measured = await next(server, 'measured')
    const { address } = await next(server, 'listening')
    const atRest = residentMemory(server.process.pid ?? 0)
    const client = new HttpClient(address, 128)
    const cpuBefore = await cpuOf(server)
    const load = await openLoop(client)
    const cpuMsOfLoad = (await cpuOf(server)) - cpuBefore
    const reranked = await rerankGiven(client)
    client.close()
    const { anonymous, resident } = residentMemory(server.process.pid ?? 0)
    const { whole, given } = measured
    const gigabytes = (bytes: number) => bytes / 1e9
    const figures = {
      ...{ users, videos, events, seed, rate, seconds, arriving },
      ...{
        openS: measured.openMs / 1000,
        whole,
        given,
        load,
        cpuMsOfLoadAPage: cpuMsOfLoad / (rate * (seconds + WARM_UP_S)),
      },
      reranked,
      stateGb: gigabytes(measured.stateBytes),
      anonymousGb: gigabytes(anonymous),
      residentGb: gigabytes(resident),
      anonymousAtRestGb: gigabytes(atRest.anonymous),
      command: `node bench/scale.bench.ts ${process.argv.slice(2).join(' ')}`,
    }
    const holds =
      whole.cpuMs <= 12 &&
      load.p99Ms <= 30 &&
      reranked.p50Ms <= 3 &&
      reranked.p99Ms <= 6 &&
      anonymous <= 4e9 &&
      load.failures === 0
    printReport('scale', { ...figures, holds }, values.json)
  } finally {
    server.process.kill('SIGKILL')
    await server.ended
  }
} finally {
  if (temporary) rmSync(temporary, { recursive: true, force: true })
}

async function build(): Promise<void> {
  const builder = start('build', BUILD_FLAGS)
  await next(builder, 'built')
  await builder.ended
}

function start(job: ScaleServerSettings['job'], flags: readonly string[]): Child<ScaleServerMessage> {
  const file = new URL('./load/scale-server.ts', import.meta.url)
  return startChild(file, { ...settings, job } satisfies ScaleServerSettings, flags)
}

/** The next message of a kind; rejects when the process ends before it. */
function next<Kind extends ScaleServerMessage['kind']>(
  child: Child<ScaleServerMessage>,
  kind: Kind,
): Promise<Extract<ScaleServerMessage, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    child.onMessage((message) => {
      if (message.kind === kind) resolve(message as Extract<ScaleServerMessage, { kind: Kind }>)
    })
    void child.ended.then(({ code, signal }) => reject(new Error(`the server ended with ${code ?? signal}`)))
  })
}

async function cpuOf(server: Child<ScaleServerMessage>): Promise<number> {
  const answer = next(server, 'cpu')
  server.process.send('cpu')
  return (await answer).cpuMs
}

async function openLoop(client: HttpClient) {
  const times: number[] = []
  const open: Promise<void>[] = []
  let [failures, degraded, sent] = [0, 0, 0]
  const started = performance.now()
  const total = (seconds + WARM_UP_S) * rate
  for (let index = 0; index < total; index++) {
    const due = started + (index * 1000) / rate
    const wait = due - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const page = client
      .post(`/v1/systems/${SCALE_SYSTEM}/rank`, { user: userOf(index), limit: 30 })
      .then(({ status, body }) => {
        if (status !== 200) failures++
        else if ((JSON.parse(body) as { degraded: unknown[] }).degraded.length > 0) degraded++
        if (index >= WARM_UP_S * rate) times.push(performance.now() - due)
      })
    open.push(page)
    const until = Math.floor(((index + 1) * arriving) / rate)
    if (until > sent) {
      const arrived = Array.from({ length: until - sent }, (_, place) => world.event(events + sent + place))
      open.push(
        client.post('/v1/events', { events: arrived }).then(({ status }) => {
          if (status !== 200) failures++
        }),
      )
      sent = until
    }
  }
  await Promise.all(open)
  return { ...quantiles(times), failures, degraded, events: sent }
}

async function rerankGiven(client: HttpClient) {
  const times: number[] = []
  for (let index = 0; index < RERANKS; index++) {
    const candidates = Array.from(
      { length: 100 },
      (_, place) => world.event((index * 7919 + place * 104_729) % events).video,
    )
    const begun = performance.now()
    const { status } = await client.post(`/v1/systems/${SCALE_SYSTEM}/rank`, {
      user: userOf(index),
      limit: 30,
      candidates,
    })
    if (status !== 200) throw new Error(`rank: ${status}`)
    times.push(performance.now() - begun)
  }
  return quantiles(times)
}

function userOf(index: number): string {
  return `u${world.personAt(((index * 7919) % 100_003) / 100_003)}`
}

function quantiles(times: readonly number[]) {
  return { p50Ms: quantile(times, 0.5), p95Ms: quantile(times, 0.95), p99Ms: quantile(times, 0.99) }
}

/**
 * Latency of a decision about a payment over HTTP at a fixed rate of arrival: the payment is appended durably, applied,
 * scored by 300 trees as of its own offset, explained, put to 100 rules, the lists and the costs, its decision logged
 * and its alert queued, before the answer. The server is a process of its own; a request's time runs from the moment
 * it was due, so that waiting counts. Payments are those of the fraud world that follow the history.
 *
 *     node bench/score.bench.ts [--rate 1000] [--seconds 20] [--trees 300] [--cards 1500] [--days 80] [--seed 1]
 *
 * Afterwards every decision is made again from the log and compared to the byte.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { latencyOf } from '../src/cli/demo/latency.ts'
import { DAY_MS } from '../src/foundation/index.ts'
import { openReader, replayDecisions } from '../src/serving/index.ts'
import { startChild } from '../src/serving/testing/child.ts'
import { createFraudWorld, generateFraudEvents } from '../src/systems/fraud/index.ts'
import { SYSTEM, scoreApplication } from './load/score-application.ts'
import type { ScoreServerMessage, ScoreServerSettings } from './load/score-server.ts'
import { postOf, SocketClient } from './load/socket-client.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
    trees: { type: 'string', default: '300' },
    cards: { type: 'string', default: '1500' },
    days: { type: 'string', default: '80' },
    seed: { type: 'string', default: '1' },
  },
})
const [rate, seconds, trees, cards, days, seed] = [
  values.rate,
  values.seconds,
  values.trees,
  values.cards,
  values.days,
  values.seed,
].map(Number) as [number, number, number, number, number, number]
const WARM_UP_S = 5
const SOCKETS = 64
/** As the command line starts: the heap has its size from the first day. */
const SERVER_FLAGS = ['--initial-old-space-size=600', '--max-semi-space-size=8']
const directory = mkdtempSync(join(tmpdir(), 'sluice-score-'))
try {
  process.stdout.write(`${JSON.stringify(await bench(), undefined, 2)}\n`)
} finally {
  rmSync(directory, { recursive: true, force: true })
}

async function bench() {
  const world = createFraudWorld({ seed, cards, days })
  const wanted = (seconds + WARM_UP_S) * rate
  const all = [...generateFraudEvents(world)].filter(({ type }) => type === 'payment')
  const payments = all.slice(-wanted)
  if (payments.length < wanted) throw new Error(`${wanted} payments are needed, the world has ${all.length}`)
  const liveFromMs = payments[0]!.at
  const settings: ScoreServerSettings = { directory: join(directory, 'data'), seed, cards, days, trees, liveFromMs }
  const child = startChild<ScoreServerMessage>(
    new URL('./load/score-server.ts', import.meta.url),
    settings,
    SERVER_FLAGS,
  )
  const messages: ScoreServerMessage[] = []
  let wake = () => {}
  child.onMessage((message) => {
    messages.push(message)
    wake()
  })
  const next = async (): Promise<ScoreServerMessage> => {
    while (messages.length === 0)
      await Promise.race([child.ended.then(gone), new Promise<void>((resolve) => (wake = resolve))])
    return messages.shift()!
  }
  const listening = await next()
  if (listening.kind !== 'listening') throw new Error('the server says something else first')
  const client = new SocketClient(listening.address, SOCKETS)
  const path = `/v1/systems/${SYSTEM}/score`
  const requests = payments.map((event) => postOf(listening.address, path, { event }))
  const load = await offer(client, requests)
  child.process.send('usage')
  const usage = await next()
  client.close()
  child.process.kill('SIGTERM')
  await child.ended
  const { address: _address, kind: _kind, ...size } = listening
  const { kind: _usage, ...used } = usage
  return {
    command: `node bench/score.bench.ts --rate ${rate} --seconds ${seconds} --trees ${trees} --cards ${cards} --days ${days} --seed ${seed}`,
    machine: { cpu: cpus()[0]?.model, cores: cpus().length },
    world: { cards, days, historyDays: (liveFromMs - world.options.startMs) / DAY_MS },
    ...size,
    rate,
    ...load,
    server: { ...used, cpuMsADecision: 'cpuMs' in used ? used.cpuMs / wanted : Number.NaN },
    replay: await replay(),
  }
}

function gone(): never {
  throw new Error('the server ended')
}

async function offer(client: SocketClient, requests: readonly Buffer[]) {
  const times: number[] = []
  const actions: Record<string, number> = {}
  let failures = 0
  let open = requests.length
  const started = performance.now()
  const used = process.cpuUsage()
  const answered = Promise.withResolvers<void>()
  for (const [index, request] of requests.entries()) {
    const due = started + (index * 1000) / rate
    // Timers are a millisecond coarse: what is due by now goes out together.
    while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1))
    client.send(request, (status, body) => {
      const action = /"action":"([a-z-]+)"/.exec(body)?.[1]
      if (status !== 200 || action === undefined) failures++
      else actions[action] = (actions[action] ?? 0) + 1
      if (index >= WARM_UP_S * rate) times.push(performance.now() - due)
      if (--open === 0) answered.resolve()
    })
  }
  await answered.promise
  const { user, system } = process.cpuUsage(used)
  const clientCpuMsARequest = (user + system) / 1000 / requests.length
  return {
    failures,
    actions,
    latency: latencyOf(times),
    tookS: (performance.now() - started) / 1000,
    clientCpuMsARequest,
  }
}

/** Every decision again, from the log alone. */
async function replay() {
  const application = scoreApplication(trees)
  const reader = openReader(application, { directory: join(directory, 'data'), clock: Date.now })
  try {
    const started = performance.now()
    const { decisions, different, vectors, bytes } = await replayDecisions(application, reader.log, reader.registry)
    return { decisions, different, vectors, bytes, seconds: (performance.now() - started) / 1000 }
  } finally {
    await reader.close()
  }
}

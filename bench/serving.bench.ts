// Latency of a page of 20 from 5,000 videos over HTTP at a fixed rate of arrival, with events coming in meanwhile.
// The server is a process of its own; a request's time runs from the moment it was due, so waiting counts.
//
//   node bench/serving.bench.ts [--rate 100] [--seconds 60] [--events 100]
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { latencyOf } from '../src/cli/demo/latency.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '60' },
    events: { type: 'string', default: '100' },
  },
})
const rate = Number(values.rate)
const seconds = Number(values.seconds)
const eventsPerSecond = Number(values.events)
const WARM_UP_S = 5
/** As `npm start` and the installed command run it. */
const HEAP = ['--initial-old-space-size=600', '--max-semi-space-size=8']

const cli = new URL('../src/cli/main.ts', import.meta.url).pathname
const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
try {
  await runCli(['demo', '--once', '--dir', directory, '--json'])
  const server = spawn(process.execPath, [...HEAP, cli, 'demo', '--dir', directory, '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const address = await addressOf(server.stderr)
  const report = await load(address)
  server.kill('SIGTERM')
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
} finally {
  agent.destroy()
  rmSync(directory, { recursive: true, force: true })
}

async function load(address: string) {
  const times: number[] = []
  const open: Promise<void>[] = []
  let failures = 0
  const started = performance.now()
  const total = (seconds + WARM_UP_S) * rate
  for (let index = 0; index < total; index++) {
    const due = started + (index * 1000) / rate
    const wait = due - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const user = `u${(index * 7919) % 2000}`
    const page = post(`${address}/v1/systems/home/rank`, { user, limit: 20 }).then((ok) => {
      if (!ok) failures++
      if (index >= WARM_UP_S * rate) times.push(performance.now() - due)
    })
    open.push(page)
    if (index % rate < eventsPerSecond)
      open.push(post(`${address}/v1/events`, { events: [watch(index, user)] }).then(() => undefined))
  }
  await Promise.all(open)
  return {
    processor: cpus()[0]?.model,
    cores: cpus().length,
    node: process.versions.node,
    rate,
    seconds,
    eventsPerSecond,
    failures,
    ...latencyOf(times),
  }
}

function watch(index: number, user: string) {
  // Within the world's last hour, which lies behind the server's clock.
  const at = Date.UTC(2025, 8, 14, 23) + index
  return { id: `bench-${index}`, type: 'watch', at, user, video: `v${(index * 31) % 4000}`, seconds: 60 }
}

function post(url: string, body: unknown): Promise<boolean> {
  const text = JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode === 200))
    })
    sent.on('error', reject).end(text)
  })
}

function runCli(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`sluice ${args[0]} ended with ${code}`))))
  })
}

function addressOf(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /console at (http:\/\/\S+)\/console/.exec(text)
      if (found?.[1]) resolve(found[1])
    })
    stream.on('end', () => reject(new Error(`the server ended: ${text}`)))
  })
}

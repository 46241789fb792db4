/*
 * The server of `soak.bench.ts`: the fault application as `sluice serve` runs one, but with a clock that runs faster, so
 * that windows of days fill and end within minutes. It tells its memory when asked.
 */
import { Monitor } from '../../src/monitoring/index.ts'
import { createServer, Engine } from '../../src/serving/index.ts'
import { settingsOfChild, tellParent } from '../../src/serving/testing/child.ts'
import { faultApplication } from '../../src/serving/testing/fault-application.ts'
import { FaultStream } from '../../src/serving/testing/fault-stream.ts'
import { learn } from './learn.ts'

export interface SoakServerSettings {
  readonly directory: string
  readonly seed: number
  readonly stepMs: number
  readonly users: number
  readonly videos: number
  /** Events of the stream that are taken in before it listens. */
  readonly history: number
  /** Milliseconds of its clock a millisecond. */
  readonly speed: number
  readonly horizon: number
  readonly snapshotEvery: number
}

/** Bytes of a process and of what it holds. */
export interface ServerMemory {
  readonly heapUsed: number
  readonly heapTotal: number
  readonly arrayBuffers: number
  readonly external: number
  readonly state: number
}

export type SoakServerMessage =
  | { readonly kind: 'listening'; readonly address: string }
  | { readonly kind: 'memory'; readonly memory: ServerMemory }

const settings = settingsOfChild<SoakServerSettings>()
const { directory, seed, stepMs, users, videos, history, speed, horizon, snapshotEvery } = settings
const stream = new FaultStream(seed, stepMs, { users, videos })
let startedAt = Number.NaN
const clock = (): number =>
  stream.nowAt(history) + (Number.isNaN(startedAt) ? 0 : Math.floor((performance.now() - startedAt) * speed))
const application = faultApplication()
const monitor = new Monitor(application)
const stopwatch = () => performance.now()
const deduplication = { events: horizon }
const engine = Engine.open(application, {
  directory,
  clock,
  stopwatch,
  observer: monitor,
  deduplication,
  snapshotEvery,
})
await learn(engine, stream, { events: history, seed })
const server = createServer(engine, {
  logLevel: 'silent',
  metrics: () => monitor.metricsText(),
  report: (system) => monitor.report().systems[system],
})
await engine.warmUp()
const address = await server.listen({ host: '127.0.0.1', port: 0 })
process.on('message', (what) => {
  if (what === 'collect') globalThis.gc?.()
  const { heapUsed, heapTotal, arrayBuffers, external } = process.memoryUsage()
  const memory = { heapUsed, heapTotal, arrayBuffers, external, state: engine.state.bytes() }
  tellParent({ kind: 'memory', memory } satisfies SoakServerMessage)
})
process.on('disconnect', () => process.exit())
startedAt = performance.now()
tellParent({ kind: 'listening', address } satisfies SoakServerMessage)

/*
 * A server over the fault application that notes, on the clock which all processes of a machine share, when the state
 * that a decision reads had what the decision asked for. For `read-your-writes.bench.ts`, which starts it.
 */
import { Monitor } from '../../src/monitoring/index.ts'
import { createServer, Engine } from '../../src/serving/index.ts'
import { settingsOfChild, tellParent } from '../../src/serving/testing/child.ts'
import { faultApplication } from '../../src/serving/testing/fault-application.ts'
import { FaultStream } from '../../src/serving/testing/fault-stream.ts'
import { learn } from './learn.ts'
import { microsNow } from './shared-clock.ts'

export interface TimedServerSettings {
  readonly directory: string
  readonly seed: number
}

/** When a decision began to read the state, in microseconds of the shared clock. */
export interface ReadMoment {
  readonly decision: string
  readonly micros: number
}

export type TimedServerMessage =
  | { readonly kind: 'listening'; readonly address: string }
  | { readonly kind: 'moments'; readonly moments: readonly ReadMoment[] }

const HISTORY = 20_000
const STEP_MS = 30_000

const { directory, seed } = settingsOfChild<TimedServerSettings>()
const application = faultApplication('common')
const begun: number[] = []
let moments: ReadMoment[] = []

/** The monitor of every server, which also notes when pages read the state. */
class TimedMonitor extends Monitor {
  override stage(...[system, stage, ms]: Parameters<Monitor['stage']>): void {
    // A page of named candidates is made in one go, so that stages and decisions come in the same order.
    if (stage === 'retrieval') begun.push(microsNow() - ms * 1000)
    super.stage(system, stage, ms)
  }

  override decided(...[live, trace, decision]: Parameters<Monitor['decided']>): void {
    moments.push({ decision: decision.id, micros: begun.shift() ?? Number.NaN })
    super.decided(live, trace, decision)
  }
}

const monitor = new TimedMonitor(application)
const stopwatch = () => performance.now()
const engine = Engine.open(application, { directory, clock: Date.now, stopwatch, observer: monitor })
await learn(engine, new FaultStream(seed, STEP_MS), { events: HISTORY, seed })
const server = createServer(engine, { logLevel: 'silent', metrics: () => monitor.metricsText() })
await engine.warmUp()
const address = await server.listen({ host: '127.0.0.1', port: 0 })
process.on('message', (what) => {
  if (what !== 'moments') return
  tellParent({ kind: 'moments', moments } satisfies TimedServerMessage)
  moments = []
})
process.on('disconnect', () => process.exit())
tellParent({ kind: 'listening', address } satisfies TimedServerMessage)

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DAY_MS } from '../../foundation/index.ts'
import { Monitor } from '../../monitoring/index.ts'
import { Engine, replayDecisions } from '../../serving/index.ts'
import { createVideoWorld, findApplication, type VideoWorld } from '../../systems/index.ts'
import { printResult, say, WorkFailed, withProgress } from '../output.ts'
import type { SharedOptions } from '../shared-options.ts'
import { type RunningServer, startServer, untilSignal } from '../start-server.ts'
import { askPages } from './ask-pages.ts'
import { demoText, type Served } from './demo-text.ts'
import { worthToPeople } from './page-worth.ts'
import { type Prepared, prepareDemo } from './prepare-demo.ts'

export interface DemoOptions extends SharedOptions {
  readonly once: boolean
  readonly port: number
  readonly users: number
  readonly videos: number
  readonly days: number
}

/** The system that the demo is about. */
const SYSTEM = 'home'
const REQUESTS = 2_000
const REPLAYED = 1_000

/** Runs the demo in a data directory: the whole of it, or only the serving when a model is there already. */
export async function runDemo(directory: string, options: DemoOptions): Promise<void> {
  const { seed, users, videos, days } = options
  const application = findApplication('video')
  const isPrepared = !options.once && existsSync(join(directory, 'models', SYSTEM, 'champion.json'))
  const world = createVideoWorld({ seed, users, videos, days })
  // The world's days are over; the engine lives on from their end.
  const startedMs = Date.now()
  const clock = () => world.options.startMs + days * DAY_MS + Date.now() - startedMs
  const monitor = new Monitor(application)
  const engine = Engine.open(application, { directory, clock, stopwatch: () => performance.now(), observer: monitor })
  let server: RunningServer | undefined
  try {
    const prepared = isPrepared ? undefined : await prepareDemo(engine, SYSTEM, world, seed)
    server = await startServer(engine, monitor, {
      host: '127.0.0.1',
      port: options.once ? 0 : options.port,
      logLevel: 'warn',
    })
    if (prepared) {
      const report = { ...prepared, ...(await measure(engine, server.address, world, clock(), seed)) }
      printResult(options.json, report, () => demoText(report))
      if (options.once) requireQuality(report)
    }
    if (!options.once) {
      say(`\nconsole at ${server.address}/console/ (data in ${directory}; Ctrl-C ends)`)
      await untilSignal()
    }
  } finally {
    await (server ?? engine).close()
  }
}

/** A report that ends the demo fails it when what it reports does not hold; otherwise people look for themselves. */
function requireQuality({ training, replay: { decisions, different } }: Prepared & Served): void {
  if (!training.promoted) throw new WorkFailed(`not promoted: ${training.gate.reasons.join('; ')}`)
  if (different > 0) throw new WorkFailed(`${different} of ${decisions} decisions differ`)
}

async function measure(
  engine: Engine,
  address: string,
  world: VideoWorld,
  atMs: number,
  seed: number,
): Promise<Served> {
  const pageLatency = await askPages(address, SYSTEM, { requests: REQUESTS, users: world.options.users, seed })
  const worth = await worthToPeople(engine, SYSTEM, world, { atMs, seed })
  return { pageLatency, ...worth, replay: await replay(engine) }
}

async function replay(engine: Engine) {
  await engine.decisionsLogged()
  const { decisions, different } = await withProgress('replaying', (onProgress) =>
    replayDecisions(engine.application, engine.log, engine.registry, { limit: REPLAYED, onProgress }),
  )
  return { decisions, different }
}

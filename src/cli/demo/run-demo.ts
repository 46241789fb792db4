import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Monitor } from '../../monitoring/index.ts'
import { Engine, replayDecisions } from '../../serving/index.ts'
import { printResult, say, WorkFailed, withProgress } from '../output.ts'
import { type RunningServer, startServer, untilSignal } from '../start-server.ts'
import type { Demo, DemoOptions, ServedDemo } from './demo.ts'
import type { AnyTraining, DemoReport, MadeAgain, Measured } from './demo-report.ts'
import { prepareDemo } from './prepare-demo.ts'

/** Decisions that are made again from the log, at most. */
const REPLAYED = 1_000

/** Runs a demo in a data directory: the whole of it, or only the serving when a model is there already. */
export async function runDemo<Training extends AnyTraining, Own extends Measured>(
  demo: Demo<Training, Own>,
  directory: string,
  options: DemoOptions,
): Promise<void> {
  const { application, system } = demo
  const { seed } = options
  const isPrepared = !options.once && existsSync(join(directory, 'models', system, 'champion.json'))
  // The world's days are over; the engine lives on from their end.
  const startedMs = Date.now()
  const clock = () => demo.endMs + Date.now() - startedMs
  const monitor = new Monitor(application)
  const engine = Engine.open(application, { directory, clock, stopwatch: () => performance.now(), observer: monitor })
  let server: RunningServer | undefined
  try {
    const prepared = isPrepared ? undefined : await prepareDemo(engine, demo, seed)
    server = await startServer(engine, monitor, {
      dir: directory,
      host: '127.0.0.1',
      port: options.once ? 0 : options.port,
      logLevel: 'warn',
      clock,
    })
    const served = (): ServedDemo => ({ engine, address: server?.address ?? '', atMs: clock(), seed })
    if (prepared) {
      const report = { ...prepared, ...(await demo.measure(served())), replay: await replay(engine) }
      printResult(options.json, report, () => demo.text(report))
      if (options.once) requireQuality(report)
    }
    if (!options.once) {
      say(`\nconsole at ${server.address}/console/ (data in ${directory}; Ctrl-C ends)`)
      if (demo.commands) say(demo.commands(served()))
      await untilSignal()
    }
  } finally {
    await (server ?? engine).close()
  }
}

/** A report that ends the demo fails it when what it reports does not hold; otherwise people look for themselves. */
function requireQuality(report: Pick<DemoReport<AnyTraining, Measured>, 'training' | 'replay' | 'again'>): void {
  const { training, replay: replayed, again } = report
  if (!training.promoted) throw new WorkFailed(`not promoted: ${training.gate.reasons.join('; ')}`)
  for (const { decisions, different } of again ? [again, replayed] : [replayed]) {
    if (different > 0) throw new WorkFailed(`${different} of ${decisions} decisions differ`)
  }
}

async function replay(engine: Engine): Promise<MadeAgain> {
  await engine.decisionsLogged()
  const { decisions, different } = await withProgress('replaying', (onProgress) =>
    replayDecisions(engine.application, engine.log, engine.registry, { limit: REPLAYED, onProgress }),
  )
  return { decisions, different }
}

import { cpus, totalmem } from 'node:os'
import type { Engine } from '../../serving/index.ts'
import { withProgress } from '../output.ts'
import { packageVersion } from '../package-version.ts'
import type { Demo } from './demo.ts'
import type { AnyTraining, Measured, Preparation, Prepared } from './demo-report.ts'

const BATCH = 5_000

/** Fills the log with the world's events, as a client would send them, and learns from it. */
export async function prepareDemo<Training extends AnyTraining, Own extends Measured>(
  engine: Engine,
  demo: Demo<Training, Own>,
  seed: number,
): Promise<Prepared<Training>> {
  const events = demo.events()
  const imported = await importEvents(engine, events)
  const { training, judgement } = await train(engine, demo, seed)
  engine.reloadModels()
  const preparation: Preparation = {
    version: packageVersion(),
    seed,
    machine: machine(),
    world: { ...demo.size, events: events.length },
    import: imported,
    training,
  }
  return { ...preparation, ...judgement }
}

function machine(): Preparation['machine'] {
  const [first] = cpus()
  const memoryGiB = Math.round(totalmem() / 2 ** 30)
  return { processor: first?.model ?? 'unknown', cores: cpus().length, memoryGiB, node: process.versions.node }
}

async function importEvents(engine: Engine, events: readonly unknown[]): Promise<Preparation['import']> {
  const started = performance.now()
  await withProgress('importing', async (update) => {
    for (let first = 0; first < events.length; first += BATCH) {
      await engine.accept(events.slice(first, first + BATCH), { source: 'demo' })
      update(first, events.length)
    }
  })
  const seconds = (performance.now() - started) / 1000
  return {
    events: events.length,
    seconds,
    eventsPerSecond: Math.round(events.length / seconds),
    offset: engine.log.head,
  }
}

async function train<Training extends AnyTraining, Own extends Measured>(
  engine: Engine,
  { learn, system }: Demo<Training, Own>,
  seed: number,
) {
  const started = performance.now()
  const result = await withProgress('training', (update) =>
    learn(engine.application, system, engine.log, engine.registry, {
      seed,
      codeVersion: packageVersion(),
      nowMs: Date.now(),
      onProgress: ({ done, total }) => update(done, total),
    }),
  )
  const judgement: Training['judgement'] = result.judgement
  return { training: trainingReport(result, (performance.now() - started) / 1000), judgement }
}

function trainingReport({ version, examples, gate, promoted }: AnyTraining, seconds: number): Preparation['training'] {
  return { seconds, version: version.version, modelHash: version.modelHash, examples, gate, promoted }
}

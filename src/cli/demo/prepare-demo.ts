import { cpus, totalmem } from 'node:os'
import type { Engine } from '../../serving/index.ts'
import { generateVideoEvents, type VideoWorld } from '../../systems/index.ts'
import { type TrainingResult, trainSystem } from '../../training/index.ts'
import { withProgress } from '../output.ts'
import { packageVersion } from '../package-version.ts'

const BATCH = 5_000

/** What came of filling and learning; the first half of the demo's report. */
export type Prepared = Awaited<ReturnType<typeof prepareDemo>>

/** Fills the log with the world's events, as a client would send them, and learns from it. */
export async function prepareDemo(engine: Engine, system: string, world: VideoWorld, seed: number) {
  const events = [...generateVideoEvents(world)]
  const imported = await importEvents(engine, events)
  const trained = await train(engine, system, seed)
  engine.reloadModels()
  const { users, videos, days } = world.options
  return {
    version: packageVersion(),
    seed,
    machine: machine(),
    world: { users, videos, days, events: events.length },
    import: imported,
    ...trained,
  }
}

function machine() {
  const [first] = cpus()
  const memoryGiB = Math.round(totalmem() / 2 ** 30)
  return { processor: first?.model ?? 'unknown', cores: cpus().length, memoryGiB, node: process.versions.node }
}

async function importEvents(engine: Engine, events: readonly unknown[]) {
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

async function train(engine: Engine, system: string, seed: number) {
  const started = performance.now()
  const result = await withProgress('training', (update) =>
    trainSystem(engine.application, system, engine.log, engine.registry, {
      seed,
      codeVersion: packageVersion(),
      nowMs: Date.now(),
      onProgress: ({ done, total }) => update(done, total),
    }),
  )
  return { training: trainingReport(result, (performance.now() - started) / 1000), ...result.judgement }
}

function trainingReport({ version, examples, gate, promoted }: TrainingResult, seconds: number) {
  return { seconds, version: version.version, modelHash: version.modelHash, examples, gate, promoted }
}

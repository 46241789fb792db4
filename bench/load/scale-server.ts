/*
 * The server of `scale.bench.ts`: builds the world and its models into a directory, or measures over one and then
 * answers over HTTP.
 */
import { randomFrom } from '../../src/foundation/index.ts'
import { Monitor } from '../../src/monitoring/index.ts'
import { createServer, Engine } from '../../src/serving/index.ts'
import { settingsOfChild, tellParent } from '../../src/serving/testing/child.ts'
import { quantile } from './quantiles.ts'
import { SCALE_SYSTEM, scaleApplication } from './scale-application.ts'
import { learnScale } from './scale-models.ts'
import { ScaleWorld } from './scale-world.ts'

export interface ScaleServerSettings {
  readonly directory: string
  readonly users: number
  readonly videos: number
  readonly events: number
  readonly seed: number
  readonly job: 'build' | 'measure'
  /** Pages that are measured one after the other. */
  readonly pages: number
}

/** Milliseconds of processor time a page: all threads of the process, collection of garbage included. */
export interface PageCost {
  readonly pages: number
  readonly cpuMs: number
  readonly stagesMs: Readonly<Record<string, number>>
  readonly wallP50Ms: number
  readonly wallP99Ms: number
  /** Means of the funnel. */
  readonly candidates: number
  readonly scored: number
  readonly page: number
  readonly found: Readonly<Record<string, number>>
}

export type ScaleServerMessage =
  | { readonly kind: 'built' }
  | {
      readonly kind: 'measured'
      readonly openMs: number
      readonly whole: PageCost
      readonly given: PageCost
      readonly stateBytes: number
    }
  | { readonly kind: 'listening'; readonly address: string }
  | { readonly kind: 'cpu'; readonly cpuMs: number }

const settings = settingsOfChild<ScaleServerSettings>()
const { directory, job, seed } = settings
const world = new ScaleWorld(settings)
let started = Number.NaN
const clock = (): number => world.endMs + (Number.isNaN(started) ? 0 : Math.floor(performance.now() - started))
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const stages = new Map<string, number>()
let isCounting = false
const monitor = new Monitor(scaleApplication)
const observer = {
  opened: monitor.opened.bind(monitor),
  stage(system: string, stage: Parameters<Monitor['stage']>[1], ms: number): void {
    if (isCounting) stages.set(stage, (stages.get(stage) ?? 0) + ms)
    monitor.stage(system, stage, ms)
  },
  decided: monitor.decided.bind(monitor),
  applied: monitor.applied.bind(monitor),
  appended: monitor.appended.bind(monitor),
  erased: monitor.erased.bind(monitor),
}
const opening = performance.now()
const engine = Engine.open(scaleApplication, {
  directory,
  clock,
  // While pages are measured one by one the stages are told in processor time, so that other work does not count.
  stopwatch: () => (isCounting ? cpuMs() : performance.now()),
  observer,
  // Packing a state of this size holds requests up; a snapshot is written at the end of the build alone.
  snapshotEvery: Number.POSITIVE_INFINITY,
  // Ids are known for an hour of arrivals; the default of four million would be a tenth of the memory.
  deduplication: { events: 1_000_000 },
})
const openMs = performance.now() - opening
if (job === 'build') await build()
else await measure()

async function build(): Promise<void> {
  const begun = performance.now()
  const BATCH = 10_000
  for (let from = engine.log.head; from < world.size; from += BATCH) {
    const { rejected } = await engine.accept(world.slice(from, from + BATCH))
    if (rejected.length > 0) throw new Error(`an event was rejected: ${JSON.stringify(rejected[0])}`)
    if ((from / BATCH) % 50 === 0)
      process.stderr.write(`${from} of ${world.size} records, ${Math.round((performance.now() - begun) / 1000)} s\n`)
  }
  const { artifacts, columnNames } = learnScale(engine, world, settings)
  const live = engine.live(SCALE_SYSTEM)
  const { featureHash, systemHash } = live
  const head = engine.log.head
  const version = engine.registry.register(
    {
      ...{
        system: SCALE_SYSTEM,
        offsets: { from: 1, until: head },
        splits: { retrievalUntil: head, rankerUntil: head },
      },
      ...{ seed, featureHash, systemHash, columnNames, codeVersion: 'bench', serves: 'ranker', metrics: {} },
    },
    artifacts,
    world.endMs,
  )
  engine.registry.promote(SCALE_SYSTEM, version.version)
  await engine.close()
  tellParent({ kind: 'built' } satisfies ScaleServerMessage)
}

async function measure(): Promise<void> {
  await engine.warmUp()
  const random = randomFrom(seed, 'pages')
  const user = () => `u${world.personAt(random.uniform())}`
  const whole = await cost(() => ({ subject: user(), limit: 30 }))
  const given = await cost(() => ({
    subject: user(),
    limit: 30,
    candidates: Array.from({ length: 100 }, () => world.event(random.integer(settings.events)).video as string),
  }))
  tellParent({ kind: 'measured', openMs, whole, given, stateBytes: engine.state.bytes() } satisfies ScaleServerMessage)
  started = performance.now()
  const server = createServer(engine, { logLevel: 'silent', metrics: () => monitor.metricsText() })
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  process.on('message', () => tellParent({ kind: 'cpu', cpuMs: cpuMs() } satisfies ScaleServerMessage))
  process.on('disconnect', () => process.exit())
  tellParent({ kind: 'listening', address } satisfies ScaleServerMessage)
}

async function cost(request: () => { subject: string; limit: number; candidates?: string[] }): Promise<PageCost> {
  for (let index = 0; index < 100; index++) await engine.rank(SCALE_SYSTEM, request())
  await engine.decisionsLogged()
  stages.clear()
  const wall: number[] = []
  const found: Record<string, number> = {}
  const sum = { candidates: 0, scored: 0, page: 0 }
  const { pages } = settings
  const begun = cpuMs()
  for (let index = 0; index < pages; index++) {
    const at = performance.now()
    await engine.rank(SCALE_SYSTEM, request())
    wall.push(performance.now() - at)
  }
  await engine.decisionsLogged()
  const total = (cpuMs() - begun) / pages
  // As many more for the stages: to ask for processor time costs some, and sources ask too.
  isCounting = true
  for (let index = 0; index < pages; index++) {
    const { funnel, degraded } = await engine.rank(SCALE_SYSTEM, request())
    if (degraded.length > 0) throw new Error(`a page was degraded: ${degraded.join(', ')}`)
    for (const [name, count] of Object.entries(funnel.found)) found[name] = (found[name] ?? 0) + count / pages
    sum.candidates += funnel.candidates / pages
    sum.scored += funnel.scored / pages
    sum.page += funnel.page / pages
  }
  isCounting = false
  await engine.decisionsLogged()
  return {
    ...{ pages, cpuMs: total, ...sum, found },
    stagesMs: Object.fromEntries([...stages].map(([name, ms]) => [name, ms / pages])),
    wallP50Ms: quantile(wall, 0.5),
    wallP99Ms: quantile(wall, 0.99),
  }
}

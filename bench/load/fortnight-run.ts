import type { EventRecord } from '../../src/data/index.ts'
import { DAY_MS, manualClock } from '../../src/foundation/index.ts'
import { Engine } from '../../src/serving/index.ts'
import type { VideoWorld } from '../../src/systems/index.ts'
import { RecordQueue } from '../../src/systems/record-queue.ts'
import { legacyPolicy } from '../../src/systems/video/world/legacy-policy.ts'
import { trainSystem } from '../../src/training/index.ts'
import { type FortnightPolicy, HOME } from './fortnight-policies.ts'

/** One page that somebody opened during the fortnight, and what came of it. */
export interface OpenedPage {
  readonly user: string
  readonly at: number
  readonly videos: readonly string[]
  /** How many of them were there for exploration. */
  readonly explored: number
  readonly watched: readonly { readonly video: string; readonly seconds: number }[]
}

/** What a policy did in a world. */
export interface Fortnight {
  readonly pages: readonly OpenedPage[]
  /** Trainings, and those whose model was promoted. */
  readonly trained: number
  readonly promoted: number
  readonly rankMs: number
  readonly trainMs: number
}

export interface FortnightOptions {
  readonly directory: string
  readonly seed: number
  /** Days of the world's legacy policy before the first page that counts. */
  readonly warmUpDays: number
  readonly pageSize: number
  /** People whose held-out pages are judged after a training. */
  readonly maxAnswers: number
}

/**
 * A closed loop: the world's people open pages, the engine answers, they respond, and what they do is in the log before
 * the next page is opened. Every midnight a policy that learns is trained on all of the log, and serves what passes its
 * gate. The same world, policy and seed give the same pages.
 */
export async function runFortnight(
  world: VideoWorld,
  policy: FortnightPolicy,
  options: FortnightOptions,
): Promise<Fortnight> {
  const { startMs } = world.options
  const clock = manualClock(startMs)
  const engine = Engine.open(policy.application, { directory: options.directory, clock })
  const run = new Run(engine, world, options)
  world.restart()
  run.expect(world.catalogue())
  const begins = startMs + options.warmUpDays * DAY_MS
  let midnight = begins
  for (const session of world.sessions()) {
    while (session.at >= midnight && midnight >= begins) {
      await run.takeUntil(midnight)
      clock.set(midnight)
      if (policy.learns) await run.train(midnight)
      midnight += DAY_MS
    }
    await run.takeUntil(session.at)
    clock.set(session.at)
    await run.open(session, session.at >= begins)
  }
  await engine.close()
  return run.result()
}

type Session = Parameters<VideoWorld['respond']>[0]

class Run {
  readonly #engine: Engine
  readonly #world: VideoWorld
  readonly #options: FortnightOptions
  readonly #queue = new RecordQueue<EventRecord>()
  readonly #legacy: ReturnType<typeof legacyPolicy>
  readonly #pages: OpenedPage[] = []
  #trained = 0
  #promoted = 0
  #rankMs = 0
  #trainMs = 0

  constructor(engine: Engine, world: VideoWorld, options: FortnightOptions) {
    this.#engine = engine
    this.#world = world
    this.#options = options
    this.#legacy = legacyPolicy(world.options)
  }

  expect(records: Iterable<EventRecord>): void {
    for (const record of records) this.#queue.push(record)
  }

  /** Everything that happened by a moment goes to the log. */
  async takeUntil(untilMs: number): Promise<void> {
    const records: EventRecord[] = []
    for (let record = this.#queue.popUntil(untilMs); record; record = this.#queue.popUntil(untilMs)) {
      this.#legacy.observe(record)
      records.push(record)
    }
    if (records.length > 0) await this.#engine.accept(records)
  }

  async train(nowMs: number): Promise<void> {
    const started = performance.now()
    const { seed, maxAnswers } = this.#options
    const { log, registry, application } = this.#engine
    const options = { seed, codeVersion: 'fortnight', nowMs, maxAnswers }
    const { promoted } = await trainSystem(application, HOME, log, registry, options)
    this.#engine.reloadModels()
    this.#trained++
    if (promoted) this.#promoted++
    this.#trainMs += performance.now() - started
  }

  /** A page is opened and responded to; before the fortnight by the world's legacy policy. */
  async open(session: Session, counts: boolean): Promise<void> {
    const page = counts ? await this.#rank(session) : { ...this.#legacyPage(session), explored: 0 }
    const records = this.#world.respond(session, page.page, page.decision)
    this.expect(records)
    if (!counts) return
    const watched = records.flatMap(({ type, video, seconds }) =>
      type === 'watch' ? [{ video: String(video), seconds: Number(seconds) }] : [],
    )
    const videos = page.page.map(({ video }) => video)
    this.#pages.push({ user: session.user, at: session.at, videos, explored: page.explored, watched })
  }

  async #rank({ user }: Session) {
    const started = performance.now()
    const { id, items } = await this.#engine.rank(HOME, { subject: user, limit: this.#options.pageSize })
    this.#rankMs += performance.now() - started
    const page = items.map((item) => ({ video: item.id, position: item.position }))
    return { decision: id, page, explored: items.filter((item) => item.explored).length }
  }

  #legacyPage(session: Session) {
    const { user, number, page } = session
    return { decision: `legacy-${user}-${number}-${page}`, page: this.#legacy.page(session) }
  }

  result(): Fortnight {
    return {
      pages: this.#pages,
      trained: this.#trained,
      promoted: this.#promoted,
      rankMs: this.#rankMs,
      trainMs: this.#trainMs,
    }
  }
}

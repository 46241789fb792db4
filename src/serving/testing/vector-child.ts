/*
 * The process that serves in a skew run: takes the stream into an engine, serves rows in between and writes down what it
 * served, until it is done or killed. `skew-run.ts` starts and kills it.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RequestFrame } from '../../features/index.ts'
import { type Random, randomFrom } from '../../foundation/index.ts'
import { trainSystem } from '../../training/index.ts'
import { Engine } from '../engine.ts'
import { settingsOfChild, tellParent } from './child.ts'
import { FAULT_SYSTEM, faultApplication } from './fault-application.ts'
import { FaultStream, LARGEST_BATCH, type SentEvent, skewed, USERS, VIDEOS } from './fault-stream.ts'
import { VectorFileWriter } from './vector-file.ts'

/** What the process is to do. */
export interface VectorChildSettings {
  readonly directory: string
  readonly vectorFile: string
  readonly seed: number
  readonly stepMs: number
  /** Where in the stream to go on. */
  readonly from: number
  /** Rows to serve before it ends. */
  readonly vectors: number
  readonly vectorsPerEvent: number
  /** A snapshot is written about once in so many events. */
  readonly eventsPerSnapshot: number
  /** The system is trained and promoted once the stream is here. */
  readonly trainAt: number
}

/** What it says. */
export type VectorChildMessage =
  | { readonly kind: 'opened'; readonly hadSnapshot: boolean; readonly refused: string | undefined }
  | {
      readonly kind: 'served'
      /** Everything before it is acknowledged. */
      readonly next: number
      readonly vectors: number
      readonly duplicates: number
      readonly rejected: number
    }
  | { readonly kind: 'done' }

const ITEMS = 50
/** One page in so many requests is answered as a whole and logged as a decision. */
const REQUESTS_PER_PAGE = 10

const settings = settingsOfChild<VectorChildSettings>()
const { directory, seed, vectorsPerEvent } = settings
const stream = new FaultStream(seed, settings.stepMs)
let nowMs = stream.nowAt(settings.from)
const hadSnapshot = existsSync(join(directory, 'state.snapshot'))
const engine = Engine.open(faultApplication(), { directory, clock: () => nowMs })
const file = new VectorFileWriter(settings.vectorFile)
const frame = new RequestFrame(engine.state.schema)
let served = 0
let requests = 0

tellParent({ kind: 'opened', hadSnapshot, refused: engine.snapshotRefused })
let next = settings.from
let owed = 0
while (served < settings.vectors) {
  const random = randomFrom(seed, 'serve', next)
  const to = next + 1 + random.integer(LARGEST_BATCH)
  nowMs = stream.nowAt(to)
  const { duplicates, rejected } = await engine.accept(stream.slice(next, to))
  await keepUp(next, to)
  owed += (to - next) * vectorsPerEvent
  for (; owed >= ITEMS && served < settings.vectors; owed -= ITEMS) {
    await serve(random, stream.eventAt(to - 1))
  }
  next = to
  tellParent({ kind: 'served', next, vectors: served, duplicates, rejected: rejected.length })
}
await engine.decisionsLogged()
await engine.close()
file.close()
tellParent({ kind: 'done' })
process.disconnect()

/** Trains at its time, and writes a snapshot now and then: what an operator's timers do. */
async function keepUp(from: number, to: number): Promise<void> {
  if (to >= settings.trainAt && engine.registry.champion(FAULT_SYSTEM) === undefined) {
    const options = { seed, codeVersion: 'fault-run', nowMs, force: true, maxAnswers: 50 }
    await trainSystem(engine.application, FAULT_SYSTEM, engine.log, engine.registry, options)
    engine.reloadModels()
  }
  const { eventsPerSnapshot } = settings
  if (Math.floor(from / eventsPerSnapshot) !== Math.floor(to / eventsPerSnapshot)) engine.saveSnapshot()
}

/** Half of the requests are about what was written a moment ago. */
async function serve(random: Random, newest: SentEvent): Promise<void> {
  const live = engine.live(FAULT_SYSTEM)
  const isRecent = random.uniform() < 0.5
  const user = (isRecent ? numberIn(newest.user) : undefined) ?? skewed(USERS + 5, random)
  const videos = Int32Array.from({ length: ITEMS }, () => random.integer(VIDEOS))
  videos[0] = (isRecent ? numberIn(newest.video) : undefined) ?? 0
  const { attributes, offset } = engine.state
  const items = videos.map((video) => attributes.keys('video').find(`v${video}`))
  const isKnown = items.every((item) => item >= 0)
  if (!isKnown) return
  const subject = attributes.keys('user').find(`u${user}`)
  const at = requestMoment(random.uniform())
  const rows = new Float64Array(ITEMS * live.rows.width)
  frame.bind('video', -1).bind('user', subject).at = at
  live.rows.fill(frame, subject, items, rows)
  const version = Number(live.version?.version.slice(1) ?? 0)
  file.append({ offset, at, version, user, videos, width: live.rows.width, rows })
  served += ITEMS
  if (++requests % REQUESTS_PER_PAGE === 0) await engine.rank(FAULT_SYSTEM, { subject: `u${user}`, limit: 10 })
}

function numberIn(key: unknown): number | undefined {
  return typeof key === 'string' ? Number(key.slice(1)) : undefined
}

/** Mostly the clock's moment; else a whole minute, where many events and so the ends of their windows lie. */
function requestMoment(chance: number): number {
  return chance < 0.7 ? nowMs : nowMs - (nowMs % 60_000)
}

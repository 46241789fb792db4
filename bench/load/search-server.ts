/*
 * A process over a search application, for benches that start it: it measures how long it takes to its first answer and how
 * long a save of the index holds the event loop, or serves until it is killed.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, Engine } from '../../src/serving/index.ts'
import { settingsOfChild, tellParent } from '../../src/serving/testing/child.ts'
import { findApplication } from '../../src/systems/index.ts'
import { smallSearchService } from '../../src/testing/index.ts'

export interface SearchServerSettings {
  readonly directory: string
  readonly job: 'first answer' | 'close' | 'serve'
  /** What the clock shows. */
  readonly nowMs: number
  readonly snapshotEvery?: number
}

export type SearchServerMessage =
  | { readonly kind: 'listening'; readonly address: string }
  | ({ readonly kind: 'answered' } & FirstAnswer)
  | ({ readonly kind: 'closed' } & ClosedServer)

/** From the start of the process, in milliseconds of the clock and of processor time. */
export interface FirstAnswer {
  readonly openWallMs: number
  readonly openCpuMs: number
  readonly wallMs: number
  readonly cpuMs: number
  readonly total: number
  readonly refused: readonly string[]
}

/** What it was to save the index. */
export interface ClosedServer {
  readonly wallMs: number
  /** Processor time of the thread between two turns of the event loop, at most. */
  readonly longestTurnMs: number
  readonly residentBefore: number
  readonly residentMost: number
}

const { directory, job, nowMs, snapshotEvery } = settingsOfChild<SearchServerSettings>()
const clock = () => nowMs
const stopwatch = () => performance.now()
const settings = { directory, clock, stopwatch, ...(snapshotEvery === undefined ? {} : { snapshotEvery }) }

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

if (job === 'serve') await serve()
else await measure()

async function serve(): Promise<void> {
  const engine = Engine.open(smallSearchService(), settings)
  const server = createServer(engine, { logLevel: 'silent' })
  await engine.warmUp()
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  tellParent({ kind: 'listening', address } satisfies SearchServerMessage)
}

async function measure(): Promise<void> {
  const from = { cpu: cpuMs(), wall: performance.now() }
  const engine = Engine.open(findApplication('search'), settings)
  const opened = { openWallMs: performance.now() - from.wall, openCpuMs: cpuMs() - from.cpu }
  const { total } = await engine.search('shop', { query: 'red shoes' })
  const answered = { wallMs: performance.now(), cpuMs: cpuMs(), total }
  const refused = [...engine.searching.indexesRefused.values()]
  tellParent({ kind: 'answered', ...opened, ...answered, refused } satisfies SearchServerMessage)
  if (job === 'first answer') process.exit()
  // What an engine does once, such as learning the ids of its log, is none of a save.
  await engine.searching.freeze()
  await engine.warmUp()
  await engine.accept([])
  await engine.decisionsLogged()
  const started = performance.now()
  const residentBefore = process.memoryUsage.rss()
  const turns = { longestTurnMs: 0, residentMost: residentBefore, isOver: false }
  const watching = watchTurns(turns)
  engine.searching.thaw()
  // The manifest comes last.
  const manifest = join(directory, 'search-shop.snapshot', 'manifest.json')
  while (!existsSync(manifest)) await new Promise((resolve) => setImmediate(resolve))
  turns.isOver = true
  await watching
  const { longestTurnMs, residentMost } = turns
  const wallMs = performance.now() - started
  tellParent({ kind: 'closed', wallMs, longestTurnMs, residentBefore, residentMost } satisfies SearchServerMessage)
  await engine.close()
}

/** Looks after every turn of the event loop. */
async function watchTurns(turns: { longestTurnMs: number; residentMost: number; isOver: boolean }): Promise<void> {
  for (let before = threadMs(); !turns.isOver; ) {
    await new Promise((resolve) => setImmediate(resolve))
    const now = threadMs()
    turns.longestTurnMs = Math.max(turns.longestTurnMs, now - before)
    turns.residentMost = Math.max(turns.residentMost, process.memoryUsage.rss())
    before = threadMs()
  }
}

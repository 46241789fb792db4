import { join } from 'node:path'
import { FeatureRows, RequestFrame } from '../../features/index.ts'
import { DAY_MS, type Random, randomFrom } from '../../foundation/index.ts'
import { openReader } from '../reader.ts'
import { startChild } from './child.ts'
import { FAULT_SYSTEM, faultApplication } from './fault-application.ts'
import { HttpClient } from './http-client.ts'
import type { ServerChildMessage, ServerChildSettings } from './server-child.ts'

export interface KillRunOptions {
  /** An empty folder. */
  readonly directory: string
  readonly kills: number
  readonly seed: number
  /** Callers that append at the same time. */
  readonly clients?: number
  /** A server lives at most so long after it begins to listen. */
  readonly longestLifeMs?: number
  readonly onProgress?: (text: string) => void
}

export interface KillRunReport {
  readonly kills: number
  readonly sent: number
  readonly acknowledged: number
  /** Acknowledged events that the log does not hold. */
  readonly lost: number
  /** Events that stand in the log more than once. */
  readonly twice: number
  /** Records of the log that nobody sent so. */
  readonly foreign: number
  /** Sent and never acknowledged; how many of them the log holds. */
  readonly unacknowledged: number
  readonly unacknowledgedKept: number
  /** Events that were sent again because their answer never came. */
  readonly resent: number
  readonly duplicatesAcknowledged: number
  /** Batches of the log whose checksum was verified. */
  readonly batches: number
  readonly offset: number
  /** Users whose count in the state was compared with what they sent, and those that differ. */
  readonly countsCompared: number
  readonly countsDifferent: number
}

const NOW_MS = Date.UTC(2026, 0, 10)
const USERS = 50
const VIDEOS = 40
const LARGEST_BATCH = 40
const SNAPSHOT_EVERY_MS = 150
const SHORTEST_LIFE_MS = 40
/** The share of kills that come while a server starts, or soon after. */
const KILLED_AT_START = 0.2
const LONGEST_START_MS = 800

interface Sent {
  readonly user: number
  readonly text: Readonly<Record<string, unknown>>
}

/** What the callers know, together. */
class Ledger {
  readonly sent = new Map<string, Sent>()
  readonly acknowledged = new Set<string>()
  /** Batches that broke off with their server, to be sent again. */
  readonly pending: string[][] = []
  resent = 0
  duplicates = 0
  #next = 0

  /** Ids to send now: a batch that broke off, or new ones, a few that are acknowledged already among them. */
  batch(random: Random): string[] {
    const broken = this.pending.pop()
    if (broken) {
      this.resent += broken.length
      return broken
    }
    const ids = Array.from({ length: 1 + random.integer(LARGEST_BATCH) }, () => this.#create(random))
    if (this.#next > 100 && random.uniform() < 0.1) ids.push(`k${random.integer(this.#next - 50)}`)
    return ids
  }

  #create(random: Random): string {
    const id = `k${this.#next++}`
    const user = random.integer(USERS)
    const at = NOW_MS - random.integer(5 * DAY_MS)
    const text = { id, type: 'watch', at, user: `u${user}`, video: `v${random.integer(VIDEOS)}`, seconds: 40 }
    this.sent.set(id, { user, text })
    return id
  }
}

/**
 * Callers append to a server over HTTP and keep what was acknowledged, while the server is killed again and again;
 * afterwards the log is read and the state compared with what the callers know.
 *
 * @remarks About a second a kill.
 */
export async function runKills(options: KillRunOptions): Promise<KillRunReport> {
  const { directory, kills, seed, clients = 8, longestLifeMs = 1_000, onProgress } = options
  const settings: ServerChildSettings = {
    directory: join(directory, 'data'),
    nowMs: NOW_MS,
    snapshotEveryMs: SNAPSHOT_EVERY_MS,
  }
  const ledger = new Ledger()
  for (let kill = 0; kill < kills; kill++) {
    const random = randomFrom(seed, 'life', kill)
    const lifeMs = SHORTEST_LIFE_MS + random.uniform() * (longestLifeMs - SHORTEST_LIFE_MS)
    await oneLife(settings, ledger, { lifeMs, clients, random })
    onProgress?.(`${kill + 1} kills, ${ledger.sent.size} events sent, ${ledger.acknowledged.size} acknowledged`)
  }
  return judge(settings.directory, ledger, kills)
}

/** A server from its start to its kill, under load. */
async function oneLife(
  settings: ServerChildSettings,
  ledger: Ledger,
  { lifeMs, clients, random }: { lifeMs: number; clients: number; random: Random },
): Promise<void> {
  const child = startChild<ServerChildMessage>(new URL('./server-child.ts', import.meta.url), settings)
  if (random.uniform() < KILLED_AT_START) {
    setTimeout(() => child.process.kill('SIGKILL'), random.uniform() * LONGEST_START_MS)
  }
  const listening = new Promise<string>((resolve) => child.onMessage(({ address }) => resolve(address)))
  const address = await Promise.race([listening, child.ended.then(requireKilled)])
  if (address === undefined) return
  const client = new HttpClient(address, clients + 1)
  const work = [
    ...Array.from({ length: clients }, (_, number) =>
      appendUntilBroken(client, ledger, randomFrom(random.integer(2 ** 31), 'client', number)),
    ),
    rankUntilBroken(client),
  ]
  setTimeout(() => child.process.kill('SIGKILL'), lifeMs)
  requireKilled(await child.ended)
  await Promise.all(work)
  client.close()
}

function requireKilled({ code, signal }: { code: number | null; signal: string | null }): undefined {
  if (signal !== 'SIGKILL') throw new Error(`the server ended by itself with ${code ?? signal}`)
}

async function appendUntilBroken(client: HttpClient, ledger: Ledger, random: Random): Promise<void> {
  for (;;) {
    const ids = ledger.batch(random)
    const events = ids.map((id) => ledger.sent.get(id)?.text)
    try {
      const { status, body } = await client.post('/v1/events', { events })
      if (status !== 200) throw new Error(`an append was answered with ${status}: ${body}`)
      const { accepted, duplicates } = JSON.parse(body) as { accepted: number; duplicates: number }
      if (accepted + duplicates !== ids.length) throw new Error(`${ids.length} events were answered with ${body}`)
      ledger.duplicates += duplicates
      for (const id of ids) ledger.acknowledged.add(id)
    } catch (error) {
      if (!isBroken(error)) throw error
      // Most callers send again what was not answered; some give up, and may never know.
      if (random.uniform() < 0.7) ledger.pending.push(ids)
      return
    }
  }
}

/** Decisions stand between the events of a log, as in service. */
async function rankUntilBroken(client: HttpClient): Promise<void> {
  try {
    for (let turn = 0; ; turn++) await client.post(`/v1/systems/${FAULT_SYSTEM}/rank`, { user: `u${turn % USERS}` })
  } catch (error) {
    if (!isBroken(error)) throw error
  }
}

function isBroken(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException
  return ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code ?? '') || message === 'the answer was cut'
}

async function judge(directory: string, ledger: Ledger, kills: number): Promise<KillRunReport> {
  const reader = openReader(faultApplication(), { directory, clock: () => NOW_MS })
  try {
    const times = new Map<string, number>()
    let foreign = 0
    let batches = 0
    for (const { records } of reader.log.read()) {
      batches++
      for (const { id, type, ...rest } of records) {
        if (type.startsWith('$')) continue
        times.set(id, (times.get(id) ?? 0) + 1)
        const sent = ledger.sent.get(id)?.text
        if (sent?.at !== rest.at || sent.user !== rest.user || sent.video !== rest.video) foreign++
      }
    }
    const { sent, acknowledged } = ledger
    return {
      kills,
      sent: sent.size,
      acknowledged: acknowledged.size,
      lost: [...acknowledged].filter((id) => !times.has(id)).length,
      twice: [...times.values()].filter((count) => count > 1).length,
      foreign,
      unacknowledged: sent.size - acknowledged.size,
      unacknowledgedKept: [...times.keys()].filter((id) => !acknowledged.has(id)).length,
      resent: ledger.resent,
      duplicatesAcknowledged: ledger.duplicates,
      batches,
      offset: reader.log.head,
      ...compareCounts(
        reader,
        [...times.keys()].map((id) => sent.get(id)?.user ?? -1),
      ),
    }
  } finally {
    await reader.close()
  }
}

/** The state's count of every user, from the snapshot that was left and the tail, beside a plain count. */
function compareCounts(reader: ReturnType<typeof openReader>, users: readonly number[]) {
  const { features } = faultApplication()
  const state = reader.state()
  const rows = new FeatureRows(features, state, 'video')
  const column = features.columnNames.indexOf('userWatches.7d')
  const out = new Float64Array(rows.width)
  const frame = new RequestFrame(state.schema)
  frame.at = NOW_MS
  let countsDifferent = 0
  for (let user = 0; user < USERS; user++) {
    frame.bind('user', state.attributes.keys('user').find(`u${user}`))
    rows.fill(frame, [-1], out)
    if (out[column] !== users.filter((number) => number === user).length) countsDifferent++
  }
  return { countsCompared: USERS, countsDifferent }
}

/*
 * Erasing one person from the built-in video application: node bench/erasure.bench.ts [number of events] [--no-twin]
 *
 * The log, a snapshot, decisions and quarantined inputs name the person. The engine erases them while pages are asked
 * for; every file is then searched by code of the bench's own, and a model trained on what is left is compared with
 * that of a twin who never knew them.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY_MS, type Random, randomFrom, SECOND_MS } from '../src/foundation/index.ts'
import { Engine, type ErasureReceipt } from '../src/serving/index.ts'
import { findApplication } from '../src/systems/index.ts'
import { trainSystem } from '../src/training/index.ts'

const TARGET_SECONDS = 10
const EVENTS = Number(process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? 1_000_000)
const WITH_TWIN = !process.argv.includes('--no-twin')
const SEED = 7
const USERS = 20_000
const VIDEOS = 5_000
const PAGE = 10
/** Between two pages that are asked for while the erasure runs. */
const PAUSE_MS = 100
const START_MS = Date.UTC(2026, 0, 1)
/** Somebody whose name does not occur by chance. */
const PERSON = 'person-7f3a91c4'
const GENRES = ['sea', 'sky', 'land', 'city', 'night', 'food', 'music', 'sport']
const application = findApplication('video')
const nowMs = START_MS + 30 * DAY_MS
const clock = () => nowMs

type BenchEvent = Readonly<Record<string, unknown>> & { readonly id: string; readonly user?: string }

/** Everybody and everything is described, then pages are shown and partly watched; in order of time. */
function* benchEvents(): Generator<BenchEvent> {
  const random = randomFrom(SEED, 'erasure')
  let count = 0
  for (const event of described(random)) {
    yield event
    count++
  }
  const pages = Math.ceil((EVENTS - count) / (PAGE * 1.35))
  for (let page = 0; count < EVENTS; page++) {
    const at = START_MS + DAY_MS + Math.floor((page / pages) * 28 * DAY_MS)
    // The person comes by now and then, and has some hundred events in the end.
    const user = page % Math.max(1, Math.floor(pages / 35)) === 11 ? PERSON : `u${random.integer(USERS)}`
    for (const event of pageOf(random, { page, at, user })) {
      if (count++ < EVENTS) yield event
    }
  }
}

function* described(random: Random): Generator<BenchEvent> {
  for (let index = 0; index < VIDEOS; index++) {
    yield {
      id: `video-${index}`,
      type: 'video',
      at: START_MS,
      video: `v${index}`,
      title: `Video ${index}`,
      genres: [GENRES[index % GENRES.length]],
      language: index % 3 === 0 ? 'de' : 'en',
      creator: `c${index % 400}`,
      durationSeconds: 60 + random.integer(600),
      publishedAt: START_MS - random.integer(30) * DAY_MS,
    }
  }
  for (let index = -1; index < USERS; index++) {
    const user = index < 0 ? PERSON : `u${index}`
    const [country, device] = index % 2 === 0 ? ['de', 'phone'] : ['fr', 'tv']
    yield { id: `user-${index}`, type: 'user', at: START_MS, user, country, device, birthYear: 1960 + (index & 31) }
  }
}

function* pageOf(
  random: Random,
  { page, at, user }: { page: number; at: number; user: string },
): Generator<BenchEvent> {
  const decision = `page-${page}`
  for (let place = 0; place < PAGE; place++) {
    // Squaring makes some videos popular.
    const video = `v${Math.floor(random.uniform() ** 2 * VIDEOS)}`
    const id = `${page}-${place}`
    yield { id: `i-${id}`, type: 'impression', at, user, video, position: place + 1, decision }
    const taste = (Number(video.slice(1)) + user.length + Number(user.at(-1)) || 0) % GENRES.length
    if (random.uniform() < (taste < 2 ? 0.7 : 0.25)) {
      const seconds = 5 + random.integer(120)
      yield { id: `w-${id}`, type: 'watch', at: at + place * SECOND_MS, user, video, seconds, decision }
    }
  }
}

async function fill(directory: string, wants: (event: BenchEvent) => boolean): Promise<Engine> {
  const engine = Engine.open(application, { directory, clock, stopwatch: () => performance.now() })
  let chunk: BenchEvent[] = []
  const send = async () => {
    const { rejected } = await engine.accept(chunk)
    if (rejected[0]) throw new Error(rejected[0].message)
    chunk = []
  }
  for (const event of benchEvents()) {
    if (wants(event)) chunk.push(event)
    if (chunk.length === 5_000) await send()
  }
  await send()
  return engine
}

async function timed<Result>(
  what: string,
  work: () => Promise<Result> | Result,
): Promise<{ result: Result; seconds: number }> {
  const started = performance.now()
  const result = await work()
  const seconds = (performance.now() - started) / 1000
  if (what !== '') say(what, `${seconds.toFixed(2)} s`)
  return { result, seconds }
}

function say(what: string, figure: string): void {
  console.log(`${what.padEnd(58)} ${figure}`)
}

/** How often the name stands in the files of a directory: another search than the engine's. */
function occurrences(directory: string): number {
  let found = 0
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    // To close LMDB's lock table would drop this process's locks on it; it holds process numbers alone.
    if (!entry.isFile() || entry.name === 'lock.mdb') continue
    const bytes = readFileSync(join(entry.parentPath, entry.name))
    for (let at = bytes.indexOf(PERSON); at >= 0; at = bytes.indexOf(PERSON, at + 1)) found++
  }
  return found
}

/** Asks for pages of others until the erasure is done; how long each took, in milliseconds. */
async function pagesDuring(engine: Engine, erasing: Promise<unknown>): Promise<number[]> {
  const isDone = { now: false }
  const end = erasing.finally(() => {
    isDone.now = true
  })
  const times: number[] = []
  while (!isDone.now) {
    const started = performance.now()
    await engine.rank('home', { subject: `u${times.length % USERS}` })
    times.push(performance.now() - started)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  await end
  return times.sort((a, b) => a - b)
}

/** Notes how long a step of the log takes when the engine calls it. */
function watchLog(engine: Engine): { seconds: number } {
  const { log } = engine
  const watch = { seconds: 0 }
  const erase = log.eraseSubject.bind(log)
  log.eraseSubject = async (subject) => {
    const { result, seconds } = await timed('', () => erase(subject))
    watch.seconds = seconds
    return result
  }
  return watch
}

async function train(engine: Engine) {
  const options = { seed: 1, codeVersion: 'bench', nowMs, force: true }
  const { version } = await trainSystem(application, 'home', engine.log, engine.registry, options)
  return version
}

async function erase(directory: string): Promise<Engine> {
  const { result: engine } = await timed(`import of ${EVENTS.toLocaleString('en')} events`, () =>
    fill(directory, () => true),
  )
  const bad = Array.from({ length: 20 }, (_, index) => ({ id: `bad-${index}`, type: 'watch', at: nowMs, user: PERSON }))
  await engine.accept(bad)
  for (let index = 0; index < 300; index++) {
    await engine.rank('home', { subject: index % 20 === 0 ? PERSON : `u${index}` })
  }
  await engine.decisionsLogged()
  await timed('snapshot', () => engine.saveSnapshot())
  say('occurrences of the name before', `${occurrences(directory)}`)
  const log = watchLog(engine)
  const memory = process.memoryUsage().rss
  const cpu = process.cpuUsage()
  let receipt: ErasureReceipt | undefined
  const { result: pages, seconds } = await timed('', () =>
    pagesDuring(
      engine,
      engine.eraseSubject({ entity: 'user', id: PERSON }).then((written) => {
        receipt = written
      }),
    ),
  )
  const { user, system } = process.cpuUsage(cpu)
  if (!receipt) throw new Error('no receipt')
  const scan = await timed('', () => occurrences(directory))
  const { records, quarantine, scan: own } = receipt
  say('erased', `${JSON.stringify(records)}, ${quarantine} quarantined`)
  say(`the whole erasure (target ${TARGET_SECONDS} s)`, `${seconds.toFixed(2)} s, load ${loadavg()[0]?.toFixed(1)}`)
  say('  processor time of it, pages included', `${((user + system) / 1e6).toFixed(2)} s`)
  say('  of it the log, written anew', `${log.seconds.toFixed(2)} s`)
  say('  of it the state, made again, and the search', `${(seconds - log.seconds).toFixed(2)} s`)
  say('  a search by the bench, for comparison', `${scan.seconds.toFixed(2)} s`)
  say('pages meanwhile: number, median, slowest', `${pages.length}, ${at(pages, 0.5)} ms, ${at(pages, 1)} ms`)
  say('resident memory before and after', `${megabytes(memory)}, ${megabytes(process.memoryUsage().rss)} MB`)
  say('occurrences of the name after, by the engine and the bench', `${own.occurrences}, ${scan.result}`)
  if (seconds > TARGET_SECONDS || own.occurrences + scan.result > 0) process.exitCode = 1
  return engine
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(1)
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-erasure-'))
try {
  const engine = await erase(join(folder, 'one'))
  if (WITH_TWIN) {
    const { result: mine } = await timed('training on what is left', () => train(engine))
    await engine.close()
    const twin = await fill(join(folder, 'twin'), ({ user }) => user !== PERSON)
    const { result: twins } = await timed('training of the twin', () => train(twin))
    await twin.close()
    const isEqual = mine.modelHash === twins.modelHash
    say('model hash, and that of the twin', `${mine.modelHash.slice(0, 16)}, ${twins.modelHash.slice(0, 16)}`)
    if (!isEqual) process.exitCode = 1
    say('equal', String(isEqual))
  } else await engine.close()
} finally {
  rmSync(folder, { recursive: true })
}

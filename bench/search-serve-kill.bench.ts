/*
 * A server over a search system is killed again and again while callers list, change and remove products and search; it saves
 * its index all the while. After every kill an engine opens a copy of the directory with the saved index and another without:
 * nothing acknowledged may be missing from the log, and the answers of both, explained, must be the same to the bit. In the
 * end both indexes, put together, must have the same bytes.
 *
 *   node bench/search-serve-kill.bench.ts [--kills 40] [--clients 4] [--life 1500] [--seed 1] [--json]
 */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { requireSearchSystem } from '../src/application/index.ts'
import { derivedFolder } from '../src/data/index.ts'
import { type Random, randomFrom } from '../src/foundation/index.ts'
import { saveTextIndex, TextIndexFolder } from '../src/retrieval/index.ts'
import { Engine, openReader } from '../src/serving/index.ts'
import { startChild } from '../src/serving/testing/child.ts'
import { HttpClient } from '../src/serving/testing/http-client.ts'
import { SMALL_SEARCH_START_MS, smallSearchService } from '../src/testing/index.ts'
import { printReport } from './load/report.ts'
import type { SearchServerMessage, SearchServerSettings } from './load/search-server.ts'

const PRODUCTS = 2_000
const LARGEST_BATCH = 40
const SAVED_EVERY = 150
const SHORTEST_LIFE_MS = 200
/** The share of kills that come while a server starts. */
const KILLED_AT_START = 0.2
const QUERIES = ['w1 w2', '"w3 w1"', 'w50 w60 -w2', 'w9 price:2..5', 'w200 w1', 'maker1']

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '40' },
    clients: { type: 'string', default: '4' },
    life: { type: 'string', default: '1500' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const nowMs = SMALL_SEARCH_START_MS
const application = smallSearchService()
const root = mkdtempSync(join(tmpdir(), 'sluice-search-kill-'))
const directory = join(root, 'data')

const acknowledged = new Set<string>()
let sent = 0

function eventAt(random: Random): object {
  const words = (count: number) =>
    Array.from({ length: count }, () => `w${Math.floor(400 ** random.uniform())}`).join(' ')
  const kind = random.uniform()
  const listed = { title: words(1 + random.integer(5)), description: words(random.integer(20)) }
  const attributes =
    kind < 0.1
      ? { removed: random.uniform() < 0.5 }
      : kind < 0.4
        ? { price: random.integer(9) }
        : { ...listed, brand: `maker${random.integer(9)}` }
  return { id: `e${sent++}`, type: 'product', at: nowMs, product: `p${random.integer(PRODUCTS)}`, ...attributes }
}

async function appendUntilKilled(client: HttpClient, random: Random): Promise<void> {
  try {
    for (;;) {
      const events = Array.from({ length: 1 + random.integer(LARGEST_BATCH) }, () => eventAt(random))
      const { status } = await client.post('/v1/events', { events })
      if (status !== 200) continue
      for (const event of events) acknowledged.add((event as { id: string }).id)
    }
  } catch {
    // The server is gone; what was not answered may be in the log or not.
  }
}

async function searchUntilKilled(client: HttpClient): Promise<void> {
  try {
    for (let turn = 0; ; turn++) await client.post('/v1/systems/shop/search', { query: QUERIES[turn % QUERIES.length] })
  } catch {
    // As above.
  }
}

async function oneLife(random: Random): Promise<void> {
  const settings: SearchServerSettings = { directory, job: 'serve', nowMs, snapshotEvery: SAVED_EVERY }
  const child = startChild<SearchServerMessage>(new URL('./load/search-server.ts', import.meta.url), settings)
  if (random.uniform() < KILLED_AT_START) {
    setTimeout(() => child.process.kill('SIGKILL'), 300 + random.integer(1_500))
  }
  const listening = new Promise<string | undefined>((resolve) =>
    child.onMessage((message) => resolve(message.kind === 'listening' ? message.address : undefined)),
  )
  const address = await Promise.race([listening, child.ended.then(() => undefined)])
  if (address === undefined) return
  const client = new HttpClient(address, Number(values.clients) + 1)
  const work = Array.from({ length: Number(values.clients) }, () =>
    appendUntilKilled(client, randomFrom(random.integer(2 ** 31), 'client')),
  )
  setTimeout(() => child.process.kill('SIGKILL'), SHORTEST_LIFE_MS + random.integer(Number(values.life)))
  await Promise.all([...work, searchUntilKilled(client), child.ended])
  client.close()
}

/** Answers of an engine over a copy of the directory, and the index as it then is. */
async function judge(name: string, withSaved: boolean) {
  const copy = join(root, name)
  cpSync(directory, copy, { recursive: true })
  rmSync(join(copy, 'writer.lock'), { force: true })
  const folder = derivedFolder(copy, 'search-shop')
  const isSaved = existsSync(join(folder, 'manifest.json'))
  if (!withSaved) rmSync(folder, { recursive: true, force: true })
  const engine = Engine.open(application, { directory: copy, clock: () => nowMs })
  const answers: unknown[] = []
  for (const query of QUERIES) {
    const { id, indexed, total } = await engine.search('shop', { query, limit: 50 })
    const decision = await engine.decision(id)
    if (!decision || !('understood' in decision)) throw new Error('no search')
    answers.push({ indexed, total, items: (await engine.explainSearch(decision)).items })
  }
  const refused = engine.searching.indexesRefused.size
  await engine.close()
  const { fields } = requireSearchSystem(application, 'shop')
  const plain = Object.fromEntries(Object.entries(fields).map(([field, { from: _from, ...own }]) => [field, own]))
  const { index, position } = new TextIndexFolder(folder).open({ fields: plain })!
  const { size } = index
  const bytes = saveTextIndex(index.compact())
  rmSync(copy, { recursive: true })
  return { answers: JSON.stringify(answers), bytes, refused, size, position, isSaved }
}

async function lostOf(): Promise<number> {
  const reader = openReader(application, { directory, clock: () => nowMs })
  const held = new Set<string>()
  for (const { records } of reader.log.read()) for (const { id } of records) held.add(id)
  await reader.close()
  return [...acknowledged].filter((id) => !held.has(id)).length
}

try {
  const counts = { lost: 0, differ: 0, refused: 0, withSavedIndex: 0, otherBytes: 0 }
  let documents = 0
  for (let kill = 0; kill < Number(values.kills); kill++) {
    await oneLife(randomFrom(Number(values.seed), 'life', kill))
    if (!existsSync(join(directory, 'sluice.json'))) continue
    counts.lost += await lostOf()
    const [saved, anew] = [await judge('saved', true), await judge('anew', false)]
    if (saved.isSaved) counts.withSavedIndex++
    if (saved.answers !== anew.answers || saved.size !== anew.size) counts.differ++
    if (Buffer.compare(saved.bytes, anew.bytes) !== 0) counts.otherBytes++
    counts.refused += saved.refused
    documents = saved.size
    process.stderr.write(`kill ${kill + 1}: ${acknowledged.size} acknowledged, ${documents} documents\n`)
  }
  const { lost, differ, refused, otherBytes, withSavedIndex } = counts
  printReport(
    'search-serve-kill',
    {
      holds: lost + differ + refused + otherBytes === 0 && withSavedIndex > 0 && acknowledged.size > 0,
      command: `node bench/search-serve-kill.bench.ts ${process.argv.slice(2).join(' ')}`,
      ...{ seed: Number(values.seed), kills: Number(values.kills), sent, acknowledged: acknowledged.size, documents },
      ...counts,
    },
    values.json,
  )
} finally {
  rmSync(root, { recursive: true, force: true })
}

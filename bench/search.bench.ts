/*
 * Text search beside SQLite FTS5 (Node's own) and npm's search libraries, in the same run, interleaved query by query.
 *
 *   node bench/search.bench.ts [--documents 100000] [--queries 400] [--rounds 5] [--seed 1] [--json]
 *                              [--peers <folder in which npm installed minisearch, flexsearch, @orama/orama, lunr>]
 *                              [--peer-queries 20] [--no-sqlite]
 *
 * Documents of some 200 words, drawn by Zipf's law from 60,000; queries of 2 to 5 words, any of which may stand in a
 * document, with some 27,000 postings at 100,000 documents; the best 10. Ours with proximity and spelling (as it is when
 * nothing is said), without them (what the peers do), and the kernel alone. Peers index the same words, without stemming
 * or stop words; ours stems. Times are CPU time of the process a query, and wall time at the 99th of 100.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { randomFrom } from '../src/foundation/index.ts'
import { searchText, type TextIndex, TextIndexBuilder } from '../src/retrieval/index.ts'
import { median, quantile } from './load/quantiles.ts'
import { printReport } from './load/report.ts'

const VOCABULARY = 60_000
/** The most frequent words are not asked for, as people leave out stop words. */
const RANKS_ASKED = [40, 8000] as const
const LIMIT = 10
/** The claim holds when a query of words alone takes no longer. */
const MOST_MICROS = 150

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '100000' },
    queries: { type: 'string', default: '400' },
    rounds: { type: 'string', default: '5' },
    peers: { type: 'string' },
    'peer-queries': { type: 'string', default: '20' },
    'no-sqlite': { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)

type Search = (query: string) => number

interface Engine {
  readonly name: string
  readonly buildSeconds: number
  readonly bytes?: number
  readonly search: Search
  readonly queries: readonly string[]
}

/** A word of letters for a rank, so that stemming has something to do. */
function wordOf(rank: number): string {
  let word = ''
  for (let rest = rank + 26; rest > 0; rest = Math.floor(rest / 20))
    word += 'bcdfghjklmnpqrstvwxz'[rest % 20]! + 'aeiou'[rest % 5]!
  return word
}

const random = randomFrom(seed, 'search-bench')
/** Zipf's law with exponent 1: the logarithm of the rank is uniform. */
const zipfRank = (low: number, high: number): number => Math.floor(low * (high / low) ** random.uniform())

const texts = Array.from({ length: Number(values.documents) }, () =>
  Array.from({ length: 100 + random.integer(200) }, () => wordOf(zipfRank(1, VOCABULARY))).join(' '),
)
const queries = Array.from({ length: Number(values.queries) }, () =>
  Array.from({ length: 2 + random.integer(4) }, () => wordOf(zipfRank(...RANKS_ASKED))).join(' '),
)

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function built<Index>(work: () => Index | Promise<Index>): Promise<{ index: Index; buildSeconds: number }> {
  const start = cpuMs()
  const index = await work()
  return { index, buildSeconds: (cpuMs() - start) / 1000 }
}

async function ownEngines(): Promise<{ engines: Engine[]; index: TextIndex }> {
  const { index, buildSeconds } = await built(() => {
    const builder = new TextIndexBuilder({ fields: { text: { kind: 'text' } } })
    for (const [number, text] of texts.entries()) builder.add({ id: String(number), text })
    return builder.build()
  })
  const weighted = new Map(
    queries.map((query) => {
      const terms = [...new Set(index.analysis.words(query).flatMap((word) => index.analysis.termOf(word) ?? []))]
      return [query, { terms, weights: terms.map((term) => index.inverseFrequency(term)) }]
    }),
  )
  searchText(index, 'spelling is learnt now')
  const bytes = index.memoryBytes
  const plain = { spelling: false, proximity: false }
  const runs: Record<string, Search> = {
    sluice: (query) => searchText(index, query, { limit: LIMIT }).hits.length,
    'sluice, words alone': (query) => searchText(index, query, { limit: LIMIT, ...plain }).hits.length,
    'sluice, kernel': (query) => index.best(weighted.get(query)!, LIMIT).documents.length,
  }
  return {
    index,
    engines: Object.entries(runs).map(([name, search]) => ({ name, buildSeconds, bytes, search, queries })),
  }
}

async function sqliteEngine(few: readonly string[]): Promise<Engine> {
  const { index, buildSeconds } = await built(() => {
    const database = new DatabaseSync(':memory:')
    database.exec('create virtual table documents using fts5(text)')
    database.exec('begin')
    const insert = database.prepare('insert into documents (text) values (?)')
    for (const text of texts) insert.run(text)
    database.exec('commit')
    return database
  })
  const select = index.prepare('select rowid from documents where documents match ? order by rank limit 10')
  return {
    name: 'sqlite fts5',
    buildSeconds,
    queries: few,
    search: (query) => select.all(query.split(' ').join(' OR ')).length,
  }
}

/** What the bench uses of the peers. */
interface PeerModules {
  minisearch: new (options: object) => { addAll(documents: object[]): void; search(query: string): unknown[] }
  flexsearch: {
    Index: new (
      options: object,
    ) => { add(id: number, text: string): void; search(query: string, options: object): unknown[] }
  }
  lunr: (
    configure: (this: { ref(name: string): void; field(name: string): void; add(document: object): void }) => void,
  ) => { search(query: string): unknown[] }
  '@orama/orama': {
    create(options: object): unknown
    insertMultiple(database: unknown, documents: object[], batch: number): Promise<unknown>
    search(database: unknown, query: object): { hits: unknown[] }
  }
}

async function peerEngines(folder: string, few: readonly string[]): Promise<Engine[]> {
  const require = createRequire(join(folder, 'package.json'))
  const load = async <Name extends keyof PeerModules>(name: Name): Promise<PeerModules[Name]> => {
    const module = (await import(pathToFileURL(require.resolve(name)).href)) as { default?: PeerModules[Name] }
    return module.default ?? (module as unknown as PeerModules[Name])
  }
  const [MiniSearch, flexsearch, lunr, orama] = [
    ...[await load('minisearch'), await load('flexsearch'), await load('lunr'), await load('@orama/orama')],
  ] as [PeerModules['minisearch'], PeerModules['flexsearch'], PeerModules['lunr'], PeerModules['@orama/orama']]
  const documents = texts.map((text, id) => ({ id, text }))
  const mini = await built(() => {
    const index = new MiniSearch({ fields: ['text'] })
    index.addAll(documents)
    return index
  })
  const flex = await built(() => {
    const index = new flexsearch.Index({ tokenize: 'strict' })
    for (const { id, text } of documents) index.add(id, text)
    return index
  })
  const moon = await built(() =>
    lunr(function configure() {
      this.ref('id')
      this.field('text')
      for (const document of documents) this.add(document)
    }),
  )
  const oram = await built(async () => {
    const database = orama.create({ schema: { text: 'string' } })
    await orama.insertMultiple(
      database,
      documents.map(({ id, text }) => ({ id: String(id), text })),
      1000,
    )
    return database
  })
  const of = (name: string, { buildSeconds }: { buildSeconds: number }, search: Search): Engine => ({
    name,
    buildSeconds,
    queries: few,
    search,
  })
  return [
    of('minisearch', mini, (query) => mini.index.search(query).slice(0, LIMIT).length),
    of('flexsearch', flex, (query) => flex.index.search(query, { limit: LIMIT, suggest: true }).length),
    of('lunr', moon, (query) => moon.index.search(query).slice(0, LIMIT).length),
    of('orama', oram, (query) => orama.search(oram.index, { term: query, limit: LIMIT, threshold: 1 }).hits.length),
  ]
}

const { engines, index } = await ownEngines()
const few = queries.slice(0, Number(values['peer-queries']))
if (!values['no-sqlite']) engines.push(await sqliteEngine(few))
if (values.peers !== undefined) engines.push(...(await peerEngines(values.peers, few)))

const times = engines.map(() => ({ cpu: [] as number[], wall: [] as number[] }))
for (const { search, queries: own } of engines) for (const query of own.slice(0, 100)) search(query)
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [place, engine] of engines.entries()) {
    const start = cpuMs()
    for (const query of engine.queries) {
      const from = performance.now()
      engine.search(query)
      times[place]!.wall.push((performance.now() - from) * 1000)
    }
    times[place]!.cpu.push(((cpuMs() - start) * 1000) / engine.queries.length)
  }
}

const postings = queries.map((query) =>
  query.split(' ').reduce((sum, word) => sum + index.frequency(index.analysis.termOf(word) ?? ''), 0),
)
const all = index.postingCount
const figures = engines.map(({ name, buildSeconds, bytes, queries: own }, place) => ({
  name,
  buildSeconds,
  ...(bytes === undefined ? {} : { bytes }),
  queries: own.length,
  cpuMicros: median(times[place]!.cpu),
  wallMicrosP99: quantile(times[place]!.wall, 0.99),
}))
const { memory } = index
printReport(
  'search',
  {
    holds: figures.some(({ name, cpuMicros }) => name === 'sluice, words alone' && cpuMicros <= MOST_MICROS),
    command: `node bench/search.bench.ts ${process.argv.slice(2).join(' ')}`,
    ...{ seed, documents: texts.length, postings: all },
    meanPostingsOfQuery: Math.round(postings.reduce((sum, count) => sum + count, 0) / queries.length),
    bytesOfPosting: {
      documentsAndImpacts: memory.postings / all,
      places: memory.places / all,
      words: memory.words / all,
    },
    engines: figures,
  },
  values.json,
)

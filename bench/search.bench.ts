/*
 * Text search beside SQLite FTS5 (Node's own) and npm's search libraries, in the same run, interleaved query by query.
 *
 *   node bench/search.bench.ts [--documents 100000] [--queries 400] [--rounds 5] [--seed 1] [--json]
 *                              [--peers <folder in which npm installed minisearch, flexsearch, @orama/orama, lunr>]
 *                              [--peer-queries 20] [--no-sqlite] [--lucene]
 *
 * Documents of some 200 words, drawn by Zipf's law from 60,000; queries of 2 to 5 words, any of which may stand in a
 * document, with some 27,000 postings at 100,000 documents; the best 10. Ours with proximity and spelling (as it is when
 * nothing is said), without them (what the peers do), and the kernel alone. Peers index the same words, without stemming
 * or stop words; ours and Lucene's stem. Times are CPU time of the process a query, and wall time at the 99th of 100. Lucene
 * (Debian's liblucene8-java and a JDK) runs in a process of its own, with the same documents and queries, round by round.
 */
import { parseArgs } from 'node:util'
import { randomFrom } from '../src/foundation/index.ts'
import { saveTextIndex, searchText, type TextIndex, TextIndexBuilder } from '../src/retrieval/index.ts'
import { median, quantile } from './load/quantiles.ts'
import { printReport } from './load/report.ts'
import { type LuceneRound, LuceneSearch } from './peers/lucene-search.ts'
import { built, cpuMs, nodeEngines, type Search, type SearchEngine, sqliteEngine } from './peers/search-engines.ts'

const VOCABULARY = 60_000
/** The most frequent words are not asked for, as people leave out stop words. */
const RANKS_ASKED = [40, 8000] as const
const LIMIT = 10
/** Of Lucene, before anything is measured. */
const WARM_ROUNDS = 8
/** The claim holds when a query of words alone takes no longer, and beside Lucene at this rate and size of the file. */
const MOST_MICROS = 150
const LEAST_RATE = 3
const MOST_SIZE = 2

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '100000' },
    queries: { type: 'string', default: '400' },
    rounds: { type: 'string', default: '5' },
    peers: { type: 'string' },
    'peer-queries': { type: 'string', default: '20' },
    'no-sqlite': { type: 'boolean', default: false },
    lucene: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)

/** A word of letters for a rank, so that stemming has something to do; by its last letter none is two others. */
function wordOf(rank: number): string {
  let word = ''
  for (let rest = rank + 26; rest > 0; rest = Math.floor(rest / 20))
    word += 'bcdfghjklmnpqrstvwxz'[rest % 20]! + 'aeiou'[rest % 5]!
  return `${word}y`
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

async function ownEngines(): Promise<{ engines: SearchEngine[]; index: TextIndex }> {
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
  const fileBytes = saveTextIndex(index).length
  const plain = { spelling: false, proximity: false, compounds: false }
  const runs: Record<string, Search> = {
    sluice: (query) => searchText(index, query, { limit: LIMIT }).hits.map(({ id }) => Number(id)),
    'sluice, words alone': (query) =>
      searchText(index, query, { limit: LIMIT, ...plain }).hits.map(({ id }) => Number(id)),
    'sluice, kernel': (query) => Array.from(index.best(weighted.get(query)!, LIMIT).documents),
  }
  return {
    index,
    engines: Object.entries(runs).map(([name, search]) => ({ name, buildSeconds, bytes, fileBytes, search, queries })),
  }
}

const { engines, index } = await ownEngines()
const few = queries.slice(0, Number(values['peer-queries']))
if (!values['no-sqlite']) engines.push(await sqliteEngine(texts, few, LIMIT))
if (values.peers !== undefined) engines.push(...(await nodeEngines(values.peers, texts, few, LIMIT)))
const lucene = values.lucene ? await LuceneSearch.start(texts, queries, LIMIT) : undefined
/** Rounds in which Java compiles what it runs. */
for (let round = 0; round < WARM_ROUNDS; round++) await lucene?.round()

const times = engines.map(() => ({ cpu: [] as number[], wall: [] as number[] }))
for (const { search, queries: own } of engines) for (const query of own.slice(0, 100)) search(query)
const luceneRounds: LuceneRound[] = []
for (let round = 0; round < Number(values.rounds); round++) {
  if (lucene) luceneRounds.push(await lucene.round())
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

lucene?.stop()

const postings = queries.map((query) =>
  query.split(' ').reduce((sum, word) => sum + index.frequency(index.analysis.termOf(word) ?? ''), 0),
)
const all = index.postingCount
const figures = engines.map(({ name, buildSeconds, bytes, fileBytes, queries: own }, place) => ({
  name,
  buildSeconds,
  ...(bytes === undefined ? {} : { bytes, fileBytes }),
  queries: own.length,
  cpuMicros: median(times[place]!.cpu),
  wallMicrosP99: quantile(times[place]!.wall, 0.99),
}))
const { memory } = index
const alone = figures.find(({ name }) => name === 'sluice, words alone')!
const beside = lucene === undefined ? undefined : besideLucene(lucene)
printReport(
  'search',
  {
    holds:
      alone.cpuMicros <= MOST_MICROS &&
      (beside === undefined || (beside.ours.rate >= LEAST_RATE && beside.ours.fileSize <= MOST_SIZE)),
    command: `node bench/search.bench.ts ${process.argv.slice(2).join(' ')}`,
    ...{ seed, documents: texts.length, postings: all },
    meanPostingsOfQuery: Math.round(postings.reduce((sum, count) => sum + count, 0) / queries.length),
    bytesOfPosting: {
      documentsAndImpacts: memory.postings / all,
      places: memory.places / all,
      words: memory.words / all,
    },
    engines: figures,
    ...(beside === undefined ? {} : { lucene: beside.lucene, besideLucene: beside.ours }),
  },
  values.json,
)

/** Lucene's figures, and ours against them with how often both find the same document best. */
function besideLucene({ buildSeconds, bytes }: LuceneSearch) {
  const cpuMicros = median(luceneRounds.map((round) => round.cpuMicros))
  const wallMicrosP99 = median(luceneRounds.map((round) => round.wallMicrosP99))
  const plain = { spelling: false, proximity: false, compounds: false }
  const same = queries.filter((query, place) => {
    const [best] = searchText(index, query, { limit: 1, ...plain }).hits
    return best?.id === String(luceneRounds[0]!.first[place])
  })
  return {
    lucene: { buildSeconds, fileBytes: bytes, cpuMicros, wallMicrosP99 },
    ours: {
      rate: cpuMicros / alone.cpuMicros,
      fileSize: alone.fileBytes! / bytes,
      sameBest: same.length / queries.length,
    },
  }
}

/*
 * A million short documents in one process: how long indexing takes, how much memory is resident, and how long queries of
 * three terms take.
 *
 *   node bench/search-scale.bench.ts [--documents 1000000] [--vocabulary 400000] [--queries 2000] [--seed 1] [--json]
 *
 * Documents of 6 to 14 words as titles have, drawn by Zipf's law, with a price and a brand; made one by one, so that they
 * are not in the memory that is measured. They go into a live index that is refreshed after every 10,000, as one that serves
 * meanwhile, and asked once after each; the longest call says for how long the event loop was held up. Queries are of three words that are drawn as
 * those of documents are, but for the 40 most frequent, and ask for the best 10: words alone, and with all that is on when
 * nothing is said. Times are CPU time of the process, which counts all its threads, and wall time.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { randomFrom } from '../src/foundation/index.ts'
import { LiveTextIndex, searchText, TextIndexFolder, type TextIndexOptions } from '../src/retrieval/index.ts'
import { median, quantile } from './load/quantiles.ts'
import { printReport } from './load/report.ts'
import { cpuMs } from './peers/search-engines.ts'

const MOST_SECONDS = 180
const MOST_BYTES = 1.5e9
const MOST_P99_MS = 20
const REFRESHED = 10_000
/** The most frequent words are not asked for, as people leave out stop words. */
const FIRST_ASKED = 40

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '1000000' },
    vocabulary: { type: 'string', default: '400000' },
    queries: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const documents = Number(values.documents)
const vocabulary = Number(values.vocabulary)
const random = randomFrom(seed, 'search-scale-bench')

/** A word of letters for a rank, so that stemming has something to do; by its last letter none is two others. */
function wordOf(rank: number): string {
  let word = ''
  for (let rest = rank + 26; rest > 0; rest = Math.floor(rest / 20))
    word += 'bcdfghjklmnpqrstvwxz'[rest % 20]! + 'aeiou'[rest % 5]!
  return `${word}y`
}

/** Zipf's law with exponent 1: the logarithm of the rank is uniform. */
const zipfWord = (low: number): string => wordOf(Math.floor(low * (vocabulary / low) ** random.uniform()))
const words = (count: number, low: number): string => Array.from({ length: count }, () => zipfWord(low)).join(' ')

/** A word that is frequent, one that is not, and one with slips. */
const FIRST_QUERY = `${wordOf(200)} ${wordOf(60_000)} ${wordOf(9000).slice(1)}`

const longest = { add: 0, refresh: 0, work: 0, firstQuery: 0 }
/** Does a piece of work and keeps in mind how much CPU time of its thread the longest of its kind took. */
function timed<Result>(kind: keyof typeof longest, work: () => Result): Result {
  const from = threadMs()
  const result = work()
  longest[kind] = Math.max(longest[kind], threadMs() - from)
  return result
}

/** CPU time of the thread that holds up the event loop; on a busy machine the clock says more. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

const options: TextIndexOptions = {
  fields: { title: { kind: 'text' }, price: { kind: 'number' }, brand: { kind: 'keyword' } },
}
const index = new LiveTextIndex(options)
let largestResident = 0
const start = { cpu: cpuMs(), wall: performance.now() }
for (let number = 0; number < documents; number++) {
  const title = words(6 + random.integer(9), 1)
  timed('add', () =>
    index.add({ id: `document-${number}`, title, price: random.integer(1000), brand: `b${number % 500}` }),
  )
  if ((number + 1) % REFRESHED > 0) continue
  const refreshed = timed('refresh', () => index.refresh())
  timed('firstQuery', () => searchText(refreshed, FIRST_QUERY))
  largestResident = Math.max(largestResident, process.memoryUsage.rss())
  if ((number + 1) % 100_000 === 0) process.stderr.write(`${number + 1} documents\n`)
}
while (timed('work', () => index.work(50_000)));
const snapshot = timed('refresh', () => index.refresh())
const indexing = { cpuSeconds: (cpuMs() - start.cpu) / 1000, wallSeconds: (performance.now() - start.wall) / 1000 }

const folder = mkdtempSync(join(tmpdir(), 'sluice-scale-'))
const saving = performance.now()
await new TextIndexFolder(folder).save(index, documents)
const saveSeconds = (performance.now() - saving) / 1000
const fileBytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)

const queries = Array.from({ length: Number(values.queries) }, () => words(3, FIRST_ASKED))
const plain = { spelling: false, proximity: false, compounds: false }
const searches = {
  alone: measure((query) => searchText(snapshot, query, plain)),
  asItIs: measure((query) => searchText(snapshot, query)),
}

/** CPU and wall time of queries in milliseconds. */
function measure(search: (query: string) => unknown): object {
  for (const query of queries.slice(0, 200)) search(query)
  const [cpu, wall] = [new Float64Array(queries.length), new Float64Array(queries.length)]
  for (const [place, query] of queries.entries()) {
    const from = { cpu: cpuMs(), wall: performance.now() }
    search(query)
    cpu[place] = cpuMs() - from.cpu
    wall[place] = performance.now() - from.wall
  }
  const of = (times: Float64Array) => ({ median: median(times), p99: quantile(times, 0.99), most: quantile(times, 1) })
  return { cpuMs: of(cpu), wallMs: of(wall) }
}

const resident = process.memoryUsage.rss()
largestResident = Math.max(largestResident, resident)

const opening = threadMs()
const opened = new TextIndexFolder(folder).open(options)!.index.snapshot
const openSeconds = (threadMs() - opening) / 1000
timed('firstQuery', () => searchText(opened, FIRST_QUERY))
rmSync(folder, { recursive: true })

const p99 = (searches.asItIs as { cpuMs: { p99: number } }).cpuMs.p99
printReport(
  'search-scale',
  {
    holds: indexing.cpuSeconds <= MOST_SECONDS && largestResident <= MOST_BYTES && p99 <= MOST_P99_MS,
    command: `node bench/search-scale.bench.ts ${process.argv.slice(2).join(' ')}`,
    ...{ seed, documents, vocabulary, terms: snapshot.termCount, postings: snapshot.postingCount, indexing },
    longestCallMs: longest,
    ...{ segments: snapshot.segments.length, residentBytes: resident, largestResident, memory: snapshot.memory },
    ...{ fileBytes, saveSeconds, openSeconds, ...searches },
  },
  values.json,
)

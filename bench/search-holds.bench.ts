/*
 * For how long a search index holds up the event loop at most, whatever it is given.
 *
 *   node bench/search-holds.bench.ts [--documents 200000] [--rounds 5] [--seed 1] [--json]
 *
 * A live index of short documents with a brand and a price, and then documents and queries that nobody should send: fields
 * of very many words in one text and in a list, the longest document that is taken (all of its words different, alike, or
 * one), and queries of 100 kB: words, one word, slips, quotes without an end, signs, filters, control characters, emoji.
 * Times are CPU time of the thread a call; the first call of each counts, too, when nothing is compiled yet.
 */
import { parseArgs } from 'node:util'
import { isSluiceError, randomFrom } from '../src/foundation/index.ts'
import { LiveTextIndex, searchText, type TextSearchOptions } from '../src/retrieval/index.ts'
import { median } from './load/quantiles.ts'
import { printReport } from './load/report.ts'

const MOST_MS = 50
const LONGEST_DOCUMENT = 100_000
const QUERY_BYTES = 100_000
/** More words than a text may have; of a billion the text alone would not fit into a string. */
const ABSURD_LETTERS = 400_000_000
const VOCABULARY = 100_000

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const documents = Number(values.documents)
const rounds = Number(values.rounds)
const random = randomFrom(seed, 'search-holds-bench')

function wordOf(rank: number): string {
  let word = ''
  for (let rest = rank + 26; rest > 0; rest = Math.floor(rest / 20))
    word += 'bcdfghjklmnpqrstvwxz'[rest % 20]! + 'aeiou'[rest % 5]!
  return `${word}y`
}

/** Zipf's law with exponent 1. */
const anyWord = (): string => wordOf(Math.floor(VOCABULARY ** random.uniform()))
const newWord = (): string =>
  Array.from({ length: 9 }, () => 'abcdefghijklmnopqrstuvwxyz'[random.integer(26)]!).join('')

/** Texts up to so many letters. */
function textOf(next: () => string, letters: number): string {
  const parts: string[] = []
  for (let length = 0; length < letters; length += parts.at(-1)!.length + 1) parts.push(next())
  return parts.join(' ').slice(0, letters)
}

interface Held {
  readonly firstMs: number
  readonly medianMs: number
  readonly longestMs: number
  /** The code of the error, where it was refused. */
  readonly refused?: string
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Time of calls, each on its own. */
function held(call: (round: number) => unknown): Held {
  let refused: string | undefined
  const times = Array.from({ length: rounds }, (_, round) => {
    const from = threadMs()
    try {
      call(round)
    } catch (error) {
      if (!isSluiceError(error)) throw error
      refused = error.code
    }
    return threadMs() - from
  })
  return { firstMs: times[0]!, medianMs: median(times), longestMs: Math.max(...times), ...(refused ? { refused } : {}) }
}

const index = new LiveTextIndex({
  fields: { title: { kind: 'text' }, brand: { kind: 'keyword' }, price: { kind: 'number' } },
})
const longest = { add: 0, refresh: 0 }
for (let number = 0; number < documents; number++) {
  const title = Array.from({ length: 6 + random.integer(9) }, anyWord).join(' ')
  const document = { id: `d${number}`, title, brand: `brand ${random.integer(500)}`, price: random.integer(1000) }
  const from = threadMs()
  index.add(document)
  longest.add = Math.max(longest.add, threadMs() - from)
  if ((number + 1) % 10_000 > 0) continue
  const refreshing = threadMs()
  index.refresh()
  longest.refresh = Math.max(longest.refresh, threadMs() - refreshing)
}

const different = textOf(newWord, LONGEST_DOCUMENT)
const absurd = 'x '.repeat(ABSURD_LETTERS / 2)
const list = Array.from({ length: 1_000_000 }, () => 'a word')
const add = (title: unknown) => (round: number) => index.add({ id: `bad ${round}`, title })
const documentMs = {
  differentWords: held(add(different)),
  refreshed: held(() => index.refresh()),
  sameWords: held(add(textOf(anyWord, LONGEST_DOCUMENT))),
  oneWord: held(add('a'.repeat(LONGEST_DOCUMENT))),
  absurdlyMany: held(add(absurd)),
  absurdList: held(add(list)),
}
index.refresh()
while (index.work(10_000));
const snapshot = index.refresh()

const everything: TextSearchOptions = {
  prefix: true,
  recognise: true,
  total: true,
  facets: { brand: {}, price: { step: 100 } },
}
const slip = (): string => anyWord().replace(/.(?=.$)/, '')
const queries: Readonly<Record<string, string>> = {
  plain: textOf(anyWord, 60),
  words: textOf(anyWord, QUERY_BYTES),
  unknownWords: textOf(newWord, QUERY_BYTES),
  slips: textOf(slip, QUERY_BYTES),
  oneWord: 'a'.repeat(QUERY_BYTES),
  frequentWords: textOf(() => wordOf(random.integer(40)), QUERY_BYTES),
  stopWords: textOf(() => 'the', QUERY_BYTES),
  letters: textOf(() => 'b', QUERY_BYTES),
  openQuotes: '"'.repeat(QUERY_BYTES),
  phrases: textOf(() => `"${anyWord()} ${anyWord()}"~3`, QUERY_BYTES),
  required: textOf(() => `+${anyWord()}`, QUERY_BYTES),
  forbidden: textOf(() => `-${anyWord()}`, QUERY_BYTES),
  filters: textOf(() => `price:${random.integer(1000)}..`, QUERY_BYTES),
  controls: '\u0000\u0007\u202e'.repeat(QUERY_BYTES / 3),
  emoji: '👩‍👩‍👧 '.repeat(QUERY_BYTES / 12),
  scripts: 'слово 言葉 λέξη '.repeat(QUERY_BYTES / 12),
}
const queryMs = Object.fromEntries(
  Object.entries(queries).flatMap(([name, query]) => [
    [name, held(() => searchText(snapshot, query))],
    [`${name}, everything on`, held(() => searchText(snapshot, query, everything))],
  ]),
)

const all = [...Object.values(documentMs), ...Object.values(queryMs)]
const longestMs = Math.max(longest.add, longest.refresh, ...all.map((each) => each.longestMs))
printReport(
  'search-holds',
  {
    holds: longestMs <= MOST_MS,
    command: `node bench/search-holds.bench.ts ${process.argv.slice(2).join(' ')}`,
    ...{ seed, documents, rounds, longestMs, building: longest, documentMs, queryMs },
  },
  values.json,
)

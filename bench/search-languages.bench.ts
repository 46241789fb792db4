/*
 * What languages and codes cost: stems, long documents, bad queries, and the growth of an index by a field of codes.
 *
 *   node bench/search-languages.bench.ts [--documents 30000] [--codes 200000] [--rounds 5] [--seed 1] [--json]
 *
 * Words of a language are those of the golden file of the tests, followed by random letters where a text needs many
 * different ones. The longest document is 100,000 letters of words that are all different, as no text is, and of
 * words that repeat as they do in texts. Bad queries have 100 kB. A code is two letters, five digits and a letter; the index of codes
 * is compared with one that has the same values in a text field. Times are CPU time of the process: of stems and of
 * documents the median, of queries the longest of the medians of each over all rounds.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { randomFrom } from '../src/foundation/index.ts'
import { type Language, LiveTextIndex, searchText, type TextField } from '../src/retrieval/index.ts'
import { median } from './load/quantiles.ts'
import { printReport } from './load/report.ts'
import { cpuMs } from './peers/search-engines.ts'

/** The claim holds when no query takes longer. */
const MOST_QUERY_MS = 50
const LONGEST_DOCUMENT = 100_000
const LANGUAGES: readonly Language[] = [
  'english',
  'none',
  'german',
  'french',
  'spanish',
  'russian',
  'turkish',
  'japanese',
]

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '30000' },
    codes: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const rounds = Number(values.rounds)
const random = randomFrom(seed, 'search-languages-bench')

const golden = readFileSync(new URL('../src/retrieval/text/golden/stems.txt', import.meta.url), 'utf8').split('\n')
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const SIGNS = '東京都市天気寺茶山川水火木金土日月年人大小中'

function letters(count: number, alphabet = LETTERS): string {
  return Array.from({ length: count }, () => alphabet[random.integer(alphabet.length)]!).join('')
}

/** Some words of a language; of one without a golden file random ones. */
function wordsOf(language: Language): string[] {
  if (language === 'japanese') return Array.from({ length: 200 }, () => letters(4, SIGNS))
  const own = golden.flatMap((line) => (line.startsWith(`${language} `) ? [line.split(' ')[1]!] : []))
  return own.length > 0 ? own : golden.flatMap((line) => (line.startsWith('german ') ? [line.split(' ')[1]!] : []))
}

function textOf(words: readonly string[], length: number, isDifferent: boolean): string {
  const parts: string[] = []
  for (let size = 0; size < length; ) {
    const place = Math.floor(words.length * random.uniform() ** 2)
    const word = isDifferent ? letters(3) + words[random.integer(words.length)]! : words[place]!
    parts.push(word)
    size += word.length + 1
  }
  return parts.join(' ').slice(0, length)
}

function timed(work: () => void): number {
  const times = Array.from({ length: rounds }, () => {
    const started = cpuMs()
    work()
    return cpuMs() - started
  })
  return median(times)
}

function badQueries(words: readonly string[]): Record<string, string> {
  const size = 100_000
  return {
    words: textOf(words, size, false),
    'other words': textOf(words, size, true),
    'one word': words[0]!.repeat(size / 4),
    phrases: `"${words.slice(0, 8).join(' ')}" `.repeat(size / 50),
    codes: Array.from({ length: size / 10 }, () => `${letters(2)}-${random.integer(1e5)}`).join(' '),
    'a known part': `${letters(1)}1`.repeat(size / 2),
    apostrophes: "l'".repeat(size / 2),
    emoji: '🎉'.repeat(size / 2),
    control: '\0\u0001\u001b '.repeat(size / 4),
    marks: 'e\u0301\u0302'.repeat(size / 3),
    mixed: 'fox лиса 狐 ثعلب αλεπού शेर ปลา '.repeat(size / 32),
  }
}

// The first one is measured once more before, so that all code is warm.
const languages = ['english' as const, ...LANGUAGES].map((language) => {
  const words = wordsOf(language)
  const fields: Record<string, TextField> = { text: { kind: 'text', language }, code: { kind: 'code' } }
  const longest = [true, false].map((isDifferent) => {
    const text = textOf(words, LONGEST_DOCUMENT, isDifferent)
    return timed(() => new LiveTextIndex({ fields }).add({ id: 'long', text }))
  })
  const index = new LiveTextIndex({ fields })
  for (let number = 0; number < Number(values.documents); number++) {
    const code = `${letters(2)}-${random.integer(1e5)}/${letters(1)}`
    index.add({ id: `d${number}`, text: textOf(words, 200, number % 20 === 0), code })
  }
  while (index.work(50_000));
  const snapshot = index.refresh()
  const queries = Object.entries(badQueries(words)).map(([name, query]) => {
    return [name, timed(() => searchText(snapshot, query, { prefix: true, total: true }))] as const
  })
  const worst = queries.reduce((most, query) => (query[1] > most[1] ? query : most))
  process.stderr.write(`${language}\n`)
  return {
    language,
    longestDocumentMs: { different: longest[0], usual: longest[1] },
    worstQuery: worst[0],
    ms: worst[1],
  }
})

const codes = (['code', 'text'] as const).map((kind) => {
  const index = new LiveTextIndex({ fields: { code: { kind }, title: { kind: 'text' } } })
  const own = randomFrom(seed, 'codes')
  const started = cpuMs()
  const known: string[] = []
  for (let number = 0; number < Number(values.codes); number++) {
    const two = LETTERS[own.integer(26)]! + LETTERS[own.integer(26)]!
    known.push(`${two}-${String(own.integer(1e5)).padStart(5, '0')}/${LETTERS[own.integer(26)]}`)
    index.add({ id: `d${number}`, code: known[number], title: 'part' })
  }
  while (index.work(50_000));
  const snapshot = index.refresh()
  const indexedMs = cpuMs() - started
  const asked = (queryOf: (code: string) => string) => {
    let found = 0
    const count = 200
    searchText(snapshot, 'zz99999z')
    const before = cpuMs()
    for (let place = 0; place < count; place++) {
      const number = own.integer(known.length)
      if (searchText(snapshot, queryOf(known[number]!)).hits.some(({ id }) => id === `d${number}`)) found++
    }
    return { found: found / count, ms: (cpuMs() - before) / count }
  }
  return {
    kind,
    indexedMs,
    bytes: snapshot.memoryBytes,
    postings: snapshot.postingCount,
    asWritten: asked((code) => code),
    together: asked((code) => code.replace(/[-/]/g, '')),
    beginning: asked((code) => code.replace(/[-/]/g, '').slice(0, 6)),
    middle: asked((code) => code.replace(/[-/]/g, '').slice(1, 7)),
    slip: asked((code) => code.replace(/[-/]/g, '').replace(/(\d)(\d)/, '$2$1')),
  }
})

printReport(
  'search-languages',
  {
    seed,
    documents: Number(values.documents),
    languages: languages.slice(1),
    codes,
    holds: languages.slice(1).every(({ ms }) => ms <= MOST_QUERY_MS),
  },
  values.json,
)

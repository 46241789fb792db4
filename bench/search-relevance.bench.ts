/*
 * How well npm's search libraries and SQLite FTS5 answer a judged collection, beside ours: mean average precision of the best
 * 1,000, as the queries stand and with one edit in half of their longer words, without and with what each engine has against
 * slips. All index the same text, each as it is when nothing is said.
 *
 *   node bench/search-relevance.bench.ts --documents F --queries F --judgements F --peers <folder> [--seed 1] [--json]
 */
import { parseArgs } from 'node:util'
import { withTypingErrors } from '../src/cli/bench/search/typing-errors.ts'
import { readSearchCollection } from '../src/cli/judgements/collection-files.ts'
import { textFieldsOf } from '../src/cli/judgements/index-collection.ts'
import { judgeRun } from '../src/cli/judgements/judge-run.ts'
import { retrievalMetric } from '../src/evaluation/index.ts'
import { searchText, TextIndexBuilder } from '../src/retrieval/index.ts'
import { printReport } from './load/report.ts'
import { built, cpuMs, nodeEngines, type Search, type SearchEngine, sqliteEngine } from './peers/search-engines.ts'

const { values } = parseArgs({
  options: {
    documents: { type: 'string' },
    queries: { type: 'string' },
    judgements: { type: 'string' },
    peers: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const { documents: documentsFile, queries: queriesFile, judgements: judgementsFile, peers } = values
if (!documentsFile || !queriesFile || !judgementsFile || !peers) {
  throw new Error('expected --documents, --queries, --judgements and --peers')
}
const LIMIT = 1000
const METRICS = [retrievalMetric('map'), retrievalMetric('ndcg@10')]
const seed = Number(values.seed)
const files = { documents: documentsFile, queries: queriesFile, judgements: judgementsFile }
const { documents, queries, judgements } = await readSearchCollection(files)
const { fields } = textFieldsOf(documents)
const texts = documents.map((document) => fields.flatMap((field) => document[field] ?? []).join(' '))

async function ourEngine(): Promise<SearchEngine> {
  const { index, buildSeconds } = await built(() => {
    const builder = new TextIndexBuilder({ fields: { text: { kind: 'text' } } })
    for (const [number, text] of texts.entries()) builder.add({ id: String(number), text })
    return builder.build()
  })
  const found = (query: string, spelling: boolean) =>
    searchText(index, query, { limit: LIMIT, syntax: 'words', spelling }).hits.map(({ id }) => Number(id))
  return {
    name: 'sluice',
    buildSeconds,
    queries: [],
    search: (query) => found(query, false),
    tolerant: (query) => found(query, true),
  }
}

function judged(search: Search, textOf: (text: string, id: string) => string): Record<string, number> {
  const start = cpuMs()
  const run = new Map(
    queries.map(({ id, text }) => {
      const found = search(textOf(text, id))
      return [id, found.map((number, rank) => ({ id: documents[number]!.id, score: found.length - rank }))] as const
    }),
  )
  const cpuMicros = ((cpuMs() - start) * 1000) / queries.length
  const { metrics } = judgeRun({ run, judgements, queries, metrics: METRICS, seed })
  return { ...Object.fromEntries(Object.entries(metrics).map(([name, { estimate }]) => [name, estimate])), cpuMicros }
}

const asTyped = (text: string) => text
const mistyped = (text: string, id: string) => withTypingErrors(text, seed, id)
const engines = [
  await ourEngine(),
  await sqliteEngine(texts, [], LIMIT),
  ...(await nodeEngines(peers, texts, [], LIMIT)),
]
const figures = engines.map(({ name, buildSeconds, search, tolerant }) => ({
  name,
  buildSeconds,
  clean: judged(search, asTyped),
  mistyped: judged(search, mistyped),
  ...(tolerant ? { tolerant: { clean: judged(tolerant, asTyped), mistyped: judged(tolerant, mistyped) } } : {}),
}))
const best = ({ clean, mistyped: slipped, tolerant }: (typeof figures)[number]) => ({
  clean: Math.max(clean.map!, tolerant?.clean.map ?? 0),
  mistyped: Math.max(slipped.map!, tolerant?.mistyped.map ?? 0),
})
const [ours, ...others] = figures.map(best)
printReport(
  'search-relevance',
  {
    holds:
      ours!.mistyped >= 0.97 * ours!.clean &&
      others.every(({ clean, mistyped: slipped }) => ours!.clean >= clean && ours!.mistyped >= slipped),
    command: `node bench/search-relevance.bench.ts --documents ${documentsFile} --queries ${queriesFile} --judgements ${judgementsFile} --peers P --seed ${seed}`,
    documents: documents.length,
    queries: queries.length,
    engines: figures,
  },
  values.json,
)

/*
 * A test collection of the generated shop (src/systems/search/world), whose judgements are the truth it was made from:
 * writes documents.jsonl, queries.tsv and qrels.txt, and measures text search on them as `sluice bench search` does.
 *
 *   node bench/shop-collection.bench.ts --out <folder> [--products 5000] [--queries 1000] [--seed 1] [--no-measure] [--json]
 *
 * Queries are what people typed first, slips of the finger, other words for the same thing and broken off words included;
 * grades are 1 to 3. The claim is that understanding queries finds more of what was looked for than BM25 alone.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runSearchBench } from '../src/cli/bench/search/search-bench.ts'
import { createSearchWorld, searchCollection } from '../src/systems/index.ts'
import { printReport } from './load/report.ts'

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    products: { type: 'string', default: '5000' },
    queries: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    'no-measure': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
if (values.out === undefined) throw new Error('expected --out with a folder to write to')
const seed = Number(values.seed)
const world = createSearchWorld({ seed, products: Number(values.products) })
const lines = searchCollection(world, Number(values.queries))

mkdirSync(values.out, { recursive: true })
const files = {
  documents: join(values.out, 'documents.jsonl'),
  queries: join(values.out, 'queries.tsv'),
  judgements: join(values.out, 'qrels.txt'),
}
for (const name of ['documents', 'queries', 'judgements'] as const) {
  writeFileSync(files[name], `${[...lines[name]()].join('\n')}\n`)
}

const measured = values['no-measure']
  ? undefined
  : await runSearchBench({ ...files, seed, clock: () => performance.now() })
const gainOf = (name: string): number | undefined => measured?.runs.find(({ run }) => run === name)?.metrics['ndcg@10']
printReport(
  'shop-collection',
  {
    holds: measured === undefined || (gainOf('default') ?? 0) > (gainOf('bm25') ?? 1),
    command: `node bench/shop-collection.bench.ts --out <folder> --products ${values.products} --queries ${values.queries} --seed ${seed}`,
    documents: measured?.documents,
    queries: measured?.queries,
    runs: measured?.runs.map(({ run, metrics }) => ({ run, ...metrics })),
  },
  values.json,
)

/**
 * Raw scores of random ensembles of trees over 28 features with missing values: medians of interleaved runs, one row at
 * a time and 500 rows at once, compiled (`TreeScorer`) and plain (`scoreTrees`), which agree to the bit; and Shapley
 * values of one row.
 *
 *   node bench/tree-scoring.bench.ts [--rounds 60]
 */
import { parseArgs } from 'node:util'
import { openTreeScoringThreads, scoreTrees, TreeExplainer, TreeScorer } from '../src/models/index.ts'
import { randomEnsemble, randomRows } from '../src/testing/index.ts'

const FEATURES = 28
const POOL = 4_000
const BATCH = 500
const MANY = 4 * POOL
const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '60' } } })
const rounds = Number(options.rounds)

console.log(`node bench/tree-scoring.bench.ts --rounds ${rounds}; seeds 1 and 2, Node ${process.version}`)
const rows = randomRows(POOL, FEATURES, 2)
const many = randomRows(MANY, FEATURES, 3)
for (const [treeCount, leafCount] of [
  [100, 31],
  [500, 63],
] as const) {
  const ensemble = randomEnsemble({ treeCount, leafCount, featureCount: FEATURES }, 1)
  const scorer = new TreeScorer(ensemble)
  const explainer = new TreeExplainer(ensemble)
  requireSame(ensemble, scorer)
  const threads = await openTreeScoringThreads(ensemble, 2)
  const out = new Float64Array(BATCH)
  const manyOut = new Float64Array(MANY)
  const contributions = new Float64Array(FEATURES + 1)
  const single = Array.from({ length: POOL }, (_, row) => rows.slice(row * FEATURES, (row + 1) * FEATURES))
  const times = measure({
    'one row, compiled': repeated(BATCH, (row) => scorer.scoreRows(single[row]!, 1, out)),
    'one row, plain': repeated(BATCH, (row) => scoreTrees(ensemble, single[row]!, 1, out)),
    '500 rows, compiled': batch((part) => scorer.scoreRows(part, BATCH, out)),
    '500 rows, plain': batch((part) => scoreTrees(ensemble, part, BATCH, out)),
    '16,000 rows, one thread': timed(() => scorer.scoreRows(many, MANY, manyOut)),
    '16,000 rows, two threads': timed(() => threads.scoreRows(many, MANY, manyOut)),
    'Shapley values of one row': repeated(20, (row) => explainer.contributions(single[row]!, 1, contributions)),
  })
  await threads.close()
  console.log(`${treeCount} trees of ${leafCount} leaves`)
  for (const [name, micros] of Object.entries(times)) console.log(`  ${name.padEnd(28)} ${micros.toFixed(2)} us`)
}

type Run = (round: number) => number

/** Microseconds a call, over `count` rows that differ from round to round. */
function repeated(count: number, call: (row: number) => void): Run {
  return (round) => {
    const start = performance.now()
    for (let index = 0; index < count; index++) call((round * count + index) % POOL)
    return ((performance.now() - start) * 1000) / count
  }
}

function batch(call: (part: Float64Array) => void): Run {
  return (round) => {
    const from = (round % (POOL / BATCH)) * BATCH * FEATURES
    return timed(() => call(rows.subarray(from, from + BATCH * FEATURES)))(round)
  }
}

function timed(call: () => void): Run {
  return () => {
    const start = performance.now()
    call()
    return (performance.now() - start) * 1000
  }
}

/** Medians over rounds in which every run has its turn; the first tenth of the rounds warms up. */
function measure(runs: Record<string, Run>): Record<string, number> {
  const times = new Map(Object.keys(runs).map((name) => [name, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(runs)) times.get(name)!.push(run(round))
  }
  const median = (values: number[]): number => {
    const kept = values.slice(Math.floor(values.length / 10)).sort((a, b) => a - b)
    return kept[kept.length >> 1]!
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, median(values)]))
}

function requireSame(ensemble: Parameters<typeof scoreTrees>[0], scorer: TreeScorer): void {
  const plain = new Float64Array(POOL)
  const compiled = new Float64Array(POOL)
  scoreTrees(ensemble, rows, POOL, plain)
  scorer.scoreRows(rows, POOL, compiled)
  if (plain.some((score, row) => !Object.is(score, compiled[row]))) throw new Error('compiled and plain scores differ')
}

/*
 * Learning to rank from clicks: NDCG@10 on judged test queries of a ranker that was trained on clicks with planted
 * position bias, beside one trained on the true labels and one trained on the clicks as they are.
 *
 *   node bench/clicks.bench.ts [--train F --test F] [--sessions 200000] [--seeds 10] [--json]
 *
 * Without files it runs on LightGBM's ranking example (201 queries to learn from, 50 to test; ../shared/data). Others are
 * LibSVM with `qid:` or a `.query` file beside, labels from 0 to 4. Sessions are drawn over the queries to learn from: a
 * page of ten by a weak logging ranker (learnt from the labels of three queries), a look at place k with chance 1 / k,
 * a click on what is looked at with chance .1 to 1 by its gain. Nothing of this is told to our ranker: propensities are
 * estimated from the clicks. All three rankers are `fitLambdaMart` with its defaults. The test queries are scored once;
 * intervals are over them, of the mean of all seeds.
 *
 * - noise: three logging rankers, one click in ten of an irrelevant document that is looked at.
 * - trust: as it, and at the top irrelevant documents are clicked 65 times in 100, falling with the place.
 * - one ranker: as noise, but each document has always stood at one place; propensities are regressed.
 *
 * What has to hold is that clicks under position bias (noise, one ranker) give 98 % of the true labels' NDCG. Trust is more
 * than position bias: at the top hardly anything is learnt of a click. Its share stands beside them.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readWholeTable, rowsOf } from '../src/cli/bench/trees/read-tables.ts'
import { bootstrap, meanOfDefined, ndcgByQuery } from '../src/evaluation/index.ts'
import { type ClickLog, fitClickRanker, fitLambdaMart, type ListExamples, type RowModel } from '../src/models/index.ts'
import { type ClickBehaviour, clickWorld } from './load/click-world.ts'
import { printReport } from './load/report.ts'

const data = fileURLToPath(new URL('../../shared/data/lightgbm-examples/lambdarank/', import.meta.url))
const { values } = parseArgs({
  options: {
    train: { type: 'string', default: `${data}rank.train.gz` },
    test: { type: 'string', default: `${data}rank.test.gz` },
    sessions: { type: 'string', default: '200000' },
    seeds: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
})

const NDCG = { k: 10, gain: 'exponential', whenNoneRelevant: Number.NaN } as const
/** The share of the true labels' NDCG that is asked for. */
const LEAST_SHARE = 0.98

const NOISE = { steepness: 1, irrelevant: () => 0.1, perfect: () => 1 }
const BEHAVIOURS: Readonly<Record<string, ClickBehaviour>> = {
  noise: { rankers: 3, ...NOISE },
  trust: {
    rankers: 3,
    steepness: 1,
    irrelevant: (place) => 0.65 / (place + 1),
    perfect: (place) => 1 - 0.01 * (place + 1),
  },
  'one ranker': { rankers: 1, ...NOISE },
}

if (existsSync(values.train) && existsSync(values.test)) await main()
else console.log(`skipped: ${values.train} or ${values.test} is not there`)

async function main(): Promise<void> {
  const train = await readLists(values.train)
  const test = await readLists(values.test, train.featureCount)
  const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed + 1)
  const truth = seeds.map((seed) => ndcgOf(fitLambdaMart(train, { seed }), test))
  const figures = Object.entries(BEHAVIOURS).map(
    ([name, behaviour]) => [name, measure(behaviour, { train, test, seeds, truth })] as const,
  )
  printReport(
    'clicks',
    {
      holds: figures.every(([name, { ours }]) => name === 'trust' || ours.shareOfTrue >= LEAST_SHARE),
      ...{ train: values.train, test: values.test, sessions: Number(values.sessions), seeds: seeds.length },
      queries: [train.starts.length - 1, test.starts.length - 1],
      trueLabels: meanOver(truth),
      ...Object.fromEntries(figures),
    },
    values.json,
  )
}

interface Setting {
  readonly train: ListExamples
  readonly test: ListExamples
  readonly seeds: readonly number[]
  /** By seed, the NDCG of every test query by the ranker of the true labels. */
  readonly truth: readonly Float64Array[]
}

function measure(behaviour: ClickBehaviour, { train, test, seeds, truth }: Setting) {
  const found = seeds.map((seed) => {
    console.error(`seed ${seed}`)
    const { log, logged, looks } = clickWorld(train, behaviour, Number(values.sessions), seed)
    const ours = fitClickRanker(train, log, { seed })
    return {
      logging: meanOfDefined(ndcgByQuery(train.labels, logged, train.starts, NDCG)),
      naive: ndcgOf(fitLambdaMart({ ...train, ...clickRates(log) }, { seed, labelGains: 'linear' }), test),
      ours: ndcgOf(ours.model, test),
      method: ours.bias.method,
      propensityError: propensityError(ours.bias.slopes, looks),
    }
  })
  return {
    methods: [...new Set(found.map(({ method }) => method))],
    /** Of the logging ranker on the queries it served. */
    logging: meanOfDefined(Float64Array.from(found, ({ logging }) => logging)),
    /** The mean factor by which propensities are off; lines for trust are no propensities. */
    ...(found.every(({ method }) => method !== 'affine')
      ? { propensitiesOffBy: meanOfDefined(Float64Array.from(found, (each) => each.propensityError)) }
      : {}),
    naive: compared(
      found.map(({ naive }) => naive),
      truth,
    ),
    ours: compared(
      found.map(({ ours }) => ours),
      truth,
    ),
    oursOverNaive: compared(
      found.map(({ ours }) => ours),
      found.map(({ naive }) => naive),
    ).shareOfTrue,
  }
}

function ndcgOf(model: RowModel, lists: ListExamples): Float64Array {
  const scores = new Float64Array(lists.rowCount)
  model.scoreRows(lists.rows, lists.rowCount, scores)
  return ndcgByQuery(lists.labels, scores, lists.starts, NDCG)
}

/** Clicks over times shown, whatever the place; rows that were not shown do not count. */
function clickRates({ pairs, clicked, pairCount }: ClickLog): { labels: Float64Array; weights: Float64Array } {
  const shown = new Float64Array(pairCount)
  const clicks = new Float64Array(pairCount)
  pairs.forEach((pair, entry) => {
    shown[pair]! += 1
    clicks[pair]! += clicked[entry]!
  })
  return {
    labels: clicks.map((count, pair) => count / Math.max(1, shown[pair]!)),
    weights: shown.map((count) => (count > 0 ? 1 : 0)),
  }
}

function propensityError(slopes: Float64Array, looks: Float64Array): number {
  return slopes.reduce((sum, slope, place) => sum + Math.abs(Math.log(slope / looks[place]!)), 0) / slopes.length
}

/** The mean over test queries and seeds, as a share of the true labels', with an interval over the queries. */
function compared(runs: readonly Float64Array[], truth: readonly Float64Array[]) {
  const ours = meanByQuery(runs)
  const theirs = meanByQuery(truth)
  const judged = Uint32Array.from(ours.keys()).filter((query) => !Number.isNaN(ours[query]!))
  const share = (drawn: Uint32Array): number => {
    let [sum, whole] = [0, 0]
    for (const [index, query] of judged.entries()) {
      sum += drawn[index]! * ours[query]!
      whole += drawn[index]! * theirs[query]!
    }
    return sum / whole
  }
  const { estimate, low, high } = bootstrap(judged.length, share, { seed: 1 })
  return { ndcg: meanOfDefined(ours), shareOfTrue: estimate, low, high }
}

function meanByQuery(runs: readonly Float64Array[]): Float64Array {
  return runs[0]!.map((_, query) => runs.reduce((sum, run) => sum + run[query]!, 0) / runs.length)
}

function meanOver(runs: readonly Float64Array[]): number {
  return meanOfDefined(meanByQuery(runs))
}

async function readLists(file: string, featureCount?: number): Promise<ListExamples> {
  const table = await readWholeTable(file, {}, featureCount === undefined ? {} : { featureCount })
  const starts = new Uint32Array(1 + (table.groupSizes?.length ?? 0))
  table.groupSizes?.forEach((size, query) => {
    starts[query + 1] = starts[query]! + size
  })
  return {
    rows: rowsOf(table),
    rowCount: table.rowCount,
    featureCount: table.columns.length,
    labels: table.labels,
    starts,
  }
}

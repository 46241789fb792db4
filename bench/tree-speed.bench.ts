/*
 * Training of trees against LightGBM's command line, everything included that turns a file into a model: starting,
 * reading, binning, training, writing. Interleaved, same settings and threads, on tables of a seeded generator.
 *
 *   node bench/tree-speed.bench.ts --lightgbm <its binary> [--cases narrow,wide,mixed,ranking] [--rounds 5] [--threads 2]
 *                                  [--scale 1] [--trees 100] [--dir <folder for the tables>] [--json]
 *
 * narrow 1,000,000 x 28; wide 200,000 x 200; mixed 1,000,000 x 28 with missing values, a column of 60 categories and
 * bagging; ranking 500,000 x 28 in groups of 50 with LambdaMART. `--scale` multiplies the rows. Without LightGBM only
 * ours is measured. Every round has another seed: bins are found on a sample of 200,000 rows, which moves the AUC of
 * either side by .001 and more. A case holds when the median time keeps within what the case allows and the mean quality
 * of the rounds is less than .001 below LightGBM's.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readWholeTable } from '../src/cli/bench/trees/read-tables.ts'
import { scoreTable } from '../src/cli/bench/trees/score-table.ts'
import { treeMetrics } from '../src/cli/bench/trees/tree-metrics.ts'
import type { TreesReport } from '../src/cli/bench/trees/trees-bench.ts'
import { readLightgbmText, TreeModel } from '../src/models/index.ts'
import { median } from './load/quantiles.ts'
import { printReport } from './load/report.ts'
import { type TreeDataShape, writeTreeData } from './load/tree-data.ts'
import { type LightgbmRun, runLightgbm, type TimedProcess, timedProcess } from './peers/lightgbm.ts'

const { values } = parseArgs({
  options: {
    lightgbm: { type: 'string' },
    cases: { type: 'string', default: 'narrow,wide,mixed,ranking' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    scale: { type: 'string', default: '1' },
    trees: { type: 'string', default: '100' },
    dir: { type: 'string', default: join(tmpdir(), 'sluice-tree-data') },
    json: { type: 'boolean', default: false },
  },
})

interface SpeedCase {
  readonly shape: TreeDataShape
  readonly testRows: number
  readonly objective: 'binary' | 'lambdarank'
  readonly parameters: readonly string[]
  readonly metric: string
  /** Of LightGBM's time. */
  readonly allowed: number
}

const CASES: Readonly<Record<string, SpeedCase>> = {
  narrow: {
    shape: { rowCount: 1_000_000, featureCount: 28, seed: 1 },
    testRows: 200_000,
    objective: 'binary',
    parameters: [],
    metric: 'auc',
    allowed: 0.85,
  },
  wide: {
    shape: { rowCount: 200_000, featureCount: 200, seed: 2 },
    testRows: 100_000,
    objective: 'binary',
    parameters: [],
    metric: 'auc',
    allowed: 0.85,
  },
  mixed: {
    shape: { rowCount: 1_000_000, featureCount: 28, missing: 0.1, categories: 60, seed: 3 },
    testRows: 200_000,
    objective: 'binary',
    parameters: ['categorical_feature=0', 'bagging_fraction=0.8', 'bagging_freq=1'],
    metric: 'auc',
    allowed: 1,
  },
  ranking: {
    shape: { rowCount: 500_000, featureCount: 28, groupRows: 50, seed: 4 },
    testRows: 100_000,
    objective: 'lambdarank',
    parameters: [],
    metric: 'ndcg@10',
    allowed: 1,
  },
}

const COMMON = [
  `num_trees=${values.trees}`,
  `num_threads=${values.threads}`,
  'num_leaves=31',
  'learning_rate=0.1',
  'max_bin=255',
  'min_data_in_leaf=20',
]
const TRAIN_OURS = fileURLToPath(new URL('./load/train-trees.ts', import.meta.url))

type OurRun = Omit<TimedProcess, 'stdout'> & { readonly report: TreesReport; readonly quality: number }
type TheirRun = LightgbmRun & { readonly quality: number }

interface Files {
  readonly train: string
  readonly test: string
  readonly ourModel: string
  readonly lightgbmModel: string
}

const figures: Record<string, unknown> = {}
let holds = true
mkdirSync(values.dir, { recursive: true })
if (values.lightgbm === undefined) console.error('the comparison is skipped: give --lightgbm <path of its binary>')
for (const name of values.cases.split(',')) {
  const given = CASES[name]
  if (!given) throw new Error(`--cases: expected some of ${Object.keys(CASES).join(', ')}, got ${name}`)
  const found = await measure(name, given)
  for (const [figure, value] of Object.entries(found)) figures[`${name} ${figure}`] = value
  holds &&= found.holds
}
printReport('tree-speed', { holds, ...values, ...figures }, values.json)

async function measure(name: string, given: SpeedCase): Promise<{ holds: boolean; [figure: string]: unknown }> {
  const files = writeFiles(name, given)
  const ours: OurRun[] = []
  const theirs: TheirRun[] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    console.error(`${name}, round ${round + 1} of ${values.rounds}`)
    // Who comes first changes with the round.
    if (round % 2 === 0) ours.push(await trainOurs(given, files, round + 1))
    if (values.lightgbm !== undefined) theirs.push(await trainLightgbm(values.lightgbm, given, files, round + 1))
    if (round % 2 === 1) ours.push(await trainOurs(given, files, round + 1))
  }
  const part = (read: (report: TreesReport) => number): number => median(ours.map(({ report }) => read(report)))
  const own = {
    seconds: median(ours.map(({ seconds }) => seconds)),
    'processor seconds': median(ours.map(({ cpuSeconds }) => cpuSeconds)),
    'seconds of loading': part(({ seconds }) => seconds.load),
    'seconds of binning and training': part(({ seconds }) => seconds.train),
    'seconds of every run': ours.map(({ seconds }) => Number(seconds.toFixed(2))),
    [given.metric]: meanQuality(ours),
    [`${given.metric} of every run`]: ours.map(({ quality }) => Number(quality.toFixed(5))),
  }
  if (theirs.length === 0) return { ...own, holds: true }
  const seconds = median(theirs.map((run) => run.seconds))
  const quality = meanQuality(theirs)
  const ratio = own.seconds / seconds
  return {
    ...own,
    'LightGBM seconds': seconds,
    'LightGBM processor seconds': median(theirs.map((run) => run.cpuSeconds)),
    'LightGBM seconds of loading and binning': median(theirs.map((run) => run.loadSeconds)),
    'LightGBM seconds of every run': theirs.map((run) => Number(run.seconds.toFixed(2))),
    [`LightGBM ${given.metric}`]: quality,
    [`LightGBM ${given.metric} of every run`]: theirs.map((run) => Number(run.quality.toFixed(5))),
    ratio,
    allowed: given.allowed,
    holds: ratio <= given.allowed && (own[given.metric] as number) > quality - 0.001,
  }
}

function writeFiles(name: string, { shape, testRows }: SpeedCase): Files {
  const scale = Number(values.scale)
  const scaled = (rows: number): number => Math.round((rows * scale) / 100) * 100
  const file = (kind: string): string => join(values.dir, `${name}-${values.scale}.${kind}`)
  console.error(`${name}: writing tables, if they are not there`)
  writeTreeData(file('train.tsv'), { ...shape, rowCount: scaled(shape.rowCount) }, 'train')
  writeTreeData(file('test.tsv'), { ...shape, rowCount: scaled(testRows) }, 'test')
  return {
    train: file('train.tsv'),
    test: file('test.tsv'),
    ourModel: file('ours.txt'),
    lightgbmModel: file('lightgbm.txt'),
  }
}

async function trainOurs(given: SpeedCase, files: Files, seed: number): Promise<OurRun> {
  const { objective, parameters } = given
  const { train, ourModel } = files
  const options = { train, objective, parameters: [...COMMON, ...parameters], seed, saveLightgbm: ourModel }
  const { stdout, ...times } = timedProcess(process.execPath, [TRAIN_OURS, JSON.stringify(options)])
  return { ...times, report: JSON.parse(stdout) as TreesReport, quality: await qualityOf(ourModel, given, files) }
}

async function trainLightgbm(binary: string, given: SpeedCase, files: Files, seed: number): Promise<TheirRun> {
  const paths = [`data=${files.train}`, `output_model=${files.lightgbmModel}`, `seed=${seed}`]
  const run = runLightgbm(binary, [`objective=${given.objective}`, ...COMMON, ...given.parameters, ...paths])
  return { ...run, quality: await qualityOf(files.lightgbmModel, given, files) }
}

function meanQuality(runs: readonly { readonly quality: number }[]): number {
  return runs.reduce((sum, { quality }) => sum + quality, 0) / runs.length
}

/** Both models are measured by the same code, from their text. */
async function qualityOf(model: string, { metric }: SpeedCase, { test }: Files): Promise<number> {
  const table = await readWholeTable(test, {}, {})
  const ensemble = readLightgbmText(readFileSync(model, 'utf8'))
  return treeMetrics([metric], scoreTable(new TreeModel(ensemble), table))[metric] ?? Number.NaN
}

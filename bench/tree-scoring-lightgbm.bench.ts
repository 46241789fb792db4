/*
 * Scoring with trees against LightGBM's C API, the same model in both: one row (its fast call), 500 rows, and SHAP
 * contributions of both. Interleaved; LightGBM on one thread and on two, the better of which counts.
 *
 *   node bench/tree-scoring-lightgbm.bench.ts --lightgbm <its binary> --library <lib_lightgbm.so> [--models 100x31,500x63]
 *                                             [--rounds 5] [--seconds .5] [--dir <folder for tables and models>] [--json]
 *
 * A model holds when one row is at least 4 times faster, 500 rows 5 times, contributions as fast, all results are equal
 * to 1e-9 relative, and LightGBM loads our text of the model and says the same. Needs g++ for `peers/lightgbm-scoring.cpp`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { rowsOf } from '../src/cli/bench/trees/read-tables.ts'
import { readTreeFile } from '../src/cli/bench/trees/tree-files.ts'
import { readLightgbmText, TreeModel, writeLightgbmText } from '../src/models/index.ts'
import { median } from './load/quantiles.ts'
import { printReport } from './load/report.ts'
import { writeTreeData } from './load/tree-data.ts'
import { type LightgbmScoring, lightgbmScoring, readFloat64s, runLightgbm } from './peers/lightgbm.ts'

const { values } = parseArgs({
  options: {
    lightgbm: { type: 'string' },
    library: { type: 'string' },
    models: { type: 'string', default: '100x31,500x63' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '0.5' },
    dir: { type: 'string', default: join(tmpdir(), 'sluice-tree-data') },
    json: { type: 'boolean', default: false },
  },
})

const ROWS = 10_000
const TRAIN_ROWS = 100_000
const FEATURES = 28
const BATCH = 500
/** Rows a measurement, so that the clock costs nothing. */
const SINGLE_ROWS = 100
const MEASURES = ['rowMicros', 'batchMicros', 'shapRowMicros', 'shapBatchMicros'] as const
const FASTER: LightgbmScoring = { rowMicros: 4, batchMicros: 5, shapRowMicros: 1, shapBatchMicros: 1 }

if (values.lightgbm === undefined || values.library === undefined) {
  console.log('skipped: give --lightgbm <path of its binary> and --library <path of lib_lightgbm.so>')
} else {
  mkdirSync(values.dir, { recursive: true })
  await main(values.lightgbm, values.library)
}

async function main(binary: string, library: string): Promise<void> {
  const measureTheirs = lightgbmScoring(library, values.dir)
  const [train, test] = [join(values.dir, 'scoring.train.tsv'), join(values.dir, 'scoring.test.tsv')]
  const shape = { featureCount: FEATURES, missing: 0.1, seed: 5 }
  writeTreeData(train, { ...shape, rowCount: TRAIN_ROWS }, 'train')
  writeTreeData(test, { ...shape, rowCount: ROWS }, 'test')
  const rows = rowsOf(await readTreeFile(test))
  const rowFile = join(values.dir, 'scoring.rows')
  writeFileSync(rowFile, new Uint8Array(rows.buffer))
  const figures: Record<string, unknown> = {}
  let holds = true
  for (const name of values.models.split(',')) {
    const model = trainModel(binary, train, name)
    const job = { rows: rowFile, rowCount: ROWS, columns: FEATURES, seconds: Number(values.seconds) }
    const output = join(values.dir, `scoring-${name}`)
    const found = compare(model, rows, output, (file, threads) =>
      measureTheirs({ ...job, model: file, threads, output }),
    )
    for (const [figure, value] of Object.entries(found)) figures[`${name} ${figure}`] = value
    holds &&= found.holds
  }
  printReport('tree-scoring-lightgbm', { holds, rowsInTest: ROWS, ...figures }, values.json)
}

/** The file of a model that LightGBM trained, such as `100x31`. */
function trainModel(binary: string, train: string, name: string): string {
  const [trees, leaves] = name.split('x')
  const file = join(values.dir, `scoring-${name}.txt`)
  const sizes = [`num_trees=${trees}`, `num_leaves=${leaves}`, 'num_threads=2']
  if (!existsSync(file)) runLightgbm(binary, ['objective=binary', `data=${train}`, `output_model=${file}`, ...sizes])
  return file
}

type Theirs = (file: string, threads: number) => LightgbmScoring

function compare(file: string, rows: Float64Array, output: string, theirs: Theirs) {
  const model = new TreeModel(readLightgbmText(readFileSync(file, 'utf8')))
  const ownText = file.replace('.txt', '-ours.txt')
  writeFileSync(ownText, writeLightgbmText(model.ensemble))
  const runs = Array.from({ length: Number(values.rounds) }, (_, round) => {
    console.error(`${file}, round ${round + 1} of ${values.rounds}`)
    return { one: theirs(file, 1), ours: measureOurs(model, rows), two: theirs(ownText, 2) }
  })
  const difference = largestDifference(model, rows, output)
  const figures: Record<string, unknown> = { 'largest relative difference': difference }
  let holds = difference <= 1e-9
  for (const measure of MEASURES) {
    const over = (who: 'ours' | 'one' | 'two'): number => median(runs.map((run) => run[who][measure]))
    const [ours, one, two] = [over('ours'), over('one'), over('two')]
    const faster = Math.min(one, two) / ours
    figures[measure] = { ours, lightgbm: one, lightgbmOnTwoThreads: two, faster, required: FASTER[measure] }
    holds &&= faster >= FASTER[measure]
  }
  return { ...figures, holds }
}

function measureOurs(model: TreeModel, rows: Float64Array): LightgbmScoring {
  const scores = new Float64Array(BATCH)
  const row = (round: number, place: number): Float64Array => rowsAt(rows, (round * SINGLE_ROWS + place) % ROWS, 1)
  const batch = (round: number): Float64Array => rowsAt(rows, (round * BATCH) % ROWS, BATCH)
  return {
    rowMicros:
      medianMicros((round) => {
        for (let place = 0; place < SINGLE_ROWS; place++) model.scoreRows(row(round, place), 1, scores)
      }) / SINGLE_ROWS,
    batchMicros: medianMicros((round) => model.scoreRows(batch(round), BATCH, scores)),
    shapRowMicros:
      medianMicros((round) => {
        for (let place = 0; place < SINGLE_ROWS; place++) model.contributions(row(round, place), 1)
      }) / SINGLE_ROWS,
    shapBatchMicros: medianMicros((round) => model.contributions(batch(round), BATCH)),
  }
}

function rowsAt(rows: Float64Array, row: number, count: number): Float64Array {
  return rows.subarray(row * FEATURES, (row + count) * FEATURES)
}

/** The median of many times, after a warm-up of a fifth, as the program beside LightGBM has it. */
function medianMicros(work: (round: number) => unknown): number {
  const totalMs = Number(values.seconds) * 1000
  const micros: number[] = []
  const start = performance.now()
  for (let round = 0; ; round++) {
    const from = performance.now()
    work(round)
    const to = performance.now()
    if (to - start > totalMs / 5) micros.push((to - from) * 1000)
    if (to - start > totalMs && micros.length >= 5) return median(micros)
  }
}

/** Between what both said of all rows: raw scores and contributions, LightGBM's of our text of the model. */
function largestDifference(model: TreeModel, rows: Float64Array, output: string): number {
  const scores = new Float64Array(ROWS)
  model.scoreRows(rows, ROWS, scores)
  const raw = readFloat64s(`${output}.raw`)
  const contributions = readFloat64s(`${output}.contributions`)
  return Math.max(differenceOf(scores, raw), differenceOf(model.contributions(rows, ROWS), contributions))
}

function differenceOf(ours: Float64Array, theirs: Float64Array): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let index = 0; index < ours.length; index++) {
    const scale = Math.max(1, Math.abs(theirs[index]!))
    largest = Math.max(largest, Math.abs(ours[index]! - theirs[index]!) / scale)
  }
  return largest
}

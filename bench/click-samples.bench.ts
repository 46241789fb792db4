// Two small samples of display-ad clicks, for the path from raw columns to a model rather than for a ranking of models:
// Criteo's (1,599 of its 1,999 rows train, hashed, five seeded splits) and iPinYou's (its own split, 50 clicks in test).
// Options are fixed beforehand; nothing is tuned.
//
//   node bench/click-samples.bench.ts [--data ../shared/data] [--json]
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { logLoss, rocAuc } from '../src/evaluation/index.ts'
import { randomFrom } from '../src/foundation/index.ts'
import {
  type FeatureFields,
  FeatureHasher,
  fitFactorisationMachine,
  fitFieldAwareMachine,
  fitFtrlProximal,
  fitSparseLogisticRegression,
  type HashedValue,
  type SparseExamples,
  type SparseRows,
} from '../src/models/index.ts'
import { printReport } from './load/report.ts'

const { values } = parseArgs({
  options: { data: { type: 'string', default: '../shared/data' }, json: { type: 'boolean', default: false } },
})

interface Quality {
  readonly auc: number
  readonly logLoss: number
}

interface Model {
  scoreRows(rows: SparseRows, out: Float64Array): void
  response(score: number): number
}

const FTRL = { alpha: 0.1, l1: 0.1, l2: 1, seed: 1 }
const FACTORS = { epochs: 5, learningRate: 0.05, l2: 1e-3, initialDeviation: 0.05 }

printReport('click-samples', { criteoTiny: criteo(), ipinyouSample: ipinyou(), holds: true }, values.json)

function criteo() {
  const [header = '', ...lines] = linesOf('criteo-tiny/train.csv.gz')
  const columns = header.split(',').slice(2)
  const hasher = new FeatureHasher({ columns, bits: 18 })
  const crossing = new FeatureHasher({
    columns,
    bits: 18,
    crosses: [
      ['C2', 'C17'],
      ['C9', 'C17'],
      ['C6', 'C14'],
    ],
  })
  const rows = lines.map((line) => line.split(','))
  const table = rows.map((row) => row.slice(2).map((text, column) => criteoValue(text, column)))
  const labels = Float64Array.from(rows, (row) => Number(row[1]))
  const splits = [1, 2, 3, 4, 5].map((seed): Record<string, Quality> => {
    const order = randomFrom(seed, 'criteo').shuffle(Uint32Array.from(rows.keys()))
    const part = (from: FeatureHasher, chosen: Uint32Array): SparseExamples => ({
      ...from.hashRows(Array.from(chosen, (row) => table[row] ?? [])),
      labels: Float64Array.from(chosen, (row) => labels[row] ?? Number.NaN),
    })
    const [train, test] = [order.slice(0, 1599), order.slice(1599)]
    const plain = qualities(part(hasher, train), part(hasher, test), 0.2)
    const crossed = fitFtrlProximal(part(crossing, train), { ...FTRL, baseRate: 0.2 })
    return { ...plain, ftrlWithCrosses: qualityOf(crossed, part(crossing, test)) }
  })
  const names = Object.keys(splits[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, meanQuality(splits.map((split) => split[name]))]))
}

/** Counts as their logarithm, rounded: a category of their size. */
function criteoValue(text: string, column: number): HashedValue {
  if (text === '') return null
  if (column >= 13) return text
  const count = Number(text)
  return count > 2 ? `${Math.floor(Math.log(count) ** 2)}` : text
}

function ipinyou() {
  const names = linesOf('ipinyou-sample/feature_index.tsv.gz').map((line) => line.split('\t'))
  const fieldNames = [...new Set(names.map(([name = '']) => name.split(':')[0]))]
  const featureCount = 1 + names.reduce((most, [, feature]) => Math.max(most, Number(feature)), 0)
  const fields = new Uint32Array(featureCount)
  for (const [name = '', feature] of names) fields[Number(feature)] = fieldNames.indexOf(name.split(':')[0])
  const train = libsvm('ipinyou-sample/train.libsvm.gz', featureCount)
  const test = libsvm('ipinyou-sample/test.libsvm.gz', featureCount)
  return qualities(train, test, 0.01, { fieldCount: fieldNames.length, fields })
}

function qualities(
  train: SparseExamples,
  test: SparseExamples,
  baseRate: number,
  fields?: FeatureFields,
): Record<string, Quality> {
  const models: [string, Model][] = [
    ['logisticRegression', fitSparseLogisticRegression(train, { l2: 10 })],
    ['ftrl', fitFtrlProximal(train, { ...FTRL, baseRate })],
    ['factorisationMachine', fitFactorisationMachine(train, { ...FACTORS, factorCount: 8 })],
  ]
  if (fields !== undefined) models.push(['fieldAware', fitFieldAwareMachine(train, fields, FACTORS)])
  return Object.fromEntries(models.map(([name, model]) => [name, qualityOf(model, test)]))
}

function libsvm(file: string, featureCount: number): SparseExamples {
  const rows = linesOf(file).map((line) => line.split(' '))
  const starts = new Uint32Array(rows.length + 1)
  rows.forEach((row, index) => {
    starts[index + 1] = (starts[index] ?? 0) + row.length - 1
  })
  const entries = rows.flatMap((row) => row.slice(1).map((entry) => entry.split(':').map(Number)))
  return {
    rowCount: rows.length,
    featureCount,
    starts,
    indices: Uint32Array.from(entries, ([index]) => index ?? 0),
    values: Float64Array.from(entries, ([, value]) => value ?? Number.NaN),
    labels: Float64Array.from(rows, ([label]) => Number(label)),
  }
}

function linesOf(file: string): string[] {
  return gunzipSync(readFileSync(`${values.data}/${file}`))
    .toString()
    .trim()
    .split('\n')
}

function qualityOf(model: Model, examples: SparseExamples): Quality {
  const scores = new Float64Array(examples.rowCount)
  model.scoreRows(examples, scores)
  const probabilities = scores.map((score) => model.response(score))
  return {
    auc: Number(rocAuc(examples.labels, scores).toFixed(4)),
    logLoss: Number(logLoss(examples.labels, probabilities).toFixed(4)),
  }
}

function meanQuality(runs: readonly (Quality | undefined)[]): Quality {
  const mean = (name: 'auc' | 'logLoss'): number =>
    Number((runs.reduce((sum, run) => sum + (run?.[name] ?? Number.NaN), 0) / runs.length).toFixed(4))
  return { auc: mean('auc'), logLoss: mean('logLoss') }
}

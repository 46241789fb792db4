/**
 * The five models of LightGBM in ../shared/conformance, written as ONNX and run by `onnxruntime-node` on one thread:
 * the largest difference of its scores and responses from ours over the test rows, taken to single precision, and the
 * medians of interleaved runs over 500 of them.
 *
 *   node bench/onnx.bench.ts [--rounds 20] [--json]
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import {
  readLightgbmText,
  responseOf,
  type TreeEnsemble,
  TreeScorer,
  writeOnnx,
  writeResponses,
} from '../src/models/index.ts'
import { lightgbmCases } from './load/lightgbm-cases.ts'

const BATCH = 500
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
})
const rounds = Number(options.rounds)

const figures: Record<string, Figures> = {}
for (const { name, test } of lightgbmCases()) {
  const path = new URL(`../../shared/conformance/lightgbm/${name}/model.txt.gz`, import.meta.url)
  const ensemble = readLightgbmText(textOf(path))
  figures[name] = await measure(ensemble, readRows(test, ensemble.featureCount))
}
const command = `node bench/onnx.bench.ts --rounds ${rounds}`
if (options.json) console.log(JSON.stringify({ command, node: process.version, figures }))
else report()

interface Figures {
  readonly rows: number
  readonly onnxBytes: number
  /** Of 1, or of our own value where it is larger. */
  readonly largestScoreDifference: number
  readonly largestResponseDifference: number
  readonly ourMicros: number
  readonly onnxruntimeMicros: number
}

async function measure(ensemble: TreeEnsemble, rows: Float64Array): Promise<Figures> {
  const { featureCount: width, classCount } = ensemble
  const rowCount = rows.length / width
  const bytes = writeOnnx(ensemble)
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 })
  const scorer = new TreeScorer(ensemble)
  const scores = new Float64Array(rowCount * classCount)
  scorer.scoreRows(rows, rowCount, scores)
  const responses = scores.slice()
  writeResponses(responseOf(ensemble.objective), scores, rowCount, classCount, responses)
  const theirs = await session.run({ rows: new Tensor('float32', Float32Array.from(rows), [rowCount, width]) })

  const batch = rows.subarray(0, Math.min(BATCH, rowCount) * width)
  const input = new Tensor('float32', Float32Array.from(batch), [batch.length / width, width])
  const [ours, onnx]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    let start = performance.now()
    scorer.scoreRows(batch, batch.length / width, scores)
    ours.push(1000 * (performance.now() - start))
    start = performance.now()
    await session.run({ rows: input }, ['score'])
    onnx.push(1000 * (performance.now() - start))
  }
  scorer.scoreRows(rows, rowCount, scores)
  return {
    rows: rowCount,
    onnxBytes: bytes.length,
    largestScoreDifference: largestDifference(scores, theirs.score?.data as Float32Array),
    largestResponseDifference: largestDifference(responses, theirs.response?.data as Float32Array),
    ourMicros: median(ours),
    onnxruntimeMicros: median(onnx),
  }
}

function report(): void {
  console.log(`${command}; Node ${process.version}, onnxruntime on one thread, ${BATCH} rows a run`)
  for (const [name, of] of Object.entries(figures)) {
    const difference = `score ${of.largestScoreDifference.toExponential(1)}, response ${of.largestResponseDifference.toExponential(1)}`
    const times = `${of.ourMicros.toFixed(0)} us ours, ${of.onnxruntimeMicros.toFixed(0)} us onnxruntime`
    console.log(`  ${name.padEnd(20)} ${of.rows} rows: ${difference}; ${times}; ${of.onnxBytes} bytes`)
  }
  if (Object.keys(figures).length === 0)
    console.log('  the models of LightGBM (../shared/conformance/lightgbm) are not there')
}

function largestDifference(ours: Float64Array, theirs: Float32Array): number {
  return ours.reduce((most, value, index) => {
    return Math.max(most, Math.abs(value - theirs[index]!) / Math.max(1, Math.abs(value)))
  }, 0)
}

function median(values: readonly number[]): number {
  const kept = values.slice(Math.floor(values.length / 10)).sort((a, b) => a - b)
  return kept[kept.length >> 1]!
}

/** Label first, then the features, in tabs or as LibSVM with what is not named being 0; in single precision. */
function readRows(path: string, width: number): Float64Array {
  const lines = textOf(path).trimEnd().split('\n')
  const rows = new Float64Array(lines.length * width)
  for (const [row, line] of lines.entries()) {
    for (const [column, cell] of line.split(/\s+/).slice(1).entries()) {
      const [feature, value] = cell.includes(':') ? cell.split(':') : [column, cell]
      rows[row * width + Number(feature)] = Math.fround(Number(value))
    }
  }
  return rows
}

function textOf(path: string | URL): string {
  return gunzipSync(readFileSync(path)).toString('utf8')
}

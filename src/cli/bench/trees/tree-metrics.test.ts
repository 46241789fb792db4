import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { isSluiceError } from '../../../foundation/index.ts'
import { readGroupSizes, readTreeFile } from './tree-files.ts'
import { treeMetrics, usualMetrics } from './tree-metrics.ts'

const shared = new URL('../../../../../shared/', import.meta.url)
const absent =
  existsSync(new URL('conformance/lightgbm/', shared)) && existsSync(new URL('data/lightgbm-examples/', shared))
    ? false
    : 'the models of LightGBM (../shared/conformance/lightgbm) or their data (../shared/data) are not there'

/** Of every case: the test rows, and those of them that stand in groups. */
const CASES: Readonly<Record<string, readonly [test: string, groups?: string]>> = {
  binary: ['data/lightgbm-examples/binary_classification/binary.test.gz'],
  'categorical-missing': ['conformance/lightgbm/categorical-missing/test.tsv.gz'],
  lambdarank: [
    'data/lightgbm-examples/lambdarank/rank.test.gz',
    'data/lightgbm-examples/lambdarank/rank.test.query.gz',
  ],
  multiclass: ['data/lightgbm-examples/multiclass_classification/multiclass.test.gz'],
  regression: ['data/lightgbm-examples/regression/regression.test.gz'],
}

describe('the metrics of tree models', () => {
  for (const [name, [test, groups]] of Object.entries(CASES)) {
    it(`are those that LightGBM prints for the same predictions: ${name}`, { skip: absent }, async () => {
      const table = await readTreeFile(new URL(test, shared).pathname)
      const rawScores = numbers(`conformance/lightgbm/${name}/prediction-raw.tsv.gz`)
      const responses = numbers(`conformance/lightgbm/${name}/prediction-response.tsv.gz`)
      const classCount = rawScores.length / table.rowCount
      const groupSizes = groups ? await readGroupSizes(new URL(groups, shared).pathname, table.rowCount) : undefined
      const training = JSON.parse(
        readFileSync(new URL(`conformance/lightgbm/${name}/training.json`, shared), 'utf8'),
      ) as { test_metric_by_iteration: Record<string, number[]> }
      const printed = Object.entries(training.test_metric_by_iteration).map(([metric, values]) => [
        metric,
        values.at(-1),
      ])
      const names = printed.map(([metric]) => String(metric))
      const metrics = treeMetrics(names, { labels: table.labels, rawScores, responses, classCount, groupSizes })
      for (const [metric, value] of printed) {
        const difference = Math.abs((metrics[String(metric)] ?? Number.NaN) - Number(value))
        // Six digits are printed.
        assert.ok(difference <= 5e-6 * Number(value), `${metric}: ${value}`)
      }
    })
  }

  const rows = {
    labels: Float64Array.of(0, 2, 1),
    rawScores: Float64Array.of(3, 1, 1, 0, 0, 1, 2, 2, 0),
    responses: Float64Array.of(0.5, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 0.5, 0),
    classCount: 3,
  }
  it('go wrong by class where the largest score is of another, the first of equal ones', () => {
    assert.deepEqual(treeMetrics(['multi_error', 'multi_logloss'], rows), {
      multi_error: 1 / 3,
      multi_logloss: Math.log(2),
    })
  })

  it('of rates and of soft labels are those of one row reckoned by hand', () => {
    const one = {
      labels: Float64Array.of(2),
      rawScores: Float64Array.of(0),
      responses: Float64Array.of(3),
      classCount: 1,
    }
    assert.deepEqual(treeMetrics(['poisson', 'l1', 'rmse'], one), { poisson: 3 - 2 * Math.log(3), l1: 1, rmse: 1 })
    const soft = { ...one, labels: Float64Array.of(0.25), responses: Float64Array.of(0.5) }
    assert.deepEqual(treeMetrics(['cross_entropy', 'binary_error'], { ...soft, labels: Float64Array.of(0.25) }), {
      cross_entropy: Math.log(2),
      binary_error: 1,
    })
  })

  it('have names, and NDCG has queries', () => {
    const refused = (error: unknown): boolean => isSluiceError(error, 'INVALID_ARGUMENT')
    assert.throws(() => treeMetrics(['aucc'], rows), refused)
    assert.throws(() => treeMetrics(['ndcg'], rows), refused)
    assert.deepEqual(
      [usualMetrics('binary')[0], usualMetrics('huber')[0], usualMetrics('lambdarank')[0]],
      ['auc', 'l2', 'ndcg'],
    )
  })
})

function numbers(path: string): Float64Array {
  const text = gunzipSync(readFileSync(new URL(path, shared))).toString('utf8')
  return Float64Array.from(text.trim().split(/\s+/), Number)
}

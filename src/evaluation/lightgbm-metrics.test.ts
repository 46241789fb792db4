import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { logLoss, meanOfDefined, meanSquaredError, ndcgByQuery, rocAuc } from './index.ts'

/** Models, predictions and metrics of LightGBM's own command line, which lie beside the repository and not in it. */
const shared = new URL('../../../shared/', import.meta.url)
const absent =
  existsSync(new URL('conformance/lightgbm/', shared)) && existsSync(new URL('data/lightgbm-examples/', shared))
    ? false
    : 'the models of LightGBM (../shared/conformance/lightgbm) or their data (../shared/data) are not there'

describe('equality with the test metrics that LightGBM prints', { skip: absent }, () => {
  it('holds for NDCG by query: exponential gain, ties in input order, 1 for a query without relevant row', () => {
    const labels = firstColumn('data/lightgbm-examples/lambdarank/rank.test.gz')
    const sizes = firstColumn('data/lightgbm-examples/lambdarank/rank.test.query.gz')
    const scores = firstColumn('conformance/lightgbm/lambdarank/prediction-raw.tsv.gz')
    const starts = new Uint32Array(sizes.length + 1)
    for (const [query, size] of sizes.entries()) starts[query + 1] = (starts[query] ?? 0) + size
    for (const k of [1, 3, 5, 10]) {
      const values = ndcgByQuery(labels, scores, starts, {
        k,
        gain: 'exponential',
        ties: 'inputOrder',
        whenNoneRelevant: 1,
      })
      assertPrinted('lambdarank', `ndcg@${k}`, meanOfDefined(values))
    }
  })

  it('holds for AUC and log loss', () => {
    const labels = firstColumn('data/lightgbm-examples/binary_classification/binary.test.gz')
    assertPrinted('binary', 'auc', rocAuc(labels, firstColumn('conformance/lightgbm/binary/prediction-raw.tsv.gz')))
    const probabilities = firstColumn('conformance/lightgbm/binary/prediction-response.tsv.gz')
    assertPrinted('binary', 'binary_logloss', logLoss(labels, probabilities))
  })

  it('holds for squared error', () => {
    const labels = firstColumn('data/lightgbm-examples/regression/regression.test.gz')
    const predictions = firstColumn('conformance/lightgbm/regression/prediction-response.tsv.gz')
    assertPrinted('regression', 'l2', meanSquaredError(labels, predictions))
  })
})

function firstColumn(path: string): Float64Array {
  const text = gunzipSync(readFileSync(new URL(path, shared))).toString('utf8')
  return Float64Array.from(text.trimEnd().split('\n'), (line) => Number.parseFloat(line))
}

/** LightGBM prints six digits; the last iteration is that of the whole model. */
function assertPrinted(model: string, metric: string, value: number): void {
  const path = new URL(`conformance/lightgbm/${model}/training.json`, shared)
  const training = JSON.parse(readFileSync(path, 'utf8')) as { test_metric_by_iteration: Record<string, number[]> }
  const printed = training.test_metric_by_iteration[metric]?.at(-1)
  assert.ok(printed !== undefined, `no metric ${metric}; there are ${Object.keys(training.test_metric_by_iteration)}`)
  assert.ok(Math.abs(printed - value) <= 1e-6, `${metric}: expected ${printed}, got ${value}`)
}

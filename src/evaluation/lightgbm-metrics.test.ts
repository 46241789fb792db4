import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  LIGHTGBM_CASES,
  lightgbmAbsent,
  lightgbmQueries,
  readLightgbmColumn,
  readLightgbmMetrics,
} from '../testing/index.ts'
import { logLoss, meanOfDefined, meanSquaredError, ndcgByQuery, rocAuc } from './index.ts'

describe('equality with the test metrics that LightGBM prints', { skip: lightgbmAbsent }, () => {
  it('holds for NDCG by query: exponential gain, ties in input order, 1 for a query without relevant row', () => {
    const labels = readLightgbmColumn(LIGHTGBM_CASES.lambdarank.test)
    const sizes = readLightgbmColumn(lightgbmQueries(LIGHTGBM_CASES.lambdarank.test))
    const scores = readLightgbmColumn('conformance/lightgbm/lambdarank/prediction-raw.tsv.gz')
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
    const labels = readLightgbmColumn(LIGHTGBM_CASES.binary.test)
    assertPrinted(
      'binary',
      'auc',
      rocAuc(labels, readLightgbmColumn('conformance/lightgbm/binary/prediction-raw.tsv.gz')),
    )
    const probabilities = readLightgbmColumn('conformance/lightgbm/binary/prediction-response.tsv.gz')
    assertPrinted('binary', 'binary_logloss', logLoss(labels, probabilities))
  })

  it('holds for squared error', () => {
    const labels = readLightgbmColumn(LIGHTGBM_CASES.regression.test)
    const predictions = readLightgbmColumn('conformance/lightgbm/regression/prediction-response.tsv.gz')
    assertPrinted('regression', 'l2', meanSquaredError(labels, predictions))
  })
})

/** LightGBM prints six digits; the last iteration is that of the whole model. */
function assertPrinted(model: keyof typeof LIGHTGBM_CASES, metric: string, value: number): void {
  const metrics = readLightgbmMetrics(model)
  const printed = metrics[metric]?.at(-1)
  assert.ok(printed !== undefined, `no metric ${metric}; there are ${Object.keys(metrics)}`)
  assert.ok(Math.abs(printed - value) <= 1e-6, `${metric}: expected ${printed}, got ${value}`)
}

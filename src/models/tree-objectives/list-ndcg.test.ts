import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  LIGHTGBM_CASES,
  lightgbmAbsent,
  lightgbmQueries,
  readLightgbmColumn,
  readLightgbmMetrics,
} from '../../testing/index.ts'
import { listNdcg } from './list-ndcg.ts'
import { listStarts } from './query-lists.ts'

describe('the mean NDCG of lists', () => {
  it('is the one that LightGBM prints', { skip: lightgbmAbsent }, () => {
    const { test } = LIGHTGBM_CASES.lambdarank
    const labels = readLightgbmColumn(test)
    const starts = listStarts(readLightgbmColumn(lightgbmQueries(test)), labels.length)
    const scores = readLightgbmColumn('conformance/lightgbm/lambdarank/prediction-raw.tsv.gz')
    const metrics = readLightgbmMetrics('lambdarank')
    for (const places of [1, 3, 5, 10]) {
      const printed = metrics[`ndcg@${places}`]?.at(-1)
      assert.ok(printed !== undefined)
      assert.ok(Math.abs(listNdcg({ labels, starts, places })(scores) - printed) < 1e-6)
    }
  })

  it('is 1 in perfect order and where nothing is relevant, and less in any other order', () => {
    const labels = Float64Array.of(2, 1, 0, 0, 0)
    const ndcg = listNdcg({ labels, starts: Uint32Array.of(0, 3, 5), places: 2 })
    assert.equal(ndcg(Float64Array.of(3, 2, 1, 5, 9)), 1)
    const swapped = (1 + (3 / Math.log2(3) + 1) / (3 + 1 / Math.log2(3))) / 2
    assert.ok(Math.abs(ndcg(Float64Array.of(2, 3, 1, 5, 9)) - swapped) < 1e-12)
  })
})

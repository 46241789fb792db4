import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { listNdcg } from './list-ndcg.ts'
import { listStarts } from './query-lists.ts'

const shared = new URL('../../../../shared/', import.meta.url)
const absent =
  existsSync(new URL('conformance/lightgbm/', shared)) && existsSync(new URL('data/lightgbm-examples/', shared))
    ? false
    : 'the models of LightGBM (../shared/conformance/lightgbm) or their data (../shared/data) are not there'

describe('the mean NDCG of lists', () => {
  it('is the one that LightGBM prints', { skip: absent }, () => {
    const labels = firstColumn('data/lightgbm-examples/lambdarank/rank.test.gz')
    const starts = listStarts(firstColumn('data/lightgbm-examples/lambdarank/rank.test.query.gz'), labels.length)
    const scores = firstColumn('conformance/lightgbm/lambdarank/prediction-raw.tsv.gz')
    const path = new URL('conformance/lightgbm/lambdarank/training.json', shared)
    const training = JSON.parse(readFileSync(path, 'utf8')) as { test_metric_by_iteration: Record<string, number[]> }
    for (const places of [1, 3, 5, 10]) {
      const printed = training.test_metric_by_iteration[`ndcg@${places}`]?.at(-1)
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

function firstColumn(path: string): Float64Array {
  const text = gunzipSync(readFileSync(new URL(path, shared))).toString('utf8')
  return Float64Array.from(text.trimEnd().split('\n'), (line) => Number.parseFloat(line))
}

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { retrievalMetric } from './retrieval-metric.ts'

interface Golden {
  /** Ids best first, in trec_eval's order. */
  readonly run: Readonly<Record<string, readonly string[]>>
  readonly judgements: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly values: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const golden = JSON.parse(readFileSync(new URL('./golden/trec-eval.json', import.meta.url), 'utf8')) as Golden
const NAMES = {
  ...{ map: 'map', ndcg: 'ndcg', recip_rank: 'mrr' },
  ...{ map_cut_5: 'map@5', ndcg_cut_5: 'ndcg@5', ndcg_cut_10: 'ndcg@10', P_5: 'p@5', P_30: 'p@30' },
  ...{ recall_5: 'recall@5', recall_10: 'recall@10' },
}

describe('measures of retrieval', () => {
  it('are those of trec_eval, query by query, to its four digits', () => {
    let compared = 0
    for (const [query, values] of Object.entries(golden.values)) {
      const gains = golden.judgements[query]!
      const ranked = Float64Array.from(golden.run[query] ?? [], (id) => gains[id] ?? 0)
      for (const [theirs, ours] of Object.entries(NAMES)) {
        const found = retrievalMetric(ours).of(ranked, Float64Array.from(Object.values(gains)))
        assert.ok(Math.abs(found - values[theirs]!) <= 5.001e-5, `${query} ${ours}: ${found} and not ${values[theirs]}`)
        compared++
      }
    }
    assert.equal(compared, 120)
  })

  it('are not defined where nothing is relevant, and 0 where nothing was found', () => {
    for (const name of ['map', 'ndcg@10', 'mrr', 'p@5', 'recall@100']) {
      assert.ok(Number.isNaN(retrievalMetric(name).of(Float64Array.of(0, 0), Float64Array.of(0))))
      assert.equal(retrievalMetric(name).of(new Float64Array(0), Float64Array.of(0, 2)), 0)
    }
  })

  it('are asked for by name, and by nothing else', () => {
    for (const name of ['', 'p', 'MAP', 'ndcg@0', 'ndcg@', 'toString', 'map@1.5', 'precision@5', 'ndcg@-1']) {
      assert.throws(
        () => retrievalMetric(name),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
        name,
      )
    }
  })
})

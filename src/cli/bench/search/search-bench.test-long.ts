import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runSearchBench } from './search-bench.ts'

const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url))
const absent = (name: string) => (existsSync(`${data}${name}`) ? false : `no ${name} beside the checkout`)
const runOn = (folder: string) =>
  runSearchBench({
    ...{ documents: `${folder}/docs.jsonl.gz`, queries: `${folder}/queries.tsv`, judgements: `${folder}/qrels.tsv` },
    ...{ seed: 1, clock: () => 0 },
  })

describe('the search bench', () => {
  it('reaches the published figures on CACM', { skip: absent('cacm') }, async () => {
    const { runs, typingErrors } = await runOn(`${data}cacm`)
    const of = (name: string) => runs.find(({ run }) => run === name)!.metrics
    assert.ok(of('bm25').map >= 0.3123 && of('bm25')['p@30'] >= 0.1942)
    assert.ok(of('feedback').map >= 0.3648 && of('feedback')['p@30'] >= 0.2224)
    assert.ok(typingErrors.share >= 0.97)
    assert.ok(of('hybrid').map >= 0.98 * of('feedback').map && of('hybrid')['ndcg@10'] >= of('feedback')['ndcg@10'])
  })

  it('gains by feedback and by vectors on Cranfield', { skip: absent('cranfield') }, async () => {
    const { runs, typingErrors } = await runOn(`${data}cranfield`)
    const of = (name: string) => runs.find(({ run }) => run === name)!.metrics['ndcg@10']
    assert.ok(of('bm25') >= 0.36 && of('default') >= of('bm25') && of('feedback') > of('default'))
    assert.ok(of('hybrid') > of('feedback') && of('hybrid') >= 0.98 * of('latent vectors'))
    assert.ok(typingErrors.share >= 0.97)
  })
})

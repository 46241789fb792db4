import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { importFiles, openDataDirectory, openEventLog } from '../../data/index.ts'
import { temporaryFolder } from '../../testing/index.ts'
import { ModelRegistry, trainSystem } from '../../training/index.ts'
import { moviesApplication } from './application.ts'

const data = fileURLToPath(new URL('../../../../shared/data/ml-100k/', import.meta.url))
const absent = existsSync(data) ? false : 'MovieLens 100K (../shared/data/ml-100k) is not there'
const clock = () => Date.UTC(2026, 0, 1)

describe('the movies system', { skip: absent }, () => {
  const folder = temporaryFolder()

  it('makes better pages of MovieLens 100K than popularity does, beyond chance', async () => {
    const directory = openDataDirectory(folder, { mode: 'write', clock })
    const log = openEventLog(directory, { schema: moviesApplication.schema, clock })
    const files = ['ratings', 'users', 'items'].map((name) => `${data}${name}.tsv.gz`)
    const imported = await importFiles(log, files, { format: 'movielens-tsv' })
    assert.deepEqual([imported.accepted, imported.rejected], [102_625, 0])
    const options = { seed: 1, codeVersion: 'test', nowMs: clock() }
    const { judgement, gate } = await trainSystem(moviesApplication, 'home', log, new ModelRegistry(folder), options)
    await log.close()
    await directory.close()

    const { ranking, pages } = judgement
    assert.deepEqual(gate, { holds: true, reasons: [] })
    assert.ok(ranking && ranking.model.ndcgAt10.low > ranking.popular.ndcgAt10.high)
    assert.ok(pages && pages.gainOverPopular.low > 0 && pages.gainOverRetrieval.low > 0)
    assert.ok(pages.model.ndcgAt10.estimate > 0.32, `NDCG@10 of ${pages.model.ndcgAt10.estimate}`)
    assert.ok(pages.model.recallAt100.low > pages.popular.recallAt100.high)
  })
})

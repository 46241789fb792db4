import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { isSluiceError, manualClock, randomFrom } from '../../foundation/index.ts'
import { type RetrievalReport, runRetrievalBench } from './retrieval-bench.ts'
import type { RetrievalBenchOptions } from './retrieval-options.ts'

describe('the retrieval bench', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-'))
    for (const [name, text] of Object.entries(clubs())) await writeFile(join(folder, name), text)
  })
  after(() => rm(folder, { recursive: true }))

  const run = (options: Partial<RetrievalBenchOptions>): Promise<RetrievalReport> =>
    runRetrievalBench({
      format: 'lightgcn',
      train: join(folder, 'train.txt'),
      at: [3, 6],
      seed: 7,
      clock: manualClock(0),
      ...options,
    })
  const parts = () => ({ test: join(folder, 'test.txt'), valid: join(folder, 'valid.txt') })

  it('has recall and ndcg that one reckons by hand', async () => {
    await writeFile(join(folder, 'few.txt'), '0 0 1\n1 0 1 2\n2 0 3\n')
    await writeFile(join(folder, 'few-test.txt'), '0 2 3\n2 4\n')
    const few = { train: join(folder, 'few.txt'), test: join(folder, 'few-test.txt'), models: ['popularity'] }
    const report = await run({ ...few, at: [1, 3] })
    // User 0 is shown 2, 3, 4 and misses nothing; user 2 is shown 1, 2, 4 and finds 4 in the third place.
    const { metrics } = report.models[0] ?? assert.fail('no model')
    assert.deepEqual(metrics, { 'recall@1': 0.25, 'ndcg@1': 0.5, 'recall@3': 1, 'ndcg@3': 0.75 })
  })

  it('finds that models which know the clubs beat popularity, and that beats chance', async () => {
    const report = await run(parts())
    const [ease = 0, coVisitation = 0, popularity = 0, random = 1] = report.models.map(
      ({ metrics }) => metrics['ndcg@3'] ?? Number.NaN,
    )
    assert.deepEqual(
      report.models.map(({ model }) => model),
      ['ease', 'co-visitation', 'popularity', 'random'],
    )
    assert.ok(ease > 1.5 * popularity && coVisitation > 1.5 * popularity && popularity > random)
  })

  it('reports the same figures for the same seed', async () => {
    assert.deepEqual(await run(parts()), await run(parts()))
  })

  it('splits at random as often as it is told, and reports the mean', async () => {
    const report = await run({ split: { ratio: 0.75, stratify: 'item', repeats: 3 }, models: ['co-visitation'] })
    const [model = assert.fail('no model')] = report.models
    const values = model.splits.map(({ metrics }) => metrics['recall@6'] ?? Number.NaN)
    assert.equal(new Set(values).size, 3)
    assert.equal(model.metrics['recall@6'], values.reduce((sum, value) => sum + value, 0) / 3)
  })

  it('refuses to run without knowing what to test on, or at which places', async () => {
    const wrong = (error: unknown): boolean => isSluiceError(error, 'INVALID_ARGUMENT')
    await assert.rejects(run({}), wrong)
    await assert.rejects(run({ ...parts(), split: { ratio: 0.5, stratify: 'none', repeats: 1 } }), wrong)
    await assert.rejects(run({ ...parts(), at: [0] }), wrong)
  })
})

/** 60 users, each of one of three clubs of 12 items, four in five of whose items are of the club. */
function clubs(): Record<string, string> {
  const random = randomFrom(3, 'clubs')
  const rows = Array.from({ length: 60 }, (_, user) => {
    const met = new Set<number>()
    while (met.size < 8) {
      const club = random.uniform() < 0.8 ? user % 3 : random.integer(3)
      met.add(club * 12 + Math.floor(12 * random.uniform() ** 1.5))
    }
    return [...met]
  })
  const file = (from: number, to: number): string =>
    rows.map((row, user) => [user, ...row.slice(from, to)].join(' ')).join('\n')
  return { 'train.txt': file(0, 5), 'valid.txt': file(5, 6), 'test.txt': file(6, 8) }
}

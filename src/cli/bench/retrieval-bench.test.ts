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
      trials: 3,
      clock: manualClock(0),
      peakResidentBytes: () => 42,
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
    const of = Object.fromEntries(report.models.map(({ model, metrics }) => [model, metrics['ndcg@3'] ?? Number.NaN]))
    assert.deepEqual(Object.keys(of), ['blend', 'ease', 'spectral', 'als', 'co-visitation', 'popularity', 'random'])
    const { popularity = 1, random = 1, ...knowing } = of
    for (const [name, value] of Object.entries(knowing)) {
      assert.ok(value > 1.3 * popularity, `${name}: ${value} against ${popularity}`)
    }
    assert.ok(popularity > random)
  })

  it('gives the blend weights that add up to 1 and do no worse on valid than its members', async () => {
    const report = await run({ ...parts(), models: ['blend', 'ease', 'spectral', 'als'] })
    const [blend, ...members] = report.models.map(({ splits }) => splits[0] ?? assert.fail('no split'))
    const weights = Object.values(blend?.options ?? {}).map(Number)
    assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-9)
    const best = (trials: readonly { score: number }[] = []) => Math.max(...trials.map(({ score }) => score))
    for (const member of members) {
      assert.ok(member.trials.length <= 3)
      assert.ok(best(blend?.trials) >= best(member.trials))
    }
  })

  it('reports what it is asked for with intervals that hold the mean, chosen by the first', async () => {
    const report = await run({ ...parts(), models: ['ease'], metrics: ['hit@2', 'ndcg@3'] })
    const [{ metrics, intervals } = assert.fail('no model')] = report.models
    assert.deepEqual(Object.keys(metrics), ['hit@2', 'ndcg@3'])
    for (const [name, value] of Object.entries(metrics)) {
      const { low = 1, high = 0 } = intervals[name] ?? {}
      assert.ok(low < value && value < high)
    }
    assert.match(report.protocol, /chosen on valid by hit@2/)
    assert.equal(report.peakResidentBytes, 42)
  })

  it('cuts at one moment for everybody, and holds out what is new to people who are known', async () => {
    const stars = [
      'a x 5 1',
      'b y 5 2',
      'a y 1 3',
      'b x 5 4',
      'c x 5 5',
      'a x 5 6',
      'a z 5 7',
      'a y 5 8',
      'b z 5 9',
      'd x 5 10',
    ]
    const rows = stars.map((row) => row.replaceAll(' ', '::'))
    await writeFile(join(folder, 'times.dat'), rows.join('\n'))
    const report = await run({
      train: join(folder, 'times.dat'),
      format: 'delimited',
      columns: {
        user: 'who',
        item: 'what',
        time: 'when',
        names: ['who', 'what', 'stars', 'when'],
        atLeast: { column: 'stars', value: 4 },
      },
      split: { kind: 'time', ratio: 0.5, stratify: 'none', repeats: 1 },
      models: ['popularity'],
      at: [1],
    })
    // Of nine rows with stars enough four are train; a has met x then, and d is unknown, as c is when train is cut.
    assert.deepEqual(report.interactions, { train: 4, valid: 0, test: 3 })
    assert.equal(report.testUsers, 2)
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
    await assert.rejects(run({ ...parts(), trials: 0 }), wrong)
    await assert.rejects(run({ ...parts(), metrics: ['auc@3'] }), wrong)
    const byTime = { kind: 'time', ratio: 0.5, stratify: 'none', repeats: 1 } as const
    await assert.rejects(run({ split: byTime }), wrong)
    await writeFile(join(folder, 'other.txt'), '70 900\n71 901\n')
    await assert.rejects(run({ ...parts(), test: join(folder, 'other.txt') }), wrong)
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

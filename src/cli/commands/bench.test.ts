import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { temporaryFolder } from '../../testing/index.ts'
import { type Outcome, runLines, runProgram } from '../testing/run-program.ts'

const folder = temporaryFolder()

writeFileSync(join(folder, 'train.txt'), '0 0 1 2\n1 0 1 3\n2 2 3\n3 1 2\n')
writeFileSync(join(folder, 'test.txt'), '0 3\n1 2\n2 1\n')
writeFileSync(join(folder, 'torn.txt'), '0 1\n1 two\n')
writeFileSync(join(folder, 'twice.txt'), '0 1\n1 2\n0 3\n')
writeFileSync(join(folder, 'empty.txt'), '')
writeFileSync(join(folder, 'other.txt'), '7 9\n')
writeFileSync(join(folder, 'pairs.csv'), 'user,item\na,x\n')

describe('sluice bench retrieval', { concurrency: 2 }, () => {
  it('prints one document, and its progress elsewhere', async () => {
    const line = 'bench retrieval --train train.txt --test test.txt --models popularity,random --at 1,2 --json'
    const { code, out, err } = await runProgram(folder, ...line.split(' '))
    assert.equal(code, 0)
    const { models } = JSON.parse(out) as { models: { model: string; metrics: Record<string, number> }[] }
    assert.deepEqual(
      models.map(({ model }) => model),
      ['popularity', 'random'],
    )
    for (const { metrics } of models) {
      assert.deepEqual(Object.keys(metrics), ['recall@1', 'ndcg@1', 'recall@2', 'ndcg@2'])
    }
    assert.match(err, /^popularity, split 1 of 1\n/)
  })

  it('is also called recommend, learns from files with a header and says what it held', async () => {
    const rows = Array.from({ length: 60 }, (_, row) => `u${row % 12},i${(row * 7) % 10}`)
    writeFileSync(join(folder, 'all.csv'), ['user,item', ...new Set(rows)].join('\n'))
    const line = 'bench recommend --train all.csv --layout delimited --split random --folds 2 --trials 2'
    const models = 'blend,ease,spectral,als,co-visitation,popularity'
    const args = [...line.split(' '), '--models', models, '--metrics', 'ndcg@3,recall@2', '--json']
    const [{ code, out }, again] = (await runLines(folder, [args, args])) as [Outcome, Outcome]
    assert.equal(code, 0)
    const report = JSON.parse(out) as {
      peakResidentBytes: number
      models: { model: string; metrics: object; intervals: object; splits: { trials: object[]; options: object }[] }[]
    }
    assert.deepEqual(report.models.map(({ model }) => model).join(), models)
    for (const { metrics, intervals, splits } of report.models) {
      assert.deepEqual(
        [Object.keys(metrics), Object.keys(intervals)],
        [
          ['ndcg@3', 'recall@2'],
          ['ndcg@3', 'recall@2'],
        ],
      )
      assert.equal(splits.length, 2)
    }
    const shown = (text: string) =>
      (JSON.parse(text) as typeof report).models.map(({ metrics, splits }) => [
        metrics,
        splits.map(({ options }) => options),
      ])
    assert.deepEqual(shown(again.out), shown(out))
  })

  const wrong: Readonly<Record<string, readonly [code: number, message: RegExp]>> = {
    '--test test.txt': [2, /required option '--train <file>' not specified/],
    '--train train.txt': [2, /expected either a test file or a random split, got neither; give --test or --split/],
    '--train train.txt --test test.txt --split random': [2, /expected either .*, got both/],
    '--train train.txt --split random --valid test.txt': [2, /expected no valid file with a split/],
    '--train train.txt --test test.txt --models ease,eese': [2, /expected some of blend, ease, .*, got eese/],
    '--train train.txt --test test.txt --at 10,0': [2, /expected whole numbers of at least 1/],
    '--train train.txt --split random --ratio 1': [2, /expected a number between 0 and 1/],
    '--train train.txt --test test.txt --format csv': [2, /Allowed choices are lightgcn, delimited/],
    '--train nope.txt --test test.txt': [2, /FILE_NOT_FOUND: nope\.txt: expected a file, got none/],
    '--train torn.txt --test test.txt': [1, /MALFORMED_ROW: torn\.txt line 2: expected whole numbers .*got "two"/],
    '--train twice.txt --test test.txt': [1, /twice\.txt line 3: expected one line a user, got user 0 of line 1 again/],
    '--train empty.txt --test test.txt': [1, /empty\.txt line 1: expected interactions, got none/],
    '--train train.txt --test other.txt': [2, /test: expected a user of train with an item of train, got none/],
    '--train train.txt --test test.txt --metrics auc@5': [2, /metrics: expected recall, ndcg, precision, hit/],
    '--train train.txt --test test.txt --trials 0': [2, /expected a whole number of at least 1/],
    '--train train.txt --split time': [2, /expected a column of times, got none; name it with --time/],
    '--train train.txt --split random --at-least four': [2, /expected a column and a number such as rating=4/],
    '--train pairs.csv --split random --format delimited --item film': [1, /line 1: .*the column film/],
  }
  const lines = Object.keys(wrong)
  let outcomes: readonly Outcome[] = []
  before(async () => {
    outcomes = await runLines(
      folder,
      lines.map((line) => ['bench', 'retrieval', ...line.split(' ')]),
    )
  })
  for (const [place, line] of lines.entries()) {
    it(`refuses "${line}"`, () => {
      const [expected, message] = wrong[line]!
      const { code, out, err } = outcomes[place]!
      assert.deepEqual([code, out], [expected, ''])
      assert.match(err, message)
      assert.doesNotMatch(err, /^ {4}at /m)
    })
  }
})

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { randomFrom } from '../../foundation/index.ts'
import { readLightgbmText } from '../../models/index.ts'
import { temporaryFolder } from '../../testing/index.ts'
import type { TreesReport } from '../bench/trees/trees-bench.ts'
import { runProgram } from '../testing/run-program.ts'

const folder = temporaryFolder()
const bench = (line: string) => runProgram(folder, 'bench', 'trees', ...line.split(' '))

/** Two columns that matter together, one with holes, and one of chance. */
function table(part: string, rowCount: number): string {
  const random = randomFrom(6, part)
  const rows = Array.from({ length: rowCount }, () => {
    const [a, b, c] = [random.normal(), random.normal(), random.normal()]
    const label = a * b > 0 ? 2 : random.integer(2)
    return `${label}\t${a.toFixed(3)}\t${random.uniform() < 0.1 ? 'nan' : b.toFixed(3)}\t${c.toFixed(3)}`
  })
  return `${rows.join('\n')}\n`
}

const graded = table('train', 2000)
writeFileSync(join(folder, 'graded.tsv'), graded)
writeFileSync(join(folder, 'train.tsv'), graded.replace(/^2/gm, '1'))
writeFileSync(join(folder, 'test.tsv'), table('test', 1000).replace(/^2/gm, '1'))
writeFileSync(join(folder, 'graded.tsv.query'), '20\n'.repeat(100))
writeFileSync(join(folder, 'torn.tsv'), '1\t2\n0\tx\n')

describe('sluice bench trees', { concurrency: 2 }, () => {
  it('prints metrics and times as one document, and writes the model for LightGBM', async () => {
    const { code, out, err } = await bench(
      '--train train.tsv --test test.tsv --objective binary --parameters num_trees=20 num_leaves=8 --save-lightgbm m.txt --json',
    )
    assert.equal(code, 0, err)
    const { metrics, rows, trees, seconds } = JSON.parse(out) as TreesReport
    assert.deepEqual([rows, trees], [{ train: 2000, test: 1000 }, 20])
    assert.deepEqual(Object.keys(metrics), ['auc', 'binary_logloss'])
    const { auc = 0 } = metrics
    assert.ok(auc > 0.7, `AUC ${auc}`)
    assert.deepEqual(Object.keys(seconds), ['load', 'loadTest', 'train', 'save', 'score'])
    assert.equal(readLightgbmText(readFileSync(join(folder, 'm.txt'), 'utf8')).treeCount, 20)
    assert.match(err, /^reading train\.tsv\n/)
  })

  it('ranks with the queries that lie beside the rows, and stops where the test gets no better', async () => {
    const { code, out, err } = await bench(
      '--train graded.tsv --test graded.tsv --objective lambdarank --parameters num_trees=30 metric=ndcg eval_at=3 early_stopping_round=3 --json',
    )
    assert.equal(code, 0, err)
    const { metrics } = JSON.parse(out) as TreesReport
    assert.deepEqual(Object.keys(metrics), ['ndcg@3'])
    assert.ok((metrics['ndcg@3'] ?? 0) > 0.8)
  })

  const wrong: Readonly<Record<string, readonly [code: number, message: RegExp]>> = {
    '--objective binary': [2, /required option '--train <file>' not specified/],
    '--train train.tsv': [2, /required option '--objective <name>' not specified/],
    '--train train.tsv --objective rank': [2, /Allowed choices are binary, cross_entropy/],
    '--train train.tsv --objective lambdarank': [2, /lambdarank: expected queries, got none; give --group/],
    '--train train.tsv --objective multiclass': [2, /multiclass: expected num_class, got none/],
    '--train train.tsv --objective binary --parameters num_treez=3': [
      2,
      /a name among num_iterations, .* got num_treez=3/,
    ],
    '--train train.tsv --objective binary --parameters categorical_feature=3': [2, /expected a number below 3 .*got 3/],
    '--train none.tsv --objective binary': [2, /FILE_NOT_FOUND: none\.tsv: expected a file, got none/],
    '--train torn.tsv --objective binary': [
      1,
      /MALFORMED_ROW: torn\.tsv line 2: expected a number in column 2, got "x"/,
    ],
  }
  for (const [line, [expected, message]] of Object.entries(wrong)) {
    it(`refuses "${line}"`, async () => {
      const { code, out, err } = await bench(line)
      assert.deepEqual([code, out], [expected, ''])
      assert.match(err, message)
      assert.doesNotMatch(err, /^ {4}at /m)
    })
  }
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFrom } from '../foundation/index.ts'
import type { ListExamples } from '../models/index.ts'
import { fitRanker, loadRanker, overWholeRows, selectColumns, unknownColumns } from './column-selection.ts'
import { candidates, logisticRanker } from './logistic-ranker.ts'

const NAMES = ['noise', 'rate.1h', 'rate.1d', 'rateOther', 'retrieval.trending']

describe('the columns that a ranker reads', () => {
  it('are all, or those named: a column, or all columns of a feature, in the order of the row', () => {
    assert.deepEqual([...selectColumns(NAMES, undefined)], [0, 1, 2, 3, 4])
    assert.deepEqual([...selectColumns(NAMES, ['retrieval.trending', 'rate'])], [1, 2, 4])
    assert.deepEqual([...selectColumns(NAMES, ['rate.1d'])], [2])
    assert.deepEqual(unknownColumns(NAMES, ['rate', 'rat', 'retrieval.trending']), ['rat'])
  })
})

describe('a ranker of some columns', () => {
  const ranker = logisticRanker({
    label: { event: 'watch', within: '30m' },
    examples: candidates({ negatives: 4 }),
    features: ['rate', 'retrieval.trending'],
  })
  const examples = randomExamples(300)
  const model = fitRanker(ranker, NAMES, examples, 1)
  const narrow = Float64Array.from(examples.rows).filter((_, index) => [1, 2, 4].includes(index % 5))

  it('is the ranker fitted to a table without the others', () => {
    const alone = ranker.fit({ ...examples, rows: narrow, featureCount: 3 }, 1)
    assert.deepEqual(model.save(), alone.save())
    assert.equal(loadRanker(ranker, NAMES, model.save()).featureCount, 3)
  })

  it('scores and explains whole rows by its columns alone', () => {
    const whole = overWholeRows(ranker, NAMES, model)
    const [expected, got] = [new Float64Array(300), new Float64Array(300)]
    model.scoreRows(narrow, 300, expected)
    whole.scoreRows(examples.rows, 300, got)
    assert.deepEqual(got, expected)
    const { baseline, contributions } = whole.explain(examples.rows.subarray(0, 5))
    assert.deepEqual([contributions[0], contributions[3]], [0, 0])
    assert.ok(Math.abs(contributions.reduce((sum, part) => sum + part, baseline) - expected[0]!) < 1e-9)
    assert.throws(() => whole.scoreRows(narrow, 300, got), { code: 'SHAPE_MISMATCH' })
  })

  it('is refused when it was fitted to another number of columns', () => {
    assert.throws(() => loadRanker(ranker, NAMES.slice(1, 4), model.save()), { code: 'MODEL_MISMATCH' })
  })
})

function randomExamples(rowCount: number): ListExamples {
  const random = randomFrom(5, 'columns')
  const rows = Float64Array.from({ length: rowCount * NAMES.length }, () => random.normal())
  const labels = Float64Array.from({ length: rowCount }, (_, row) => (rows[row * 5 + 1]! + random.normal() > 0 ? 1 : 0))
  return { rows, rowCount, featureCount: NAMES.length, labels, starts: Uint32Array.of(0, rowCount) }
}

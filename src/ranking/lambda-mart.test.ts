import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFrom } from '../foundation/index.ts'
import type { ListExamples, RowModel } from '../models/index.ts'
import { explainScore } from './explain-score.ts'
import { lambdaMart } from './lambda-mart.ts'
import { candidates, logisticRanker } from './logistic-ranker.ts'

const NAMES = ['watchRate', 'age']
const options = { label: { event: 'watch', within: '30m' }, examples: candidates({ negatives: 4 }) } as const
const ranker = lambdaMart({ ...options, model: { maxTrees: 20 } })

/** Lists of five; the label follows the first feature. */
function examples(): ListExamples {
  const random = randomFrom(5, 'lambda-mart-ranker')
  const rowCount = 1000
  const rows = Float64Array.from({ length: 2 * rowCount }, () => random.normal())
  const labels = Float64Array.from({ length: rowCount }, (_, row) => (rows[2 * row]! + random.normal() > 1 ? 1 : 0))
  const starts = Uint32Array.from({ length: rowCount / 5 + 1 }, (_, list) => 5 * list)
  return { rows, rowCount, featureCount: 2, labels, starts }
}

describe('the ranker of boosted trees', () => {
  const model = ranker.fit(examples(), 1)

  it('is plain data but for fitting and loading, and is another one with other settings', () => {
    const { spec, label } = structuredClone({ spec: ranker.spec, label: ranker.label })
    assert.deepEqual(label, { event: 'watch', where: undefined, withinMs: 1_800_000 })
    assert.notDeepEqual(lambdaMart({ ...options, model: { maxTrees: 30 } }).spec, spec)
    assert.notDeepEqual(logisticRanker({ ...options }).spec, lambdaMart(options).spec)
  })

  it('ranks what follows the label higher, says probabilities, and loads what it saved', () => {
    const rows = Float64Array.of(-2, 0, 2, 0)
    const [low = 0, high = 0] = scoresOf(model, rows)
    assert.ok(high > low)
    assert.ok(model.response(low) < 0.2 && model.response(high) > 0.5)
    assert.deepEqual(scoresOf(ranker.load(model.save()), rows), [low, high])
  })

  it('explains a score by its features, the largest effect first', () => {
    const { contributions, baseline, score, probability } = explainScore(model, NAMES, Float64Array.of(2, 0))
    assert.equal(contributions[0]?.feature, 'watchRate')
    const sum = contributions.reduce((total, part) => total + part.contribution, baseline)
    assert.ok(Math.abs(sum - score) < 1e-9)
    assert.equal(probability, model.response(score))
  })

  it('does not load what is no model of rows', () => {
    assert.throws(() => ranker.load(new Uint8Array(3)), { code: 'MODEL_CORRUPT' })
  })
})

function scoresOf(model: RowModel, rows: Float64Array): number[] {
  const out = new Float64Array(rows.length / NAMES.length)
  model.scoreRows(rows, out.length, out)
  return Array.from(out)
}

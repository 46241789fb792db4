import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { randomFrom } from '../foundation/index.ts'
import { explainScore } from './explain-score.ts'
import { lambdaMart } from './lambda-mart.ts'
import { candidates, exposures, logisticRanker } from './logistic-ranker.ts'
import type { RankerExamples } from './ranker.ts'
import { loadValueModel, ValueModel } from './value-model.ts'
import { valueRanker } from './value-ranker.ts'

const NAMES = ['taste', 'annoyance', 'noise']
const EXAMPLES = exposures('impression', { group: 'decision' })
const labelled = (event: string) => ({ label: { event, within: '30m' }, examples: EXAMPLES }) as const
const objectives = {
  watch: lambdaMart({ ...labelled('watch'), model: { maxTrees: 15 } }),
  hide: logisticRanker({ ...labelled('hide'), model: { basis: 'piecewise' } }),
  share: logisticRanker(labelled('share')),
}
const value = { watch: 1, hide: -4, share: 10 }
const ranker = valueRanker({ objectives, value, main: 'watch' })

/** Lists of five: watched by the first feature, hidden by the second, never shared. */
function examples(): RankerExamples {
  const random = randomFrom(5, 'value-ranker')
  const rowCount = 1500
  const rows = Float64Array.from({ length: 3 * rowCount }, () => random.normal())
  const label = (column: number, above: number) =>
    Float64Array.from({ length: rowCount }, (_, row) => (rows[3 * row + column]! + random.normal() > above ? 1 : 0))
  const watch = label(0, 1)
  return {
    rows,
    rowCount,
    featureCount: 3,
    labels: watch,
    objectiveLabels: { watch, hide: label(1, 2), share: new Float64Array(rowCount) },
    starts: Uint32Array.from({ length: rowCount / 5 + 1 }, (_, list) => 5 * list),
  }
}

describe('a ranker by value', () => {
  const all = examples()
  const model = ranker.fit(all, 1)
  assert.ok(model instanceof ValueModel)

  it('is the sum of weight times probability, as each objective alone would say', () => {
    const rows = all.rows.subarray(0, 60)
    const expected = new Float64Array(20)
    for (const name of ['watch', 'hide'] as const) {
      const alone = objectives[name].fit({ ...all, labels: all.objectiveLabels?.[name] ?? all.labels }, 1)
      const scores = new Float64Array(20)
      alone.scoreRows(rows, 20, scores)
      for (let row = 0; row < 20; row++) expected[row]! += value[name] * alone.response(scores[row]!)
    }
    // What never happened counts as a rate near 0, the same for all.
    for (let row = 0; row < 20; row++) expected[row]! += 10 / 1502
    const got = new Float64Array(20)
    model.scoreRows(rows, 20, got)
    for (let row = 0; row < 20; row++) assert.ok(Math.abs(got[row]! - expected[row]!) < 1e-12)
  })

  it('responds with the probability of the main label, which follows the score', () => {
    const scores = new Float64Array(all.rowCount)
    model.scoreRows(all.rows, all.rowCount, scores)
    const mean = scores.reduce((sum, score) => sum + model.response(score), 0) / all.rowCount
    const rate = all.labels.reduce((sum, label) => sum + label, 0) / all.rowCount
    assert.ok(Math.abs(mean - rate) < 0.01, `${mean} and ${rate}`)
    assert.ok(model.response(0.5) > model.response(-0.5))
  })

  it('is explained by objective and by feature, each to 1e-9, whatever the row', () => {
    const number = fc.oneof(fc.double({ min: -4, max: 4, noNaN: true }), fc.constant(Number.NaN))
    fc.assert(
      fc.property(fc.array(number, { minLength: 3, maxLength: 3 }), (values) => {
        const explained = explainScore(model, NAMES, Float64Array.from(values))
        const { score, baseline, contributions, byObjective = {} } = explained
        const sumOf = (parts: readonly { contribution: number }[], start: number) =>
          parts.reduce((sum, { contribution }) => sum + contribution, start)
        assert.ok(Math.abs(sumOf(contributions, baseline) - score) < 1e-9)
        const terms = Object.entries(byObjective)
        assert.deepEqual(terms.map(([name]) => name).sort(), ['hide', 'share', 'watch'])
        for (const [, term] of terms) {
          assert.ok(Math.abs(term.value - term.weight * term.probability) < 1e-12)
          assert.ok(Math.abs(sumOf(term.contributions, term.baseline) - term.value) < 1e-9)
        }
        assert.ok(Math.abs(terms.reduce((sum, [, term]) => sum + term.value, 0) - score) < 1e-9)
      }),
      { seed: 4, numRuns: 200 },
    )
  })

  it('blames the feature that annoys, with a sign', () => {
    const { byObjective } = explainScore(model, NAMES, Float64Array.of(0, 3, 0))
    const first = byObjective?.hide?.contributions[0]
    assert.equal(first?.feature, 'annoyance')
    assert.ok((first?.contribution ?? 0) < -0.5)
    assert.equal(
      explainScore(objectives.share.fit({ ...all, labels: all.labels }, 1), NAMES, Float64Array.of(0, 3, 0))
        .byObjective,
      undefined,
    )
  })

  it('loads what it saved, to the bit', () => {
    const loaded = loadValueModel(model.save())
    const [first, second] = [new Float64Array(all.rowCount), new Float64Array(all.rowCount)]
    model.scoreRows(all.rows, all.rowCount, first)
    loaded.scoreRows(all.rows, all.rowCount, second)
    assert.deepEqual(second, first)
    assert.deepEqual(loaded.save(), model.save())
    assert.equal(loaded.response(0.3), model.response(0.3))
    assert.throws(() => ranker.load(new Uint8Array(3)), { code: 'MODEL_CORRUPT' })
  })

  it('needs the main label, and nothing else, to have happened', () => {
    assert.throws(() => ranker.fit({ ...all, objectiveLabels: { watch: new Float64Array(all.rowCount) } }, 1), {
      code: 'ONE_CLASS_ONLY',
    })
  })

  it('is another definition with another weight', () => {
    const other = valueRanker({ objectives, value: { ...value, hide: -5 }, main: 'watch' })
    assert.notDeepEqual(other.spec, ranker.spec)
    assert.deepEqual(Object.keys(ranker.objectives ?? {}), ['watch', 'hide', 'share'])
  })

  it('refuses a formula that does not fit its objectives', () => {
    const refused = (change: () => unknown, text: RegExp) =>
      assert.throws(change, (error: Error & { code?: string }) => {
        assert.equal(error.code, 'INVALID_APPLICATION')
        assert.match(error.message, text)
        return true
      })
    const { watch, hide } = objectives
    refused(() => valueRanker({ objectives: { watch }, value: { watch: Number.NaN }, main: 'watch' }), /value\.watch/)
    const elsewhere = { ...hide, examples: candidates({ negatives: 3 }) }
    const weights = { watch: 1, hide: -1 }
    refused(
      () => valueRanker({ objectives: { watch, hide: elsewhere }, value: weights, main: 'watch' }),
      /hide: .*examples/,
    )
    const narrow = { ...hide, features: ['noise'] }
    refused(
      () => valueRanker({ objectives: { watch, hide: narrow }, value: weights, main: 'watch' }),
      /hide: .*features/,
    )
    refused(
      () => valueRanker({ objectives: { watch, hide: ranker }, value: weights, main: 'watch' }),
      /hide: .*a value/,
    )
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { randomFrom } from '../foundation/index.ts'
import type { ListExamples, RowModel } from '../models/index.ts'
import { explainScore } from './explain-score.ts'
import { candidates, exposures, logisticRanker } from './logistic-ranker.ts'

const NAMES = ['watchRate', 'age', 'noise']

/** The label follows the first feature; the second is often missing. */
function examples(rowCount = 400): ListExamples {
  const random = randomFrom(5, 'ranking')
  const rows = new Float64Array(rowCount * NAMES.length)
  const labels = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const rate = random.normal()
    rows.set([rate, random.uniform() < 0.3 ? Number.NaN : random.normal(), random.normal()], row * NAMES.length)
    labels[row] = rate + random.normal() > 0 ? 1 : 0
  }
  return { rows, rowCount, featureCount: NAMES.length, labels, starts: Uint32Array.of(0, rowCount) }
}

const ranker = logisticRanker({
  label: { event: 'watch', where: { seconds: { min: 30 } }, within: '30m' },
  examples: exposures('impression', { group: 'decision' }),
})

function scoresOf(model: RowModel, rows: Float64Array): number[] {
  const out = new Float64Array(rows.length / NAMES.length)
  model.scoreRows(rows, out.length, out)
  return Array.from(out)
}

describe('the logistic ranker', () => {
  it('is plain data but for fitting and loading', () => {
    const { spec, label } = structuredClone({ spec: ranker.spec, label: ranker.label, examples: ranker.examples })
    assert.deepEqual(label, { event: 'watch', where: { seconds: { min: 30 } }, withinMs: 1_800_000 })
    assert.deepEqual(candidates({ negatives: 4 }), { kind: 'candidates', negatives: 4, spacingMs: 86_400_000 })
    assert.notDeepEqual(logisticRanker({ ...ranker, label: { event: 'watch', within: '30m' } }).spec, spec)
  })

  it('ranks what follows the label higher, and its response is a probability', () => {
    const model = ranker.fit(examples(), 1)
    const [low = 0, high = 0] = scoresOf(model, Float64Array.of(-2, 0, 0, 2, 0, 0))
    assert.ok(high > low)
    assert.ok(model.response(low) < 0.2 && model.response(high) > 0.8)
  })

  it('loads what it saved, to the bit', () => {
    const model = ranker.fit(examples(), 1)
    const { rows } = examples()
    assert.deepEqual(scoresOf(ranker.load(model.save()), rows), scoresOf(model, rows))
  })

  it('gives the same model for the same seed, and draws its samples from it', () => {
    const many = examples(70_000)
    const curves = logisticRanker({ ...options(), model: { basis: 'piecewise', knots: 4 } })
    const first = curves.fit(many, 1).save()
    assert.deepEqual(curves.fit(many, 1).save(), first)
    assert.notDeepEqual(curves.fit(many, 2).save(), first)
  })
})

function options() {
  return { label: { event: 'watch', within: '30m' } as const, examples: candidates({ negatives: 4 }) }
}

describe('the explanation of a score', () => {
  const model = ranker.fit(examples(), 1)

  it('sums to the score within 1e-9, whatever the row', () => {
    const value = fc.oneof(fc.double({ min: -50, max: 50, noNaN: true }), fc.constant(Number.NaN))
    fc.assert(
      fc.property(fc.array(value, { minLength: 3, maxLength: 3 }), (values) => {
        const row = Float64Array.from(values)
        const { score, baseline, contributions, probability } = explainScore(model, NAMES, row)
        const sum = contributions.reduce((total, part) => total + part.contribution, baseline)
        assert.ok(Math.abs(sum - score) <= 1e-9, `${sum} and ${score}`)
        assert.equal(score, scoresOf(model, row)[0])
        assert.equal(probability, model.response(score))
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it('names every feature with its value, the largest effect first, and null for what is not known', () => {
    const { contributions } = explainScore(model, NAMES, Float64Array.of(3, Number.NaN, 0))
    assert.equal(contributions[0]?.feature, 'watchRate')
    assert.deepEqual(
      new Map(contributions.map(({ feature, value }) => [feature, value])),
      new Map<string, number | null>([
        ['watchRate', 3],
        ['age', null],
        ['noise', 0],
      ]),
    )
    const effects = contributions.map(({ contribution }) => Math.abs(contribution))
    assert.deepEqual(
      effects,
      effects.toSorted((left, right) => right - left),
    )
    assert.doesNotThrow(() => JSON.stringify(contributions))
  })

  it('is refused for a row or for names that are not those of the model', () => {
    assert.throws(() => explainScore(model, NAMES.slice(1), Float64Array.of(1, 2, 3)), { code: 'SHAPE_MISMATCH' })
    assert.throws(() => explainScore(model, NAMES, Float64Array.of(1, 2)), { code: 'SHAPE_MISMATCH' })
  })
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError, randomFrom } from '../foundation/index.ts'
import { describeRowModel } from '../testing/index.ts'
import { fitLogisticRegression, type LogisticRegression, loadLogisticRegression } from './logistic-regression.ts'
import type { RowExamples } from './row-model.ts'

for (const basis of ['linear', 'piecewise'] as const) {
  describeRowModel(`logistic regression, ${basis}`, {
    fit: (examples, seed = 0) => fitLogisticRegression(examples, { basis, seed, tolerance: 1e-8 }),
    load: loadLogisticRegression,
  })
}

interface GoldenFit {
  l2: number
  intercept: number
  probabilities: number[]
}
interface Golden {
  dense: { rowCount: number; featureCount: number; rows: (number | null)[]; labels: number[]; weights: number[] }
  linear: (GoldenFit & { coefficients: number[]; missing: Record<string, number> })[]
  piecewise: (GoldenFit & { knotCount: number; knots: number[][] })[]
}

describe('logistic regression beside scikit-learn', () => {
  const golden: Golden = JSON.parse(readFileSync(new URL('golden/logistic-regression.json', import.meta.url), 'utf8'))
  const examples: RowExamples = {
    ...golden.dense,
    rows: Float64Array.from(golden.dense.rows, (value) => value ?? Number.NaN),
    labels: Float64Array.from(golden.dense.labels),
    weights: Float64Array.from(golden.dense.weights),
  }

  it('has the same coefficients, weights of missing, intercept and probabilities to 1e-6', () => {
    for (const expected of golden.linear) {
      const model = fitLogisticRegression(examples, { l2: expected.l2, logTransform: false, tolerance: 1e-8 })
      closeTo(model.intercept, expected.intercept, 1e-6)
      expected.coefficients.forEach((coefficient, feature) => {
        const [mean, unit] = model.curve(feature)
        closeTo((unit?.height ?? Number.NaN) - (mean?.height ?? Number.NaN), coefficient, 1e-6)
      })
      for (const [feature, weight] of Object.entries(expected.missing)) {
        const missing = model.explain(new Float64Array(4).fill(Number.NaN)).contributions[Number(feature)]
        closeTo((missing ?? Number.NaN) - (model.curve(Number(feature))[0]?.height ?? Number.NaN), weight, 1e-6)
      }
      allCloseTo(probabilities(model, examples), expected.probabilities, 1e-6)
    }
  })

  it('puts the same knots and has the same optimum in the piecewise basis to 1e-6', () => {
    for (const expected of golden.piecewise) {
      const { l2, knotCount: knots } = expected
      const model = fitLogisticRegression(examples, {
        l2,
        knots,
        basis: 'piecewise',
        logTransform: false,
        tolerance: 1e-8,
      })
      const found = expected.knots.map((_, feature) => model.curve(feature).map(({ knot }) => knot))
      assert.deepEqual(found, expected.knots)
      closeTo(model.intercept, expected.intercept, 1e-6)
      allCloseTo(probabilities(model, examples), expected.probabilities, 1e-6)
    }
  })
})

describe('logistic regression', () => {
  it('takes a soft label as a weighted example of each class', () => {
    const rows = [0, 1, 2, 3, 4, 5]
    const soft = fitLogisticRegression(examplesOf(rows, [0.1, 0.3, 0.2, 0.6, 0.9, 1]), { tolerance: 1e-9 })
    const share = [0.1, 0.3, 0.2, 0.6, 0.9, 1]
    const hard = fitLogisticRegression(
      examplesOf([...rows, ...rows], [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0], [...share, ...share.map((x) => 1 - x)]),
      { tolerance: 1e-9 },
    )
    closeTo(soft.intercept, hard.intercept, 1e-6)
    closeTo(soft.curve(0)[1]?.height ?? Number.NaN, hard.curve(0)[1]?.height ?? Number.NaN, 1e-6)
  })

  it('lets a row of weight 0 change nothing, not even a mean', () => {
    const without = fitLogisticRegression(examplesOf([1, 2, 3, 4], [0, 1, 0, 1]))
    const withIt = fitLogisticRegression(examplesOf([1, 2, 3, 1e9, 4], [0, 1, 0, 0, 1], [1, 1, 1, 0, 1]))
    assert.deepEqual(withIt.save(), without.save())
  })

  it('gives 0 to a constant column, and to a missing value in a column that never had one', () => {
    const rows = Float64Array.from([5, 1, 5, 2, 5, 3, 5, 4])
    const labels = Float64Array.of(0, 1, 0, 1)
    for (const basis of ['linear', 'piecewise'] as const) {
      const model = fitLogisticRegression({ rows, rowCount: 4, featureCount: 2, labels }, { basis })
      assert.deepEqual([...model.explain(Float64Array.of(77, Number.NaN)).contributions], [0, 0])
    }
  })

  it('ignores a column that is always missing', () => {
    const rows = Float64Array.from([1, 2, 3, 4].flatMap((value) => [value, Number.NaN]))
    const labels = Float64Array.of(0, 1, 0, 1)
    const model = fitLogisticRegression({ rows, rowCount: 4, featureCount: 2, labels })
    assert.ok(model.explain(Float64Array.of(1, 9)).contributions[1] === 0)
  })

  it('shares one weight between two equal columns', () => {
    const rows = Float64Array.from([1, 2, 3, 4, 5].flatMap((value) => [value, value]))
    const model = fitLogisticRegression({ rows, rowCount: 5, featureCount: 2, labels: Float64Array.of(0, 0, 1, 0, 1) })
    const [first, second] = model.explain(Float64Array.of(5, 5)).contributions
    closeTo(first ?? Number.NaN, second ?? Number.NaN, 1e-9)
  })

  it('reads a heavy tail through a logarithm whatever its unit', () => {
    const random = randomFrom(5)
    const seconds = Array.from({ length: 400 }, () => Math.exp(2 * random.normal()))
    const labels = seconds.map((value) => (random.uniform() < value / (1 + value) ? 1 : 0))
    const inSeconds = fitLogisticRegression(examplesOf(seconds, labels), { tolerance: 1e-9 })
    const inMillis = fitLogisticRegression(
      examplesOf(
        seconds.map((value) => value * 1000),
        labels,
      ),
      { tolerance: 1e-9 },
    )
    const plain = fitLogisticRegression(examplesOf(seconds, labels), { logTransform: false })
    closeTo(scoreOf(inSeconds, 3), scoreOf(inMillis, 3000), 1e-6)
    assert.ok(lossOf(inSeconds, seconds, labels) < lossOf(plain, seconds, labels) - 0.01)
  })

  it('follows a U in the piecewise basis, where a line sees nothing', () => {
    const random = randomFrom(6)
    const values = Array.from({ length: 2000 }, () => random.normal())
    const labels = values.map((value) => (random.uniform() < 1 / (1 + Math.exp(2 - 2 * value * value)) ? 1 : 0))
    const line = fitLogisticRegression(examplesOf(values, labels))
    const curve = fitLogisticRegression(examplesOf(values, labels), { basis: 'piecewise' })
    assert.ok(lossOf(curve, values, labels) < lossOf(line, values, labels) - 0.1)
    assert.ok(scoreOf(curve, -2) > scoreOf(curve, 0) + 3 && scoreOf(curve, 2) > scoreOf(curve, 0) + 3)
  })

  it('is level beyond the training range in the piecewise basis', () => {
    const model = fitLogisticRegression(examplesOf([1, 2, 3, 4], [0, 1, 0, 1]), { basis: 'piecewise' })
    assert.equal(scoreOf(model, 4), scoreOf(model, 1e300))
    assert.equal(scoreOf(model, 1), scoreOf(model, -1e300))
  })

  it('predicts as many positives as there are, over many rows with a rare class', () => {
    const random = randomFrom(8)
    const values = Array.from({ length: 40_000 }, () => random.normal())
    const labels = values.map((value) => (random.uniform() < 1 / (1 + Math.exp(4 - value)) ? 1 : 0))
    const model = fitLogisticRegression(examplesOf(values, labels), { tolerance: 1e-7 })
    const expected = values.reduce((sum, value) => sum + model.response(scoreOf(model, value)), 0)
    const positives = labels.filter((label) => label === 1).length
    assert.ok(model.converged)
    // At the optimum of a model with a free intercept the mean probability is the base rate.
    closeTo(expected, positives, 1e-4)
  })

  it('says when it stopped before the optimum', () => {
    const model = fitLogisticRegression(examplesOf([1, 2, 3, 4], [0, 1, 0, 1]), { maxIterations: 1, tolerance: 1e-12 })
    assert.equal(model.converged, false)
    assert.equal(loadLogisticRegression(model.save()).converged, false)
  })

  it('has a finite score and a sum that explains it, whatever finite rows it meets', () => {
    const value = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: -9, max: 9 }), fc.double({ min: -1e6, max: 1e6 }))
    const row = fc.record({ values: fc.tuple(value, value), label: fc.boolean() })
    const options = fc.record({
      basis: fc.constantFrom('linear' as const, 'piecewise' as const),
      l2: fc.constantFrom(0.01, 1, 100),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), options, (rows, chosen) => {
        const labels = Float64Array.from([0, 1, ...rows.map(({ label }) => Number(label))])
        const data = Float64Array.from([0, 0, 1, 1, ...rows.flatMap(({ values }) => values)])
        const examples = { rows: data, rowCount: labels.length, featureCount: 2, labels }
        const model = fitLogisticRegression(examples, chosen)
        assert.ok(model.converged)
        for (const probe of [data.slice(0, 2), Float64Array.of(1e300, -1e300), Float64Array.of(Number.NaN, 3)]) {
          const out = new Float64Array(1)
          model.scoreRows(probe, 1, out)
          const { baseline, contributions } = model.explain(probe)
          const sum = contributions.reduce((total, contribution) => total + contribution, baseline)
          closeTo(sum, out[0] ?? Number.NaN, 1e-9 * Math.max(1, Math.abs(sum)))
        }
      }),
      { seed: 11, numRuns: 200 },
    )
  })

  it('refuses labels outside [0, 1], columns too wide for a variance and options that mean nothing', () => {
    refuses('OUT_OF_RANGE', () => fitLogisticRegression(examplesOf([1, 2, 3], [0, 1, 2])))
    refuses('OUT_OF_RANGE', () => fitLogisticRegression(examplesOf([1, 2, 1e300], [0, 1, 1])))
    refuses('NOT_FINITE', () => fitLogisticRegression(examplesOf([1, 2, 3], [0, 1, Number.NaN])))
    refuses('NO_TRAINING_DATA', () => fitLogisticRegression(examplesOf([1, 2], [0, 1], [0, 0])))
    const examples = examplesOf([1, 2, 3], [0, 1, 1])
    refuses('INVALID_ARGUMENT', () => fitLogisticRegression(examples, { l2: 0 }))
    refuses('INVALID_ARGUMENT', () => fitLogisticRegression(examples, { knots: 1 }))
  })
})

function examplesOf(values: readonly number[], labels: readonly number[], weights?: readonly number[]): RowExamples {
  return {
    rows: Float64Array.from(values),
    rowCount: values.length,
    featureCount: 1,
    labels: Float64Array.from(labels),
    weights: weights && Float64Array.from(weights),
  }
}

function probabilities(model: LogisticRegression, { rows, rowCount }: RowExamples): Float64Array {
  const out = new Float64Array(rowCount)
  model.scoreRows(rows, rowCount, out)
  return out.map((score) => model.response(score))
}

function scoreOf(model: LogisticRegression, value: number): number {
  const out = new Float64Array(1)
  model.scoreRows(Float64Array.of(value), 1, out)
  return out[0] ?? Number.NaN
}

function lossOf(model: LogisticRegression, values: readonly number[], labels: readonly number[]): number {
  const losses = values.map((value, row) => {
    const probability = model.response(scoreOf(model, value))
    return -Math.log(labels[row] === 1 ? probability : 1 - probability)
  })
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length
}

function closeTo(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `expected ${expected} within ${tolerance}, got ${actual}`)
}

function allCloseTo(actual: Float64Array, expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length)
  actual.forEach((value, index) => {
    closeTo(value, expected[index] ?? Number.NaN, tolerance)
  })
}

function refuses(code: Parameters<typeof isSluiceError>[1], action: () => void): void {
  assert.throws(action, (error) => isSluiceError(error, code))
}

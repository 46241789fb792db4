import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { isSluiceError, randomFrom } from '../foundation/index.ts'
import { describeRowModel } from '../testing/index.ts'
import type { CurveIntervals, Estimate } from './curve-intervals.ts'
import { fitLogisticRegressionWithIntervals } from './logistic-regression.ts'
import {
  fitRidgeRegression,
  fitRidgeRegressionWithIntervals,
  loadRidgeRegression,
  type RidgeRegression,
} from './ridge-regression.ts'
import type { RowExamples } from './row-model.ts'

for (const basis of ['linear', 'piecewise'] as const) {
  describeRowModel(`ridge regression, ${basis}`, {
    task: 'regression',
    fit: (examples) => fitRidgeRegression(examples, { basis }),
    load: loadRidgeRegression,
  })
}

interface Penalised {
  l2: number
  estimates: number[]
  errors: number[]
}
interface Classical {
  estimates: number[]
  errors: number[]
  intervals: [number, number][]
}
interface Golden {
  rowCount: number
  featureCount: number
  rows: (number | null)[]
  weights: number[]
  numbers: number[]
  classes: number[]
  columns: [number, number | 'missing'][]
  ridge: {
    l2: number
    intercept: number
    coefficients: number[]
    predictions: number[]
    noise: number
    errors: number[]
  }[]
  leastSquares: Classical
  logistic: Penalised[]
  maximumLikelihood: Classical
}

const golden: Golden = JSON.parse(readFileSync(new URL('golden/linear-intervals.json', import.meta.url), 'utf8'))
const design = {
  rowCount: golden.rowCount,
  featureCount: golden.featureCount,
  rows: Float64Array.from(golden.rows, (value) => value ?? Number.NaN),
  weights: Float64Array.from(golden.weights),
}
const numbers: RowExamples = { ...design, labels: Float64Array.from(golden.numbers) }
const classes: RowExamples = { ...design, labels: Float64Array.from(golden.classes) }

describe('ridge regression beside scikit-learn', () => {
  it('has the same coefficients, intercept and predictions to 1e-8', () => {
    for (const expected of golden.ridge) {
      const { model, intervals } = fitRidgeRegressionWithIntervals(numbers, { l2: expected.l2, logTransform: false })
      closeTo(model.intercept, expected.intercept, 1e-8)
      const estimates = inOrder(intervals).map(({ estimate }) => estimate)
      allCloseTo(estimates, [...expected.coefficients, expected.intercept], 1e-8)
      allCloseTo(scoresOf(model, numbers), expected.predictions, 1e-8)
    }
  })
})

describe('intervals beside statsmodels', () => {
  it('of ridge have its noise variance and standard errors to 1e-8, whatever the penalty', () => {
    for (const { l2, noise, errors } of golden.ridge) {
      const { intervals, noiseVariance } = fitRidgeRegressionWithIntervals(numbers, { l2, logTransform: false })
      closeTo(noiseVariance, noise, 1e-8)
      const standardErrors = inOrder(intervals).map(({ standardError }) => standardError)
      allCloseTo(standardErrors, errors, 1e-8)
    }
  })

  it('of logistic regression have its standard errors to 1e-7, whatever the penalty', () => {
    for (const { l2, estimates, errors } of golden.logistic) {
      const { intervals } = fitLogisticRegressionWithIntervals(classes, { l2, logTransform: false, tolerance: 1e-9 })
      const found = inOrder(intervals)
      allCloseTo(
        found.map(({ estimate }) => estimate),
        estimates,
        1e-7,
      )
      allCloseTo(
        found.map(({ standardError }) => standardError),
        errors,
        1e-7,
      )
    }
  })

  it('are the classical ones of least squares and maximum likelihood when there is next to no penalty', () => {
    const options = { l2: 1e-9, logTransform: false, tolerance: 1e-9, level: 0.9 }
    sameIntervals(fitRidgeRegressionWithIntervals(numbers, options).intervals, golden.leastSquares)
    sameIntervals(fitLogisticRegressionWithIntervals(classes, options).intervals, golden.maximumLikelihood)
  })
})

describe('ridge regression', () => {
  it('goes through the two points of a line when there is next to no penalty', () => {
    const model = fitRidgeRegression(examplesOf([1, 3], [10, 20]), { l2: 1e-9 })
    closeTo(scoresOf(model, examplesOf([2, 5], [0, 0]))[1] ?? Number.NaN, 30, 1e-6)
  })

  it('keeps its digits when the labels lie far from 0', () => {
    const near = fitRidgeRegression(examplesOf([1, 2, 3, 5], [0, 1, 1, 3]))
    const far = fitRidgeRegression(examplesOf([1, 2, 3, 5], [1e9, 1e9 + 1, 1e9 + 1, 1e9 + 3]))
    closeTo(far.intercept - 1e9, near.intercept, 1e-6)
    closeTo(far.curve(0)[1]?.height ?? Number.NaN, near.curve(0)[1]?.height ?? Number.NaN, 1e-6)
  })

  it('holds the coefficient in as many intervals as it says', () => {
    const random = randomFrom(9, 'coverage')
    let held = 0
    for (let world = 0; world < 400; world++) {
      const rows = Float64Array.from({ length: 60 }, () => random.normal())
      const labels = rows.map((value) => 3 + 2 * value + random.normal())
      const examples = { rows, rowCount: 60, featureCount: 1, labels }
      const { model, intervals } = fitRidgeRegressionWithIntervals(examples, { l2: 1e-6, level: 0.8 })
      const [mean, unit] = model.curve(0).map(({ knot }) => knot)
      const [slope] = intervals.coefficients
      const truth = 2 * ((unit ?? 0) - (mean ?? 0))
      if (slope && slope.low <= truth && truth <= slope.high) held++
    }
    // Binomial(400, 0.8) has a deviation of 8.
    assert.ok(Math.abs(held - 320) < 24, `${held} of 400`)
  })

  it('gives every knot of a curve an interval, wide where there are few examples', () => {
    const random = randomFrom(2, 'piecewise')
    const rows = Float64Array.from({ length: 500 }, () => Math.abs(random.normal()) ** 2)
    const labels = rows.map((value) => Math.sin(value) + 0.3 * random.normal())
    const examples = { rows, rowCount: 500, featureCount: 1, labels }
    const options = { basis: 'piecewise', knots: 8, logTransform: false } as const
    const { model, intervals } = fitRidgeRegressionWithIntervals(examples, options)
    assert.equal(intervals.coefficients.length, model.curve(0).length - 1)
    const last = intervals.coefficients.at(-1)?.standardError ?? 0
    assert.ok(intervals.coefficients.slice(0, -1).every(({ standardError }) => standardError < last))
  })

  it('refuses options and levels out of range, and intervals from too few rows', () => {
    const examples = examplesOf([1, 2, 3], [1, 2, 4])
    refuses('INVALID_ARGUMENT', () => fitRidgeRegression(examples, { l2: 0 }))
    refuses('INVALID_ARGUMENT', () => fitRidgeRegression(examples, { knots: 1 }))
    refuses('INVALID_ARGUMENT', () => fitRidgeRegressionWithIntervals(examples, { level: 1 }))
    refuses('NO_TRAINING_DATA', () => fitRidgeRegressionWithIntervals(examplesOf([1], [2])))
    refuses('NOT_FINITE', () => fitRidgeRegression(examplesOf([1, 2], [1, Number.NaN])))
  })
})

/** In the order of the golden file: coefficients, then the intercept. */
function inOrder({ coefficients, intercept }: CurveIntervals): Estimate[] {
  const found = golden.columns.map(([feature, at]) => {
    return coefficients.find((coefficient) => coefficient.feature === feature && coefficient.at === at)
  })
  assert.equal(found.length, coefficients.length)
  return [...found, intercept].map((estimate) => estimate ?? assert.fail('a coefficient has no interval'))
}

function sameIntervals(intervals: CurveIntervals, { estimates, errors, intervals: expected }: Classical): void {
  inOrder(intervals).forEach(({ estimate, standardError, low, high }, index) => {
    const [expectedLow, expectedHigh] = expected[index] ?? [Number.NaN, Number.NaN]
    allCloseTo(
      [estimate, standardError, low, high],
      [estimates[index] ?? Number.NaN, errors[index] ?? Number.NaN, expectedLow, expectedHigh],
      1e-6,
    )
  })
}

function examplesOf(rows: readonly number[], labels: readonly number[]): RowExamples {
  return { rows: Float64Array.from(rows), rowCount: rows.length, featureCount: 1, labels: Float64Array.from(labels) }
}

function scoresOf(model: RidgeRegression, { rows, rowCount }: RowExamples): Float64Array {
  const out = new Float64Array(rowCount)
  model.scoreRows(rows, rowCount, out)
  return out
}

function closeTo(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `expected ${expected}, got ${actual}`)
}

function allCloseTo(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length)
  expected.forEach((value, index) => {
    closeTo(actual[index] ?? Number.NaN, value, tolerance)
  })
}

function refuses(code: Parameters<typeof isSluiceError>[1], action: () => void): void {
  assert.throws(action, (error) => isSluiceError(error, code))
}

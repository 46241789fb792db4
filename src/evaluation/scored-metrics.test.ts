import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../foundation/index.ts'
import { averagePrecision } from './average-precision.ts'
import { brierScore } from './brier-score.ts'
import { confusionAt, fScore, matthewsCorrelation, precisionOf, recallOf } from './confusion.ts'
import { logLoss, logLossByRow } from './log-loss.ts'
import { rocAuc } from './roc-auc.ts'

// A case of scikit-learn 1.2.1 with ties and weights.
const LABELS = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1, 1, 0)
const SCORES = Float64Array.of(0.9, 0.3, 0.8, 0.4, 0.4, 0.6, 0.1, 0.5, 0.2, 0.4)
const WEIGHTS = Float64Array.of(0.759, 0.314, 0.956, 0.943, 0.193, 0.95, 0.464, 0.854, 0.236, 0.437)

const close = (got: number, wanted: number) =>
  assert.ok(Math.abs(got - wanted) < 1e-9, `expected ${wanted}, got ${got}`)

const scoredRows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 3 })), {
    minLength: 2,
    maxLength: 20,
  })
  .map((rows) => ({
    labels: Float64Array.from([0, 1, ...rows.map(([label]) => label)]),
    scores: Float64Array.from([2, 3, ...rows.map(([, score]) => score)]),
    weights: Float64Array.from([1, 1, ...rows.map(([, , weight]) => weight)]),
  }))

/** The rows of weight w stand there w times. */
const repeated = (values: Float64Array, weights: Float64Array) =>
  Float64Array.from(Array.from(values).flatMap((value, row) => new Array<number>(weights[row] ?? 0).fill(value)))

describe('rocAuc', () => {
  it("equals scikit-learn's, with ties and weights", () => {
    close(rocAuc(LABELS, SCORES), 0.84)
    close(rocAuc(LABELS, SCORES, WEIGHTS), 0.9495546275744068)
  })

  it('is the share of pairs in the right order, a tie counting half', () => {
    fc.assert(
      fc.property(scoredRows, ({ labels, scores }) => {
        const of = (label: number) => Array.from(scores).filter((_, row) => labels[row] === label)
        const pairs = of(1).flatMap((a) => of(0).map((b) => (a > b ? 1 : a === b ? 0.5 : 0)))
        close(rocAuc(labels, scores), pairs.reduce<number>((sum, pair) => sum + pair, 0) / pairs.length)
      }),
      { seed: 5 },
    )
  })

  it('and average precision take a weight for so many copies of a row', () => {
    fc.assert(
      fc.property(scoredRows, ({ labels, scores, weights }) => {
        for (const metric of [rocAuc, averagePrecision]) {
          close(metric(labels, scores, weights), metric(repeated(labels, weights), repeated(scores, weights)))
        }
      }),
      { seed: 6 },
    )
  })

  it('refuses one class, labels that are not binary, NaN scores and lengths that differ', () => {
    const two = Float64Array.of(1, 2)
    const failures = [
      ['ONE_CLASS_ONLY', () => rocAuc(Float64Array.of(1, 1), two)],
      ['ONE_CLASS_ONLY', () => rocAuc(Float64Array.of(0, 1), two, Float64Array.of(0, 1))],
      ['INVALID_ARGUMENT', () => rocAuc(two, two)],
      ['INVALID_ARGUMENT', () => rocAuc(Float64Array.of(0, 1), two, Float64Array.of(-1, 1))],
      ['INVALID_ARGUMENT', () => logLoss(Float64Array.of(1), Float64Array.of(1), Float64Array.of(0))],
      ['NOT_FINITE', () => rocAuc(Float64Array.of(0, 1), Float64Array.of(0, Number.NaN))],
      ['SHAPE_MISMATCH', () => rocAuc(Float64Array.of(0, 1), new Float64Array(3))],
    ] as const
    for (const [code, act] of failures) assert.throws(act, (error) => isSluiceError(error, code), code)
  })
})

describe('averagePrecision', () => {
  it("equals scikit-learn's, with ties and weights", () => {
    close(averagePrecision(LABELS, SCORES), 0.9111111111111111)
    close(averagePrecision(LABELS, SCORES, WEIGHTS), 0.9789796046486051)
  })

  it('does not depend on the order of tied rows, unlike a ranked list', () => {
    const tied = new Float64Array(4).fill(0.5)
    close(averagePrecision(Float64Array.of(1, 0, 0, 0), tied), 0.25)
    close(averagePrecision(Float64Array.of(0, 0, 0, 1), tied), 0.25)
  })

  it('refuses rows of which none is positive', () => {
    assert.throws(
      () => averagePrecision(new Float64Array(2), new Float64Array(2)),
      (error) => isSluiceError(error, 'ONE_CLASS_ONLY'),
    )
  })
})

describe('probability scores', () => {
  it("equal scikit-learn's log loss and Brier score", () => {
    close(logLoss(LABELS, SCORES), 0.5136427114626603)
    close(logLoss(LABELS, SCORES, WEIGHTS), 0.44460615237420625)
    close(brierScore(LABELS, SCORES), 0.168)
  })

  it('keep one sure mistake finite', () => {
    close(logLossByRow(Float64Array.of(1), Float64Array.of(0))[0] ?? 0, -Math.log(Number.EPSILON))
  })

  it('refuse raw scores and no rows at all', () => {
    const nothing = new Float64Array(0)
    for (const metric of [logLoss, brierScore]) {
      assert.throws(
        () => metric(Float64Array.of(1), Float64Array.of(1.5)),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
      )
      assert.throws(
        () => metric(nothing, nothing),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
      )
    }
  })
})

describe('confusionAt', () => {
  it("has scikit-learn's precision, recall, F and Matthews correlation", () => {
    const table = confusionAt(LABELS, SCORES, 0.5)
    assert.deepEqual(table, { trueNegative: 5, falsePositive: 0, falseNegative: 1, truePositive: 4 })
    assert.deepEqual([precisionOf(table), recallOf(table)], [1, 0.8])
    close(fScore(table), 0.888888888888889)
    close(fScore(table, 2), 0.8333333333333334)
    close(matthewsCorrelation(table), 0.816496580927726)
  })

  it('gives 0 and not NaN when nothing is called', () => {
    const table = confusionAt(LABELS, SCORES, 2)
    assert.deepEqual([precisionOf(table), fScore(table), matthewsCorrelation(table)], [0, 0, 0])
  })
})

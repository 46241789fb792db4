import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../foundation/index.ts'
import { kendallTauB, pearsonCorrelation, spearmanCorrelation } from './correlation.ts'
import {
  coefficientOfDetermination,
  meanAbsoluteError,
  meanSquaredError,
  medianAbsoluteError,
  rootMeanSquaredError,
} from './regression-errors.ts'

const LABELS = Float64Array.of(3, -0.5, 2, 7)
const PREDICTIONS = Float64Array.of(2.5, 0, 2, 8)
const close = (got: number, wanted: number) =>
  assert.ok(Math.abs(got - wanted) < 1e-9, `expected ${wanted}, got ${got}`)

describe('errors of regression', () => {
  it("equal the examples of scikit-learn's documentation", () => {
    close(meanSquaredError(LABELS, PREDICTIONS), 0.375)
    close(rootMeanSquaredError(LABELS, PREDICTIONS), Math.sqrt(0.375))
    close(meanAbsoluteError(LABELS, PREDICTIONS), 0.5)
    close(medianAbsoluteError(LABELS, PREDICTIONS), 0.5)
    close(coefficientOfDetermination(LABELS, PREDICTIONS), 0.9486081370449679)
  })

  it('take a weight for so many copies of a row', () => {
    const weights = Float64Array.of(2, 1, 0, 1)
    const [labels, predictions] = [Float64Array.of(3, 3, -0.5, 7), Float64Array.of(2.5, 2.5, 0, 8)]
    for (const metric of [meanSquaredError, meanAbsoluteError, coefficientOfDetermination]) {
      close(metric(LABELS, PREDICTIONS, weights), metric(labels, predictions))
    }
  })

  it('explain all or nothing of constant labels', () => {
    const constant = new Float64Array(4).fill(2)
    assert.deepEqual(
      [coefficientOfDetermination(constant, constant), coefficientOfDetermination(constant, LABELS)],
      [1, 0],
    )
  })

  it('refuse what is not finite', () => {
    assert.throws(
      () => meanSquaredError(LABELS, Float64Array.of(1, 2, 3, Number.POSITIVE_INFINITY)),
      (error) => isSluiceError(error, 'NOT_FINITE'),
    )
  })
})

describe('correlations', () => {
  it('are 1 for the same order and -1 for the reverse, and a curve bends only that of Pearson', () => {
    const cubes = LABELS.map((value) => value ** 3)
    for (const correlation of [spearmanCorrelation, kendallTauB]) {
      close(correlation(LABELS, cubes), 1)
      close(
        correlation(
          LABELS,
          cubes.map((value) => -value),
        ),
        -1,
      )
    }
    assert.ok(pearsonCorrelation(LABELS, cubes) < 0.99)
  })

  it('equal the count of pairs for tau-b, with ties', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), { minLength: 2 })
    fc.assert(
      fc.property(rows, (pairs) => {
        const [first, second] = [Float64Array.from(pairs, ([a]) => a), Float64Array.from(pairs, ([, b]) => b)]
        const signs = pairs.flatMap(([a, b], row) =>
          pairs.slice(0, row).map(([c, d]) => [Math.sign(a - c), Math.sign(b - d)]),
        )
        const count = (of: (a: number, b: number) => number) => signs.reduce((sum, [a = 0, b = 0]) => sum + of(a, b), 0)
        const wanted = count((a, b) => a * b) / Math.sqrt(count((a) => a * a) * count((_, b) => b * b))
        const got = kendallTauB(first, second)
        if (Number.isNaN(wanted)) assert.ok(Number.isNaN(got))
        else close(got, wanted)
      }),
      { seed: 9 },
    )
  })
})

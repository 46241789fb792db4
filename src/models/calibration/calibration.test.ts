import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type ErrorCode, isSluiceError, randomFrom } from '../../foundation/index.ts'
import { logistic, logOdds } from '../logistic-function.ts'
import { writeModelFile } from '../model-file.ts'
import { fitBeta } from './beta.ts'
import type { CalibrationExamples, Calibrator } from './calibrator.ts'
import { type CalibrationMethod, chooseCalibrator, compareCalibrators, loadCalibrator } from './choose-calibrator.ts'
import { fitIsotonic } from './isotonic.ts'
import { correctForNegativeSampling, negativeSamplingOffset } from './negative-sampling.ts'
import { fitPlatt } from './platt.ts'
import { fitTemperature } from './temperature.ts'

const METHODS: readonly [CalibrationMethod, (examples: CalibrationExamples) => Calibrator][] = [
  ['temperature', fitTemperature],
  ['platt', fitPlatt],
  ['beta', fitBeta],
  ['isotonic', fitIsotonic],
]

describe('calibration beside scikit-learn and scipy', () => {
  const golden: { cases: GoldenCase[] } = JSON.parse(
    readFileSync(new URL('../golden/calibration.json', import.meta.url), 'utf8'),
  )

  it("finds the optimum of Platt's curve, of the temperature and of beta calibration to 1e-6", () => {
    for (const expected of golden.cases) {
      const examples = examplesOf(expected)
      const platt = fitPlatt(examples)
      allCloseTo([platt.slope, platt.intercept], [expected.platt.slope, expected.platt.intercept], 1e-6)
      const { temperature } = fitTemperature(examples)
      allCloseTo([1 / temperature], [1 / expected.temperature.temperature], 1e-6)
      const { a, b, intercept } = fitBeta(examples)
      allCloseTo([a, b, intercept], [expected.beta.a, expected.beta.b, expected.beta.intercept], 1e-5)
    }
  })

  it('gives the same probabilities to 1e-7', () => {
    for (const expected of golden.cases) {
      const examples = examplesOf(expected)
      for (const [method, fit] of METHODS) {
        if (method === 'isotonic') continue
        allCloseTo(probabilitiesOf(fit(examples), examples.scores), expected[method].probabilities, 1e-7)
      }
    }
  })
})

/** Values of scikit-learn 1.2.1, which lie beside the repository and not in it. */
const reference = new URL('../../../../shared/conformance/statistics/reference-values.json', import.meta.url)
const absent = existsSync(reference) ? false : 'the reference values (../shared/conformance/statistics) are not there'

describe('isotonic regression beside scikit-learn', { skip: absent }, () => {
  it('is equal to 1e-9 at every query, with ties and weights', () => {
    const { isotonic }: { isotonic: IsotonicCase[] } = JSON.parse(readFileSync(reference, 'utf8'))
    for (const { x, y, weight, query, expect } of isotonic) {
      const [scores, labels, weights] = [Float64Array.from(x), Float64Array.from(y), Float64Array.from(weight)]
      const queries = Float64Array.from(query)
      allCloseTo(probabilitiesOf(fitIsotonic({ scores, labels }), queries), expect.prediction, 1e-9)
      allCloseTo(probabilitiesOf(fitIsotonic({ scores, labels, weights }), queries), expect.prediction_weighted, 1e-9)
    }
  })
})

describe('isotonic regression', () => {
  it('is the largest of the least means over neighbouring scores, whatever the input', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1 }), fc.integer({ max: 3, min: 0 })),
          {
            minLength: 2,
            maxLength: 30,
          },
        ),
        (rows) => {
          const counted = rows.filter(([, , weight]) => weight > 0)
          fc.pre(new Set(counted.map(([, label]) => label)).size === 2)
          const calibrator = fitIsotonic(columnsOf(rows))
          for (const [score] of counted) {
            assert.ok(Math.abs(calibrator.probability(score) - maxMin(counted, score)) < 1e-12)
          }
        },
      ),
      { seed: 4, numRuns: 300 },
    )
  })
})

for (const [method, fit] of METHODS) {
  describe(`${method} as a calibrator`, () => {
    const examples = seededExamples(400, 1)

    it('stays in [0, 1] and never decreases, for any finite score', () => {
      const calibrator = fit(examples)
      const scores = fc.double({ noNaN: true, noDefaultInfinity: true })
      fc.assert(
        fc.property(scores, scores, (a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)].map((score) => calibrator.probability(score))
          assert.ok(low !== undefined && high !== undefined && low >= 0 && high <= 1 && low <= high)
        }),
        { seed: 5, numRuns: 500 },
      )
    })

    it('takes a weight of 2 as the row twice and a weight of 0 as no row', () => {
      const { scores, labels } = examples
      const weights = labels.map((_, row) => row % 3)
      const rows = Array.from(scores.keys()).flatMap((row) => new Array<number>(row % 3).fill(row))
      const repeated = { scores: pick(scores, rows), labels: pick(labels, rows) }
      allCloseTo(
        probabilitiesOf(fit({ scores, labels, weights }), scores),
        [...probabilitiesOf(fit(repeated), scores)],
        1e-7,
      )
    })

    it('lowers the log loss of a model that is too sure of itself', () => {
      const [trial] = compareCalibrators(examples, seededExamples(2000, 2), [method])
      const before = fitTemperature(examples)
      assert.ok(before.temperature > 1.5)
      assert.ok((trial?.logLoss ?? Number.NaN) < 0.56, `${trial?.logLoss}`)
    })

    it('does not turn scores around that point the wrong way', () => {
      const { scores, labels } = examples
      const calibrator = fit({ scores: scores.map((score) => -score), labels })
      assert.ok(calibrator.probability(50) >= calibrator.probability(-50))
    })

    it('is finite where a threshold separates the classes, and where all scores are equal', () => {
      const labels = Float64Array.of(0, 0, 1, 1)
      const separated = fit({ scores: Float64Array.of(-2, -1, 1, 2), labels })
      assert.ok(separated.probability(-2) < 0.3 && separated.probability(2) > 0.7)
      const constant = fit({ scores: new Float64Array(4), labels })
      assert.ok(Math.abs(constant.probability(0) - 0.5) < 1e-6)
    })

    it('comes back from its bytes, and is not read from those of others', () => {
      const calibrator = fit(examples)
      const loaded = loadCalibrator(calibrator.save())
      assert.deepEqual(loaded, calibrator)
      refuses('MODEL_CORRUPT', () => loadCalibrator(calibrator.save().subarray(0, -1)))
      refuses('MODEL_MISMATCH', () => loadCalibrator(writeModelFile('ease', 1, new Uint8Array(8))))
    })

    it('leaves its input as it was', () => {
      const copy = structuredClone(examples)
      fit(copy)
      assert.deepEqual(copy, examples)
    })

    it('refuses no rows, one class, other lengths, and numbers that are none or out of range', () => {
      const { scores, labels } = examples
      const none = new Float64Array(0)
      refuses('NO_TRAINING_DATA', () => fit({ scores: none, labels: none }))
      refuses('NO_TRAINING_DATA', () => fit({ scores, labels, weights: new Float64Array(scores.length) }))
      refuses('ONE_CLASS_ONLY', () => fit({ scores, labels: labels.map(() => 1) }))
      refuses('SHAPE_MISMATCH', () => fit({ scores, labels: labels.slice(1) }))
      refuses('SHAPE_MISMATCH', () => fit({ scores, labels, weights: labels.slice(1) }))
      refuses('NOT_FINITE', () => fit({ scores: scores.with(3, Number.NaN), labels }))
      refuses('NOT_FINITE', () => fit({ scores, labels: labels.with(3, Number.NaN) }))
      refuses('OUT_OF_RANGE', () => fit({ scores, labels: labels.with(3, 2) }))
      refuses('OUT_OF_RANGE', () => fit({ scores, labels, weights: labels.with(3, -1) }))
      const calibrator = fit(examples)
      refuses('NOT_FINITE', () => calibrator.probability(Number.NaN))
      refuses('NOT_FINITE', () => calibrator.probability(Number.POSITIVE_INFINITY))
    })
  })
}

describe('the choice of a calibrator', () => {
  it('orders the methods by log loss on the held-out rows and takes the first', () => {
    const [examples, heldOut] = [seededExamples(300, 1), seededExamples(300, 2)]
    const trials = compareCalibrators(examples, heldOut)
    assert.deepEqual(trials.map(({ method }) => method).toSorted(), METHODS.map(([method]) => method).toSorted())
    const losses = trials.map(({ logLoss }) => logLoss)
    assert.deepEqual(
      losses,
      losses.toSorted((a, b) => a - b),
    )
    assert.deepEqual(chooseCalibrator(examples, heldOut), trials[0])
  })

  it('takes a curve of two parameters for a shifted model, and isotonic for steps with many rows', () => {
    const shifted = (seed: number) => seededExamples(3000, seed, (score) => logistic(0.5 * score - 1.5))
    assert.notEqual(chooseCalibrator(shifted(1), shifted(2)).method, 'temperature')
    const steps = (seed: number) => seededExamples(20_000, seed, (score) => (score < -1 ? 0.3 : score < 2 ? 0.35 : 0.9))
    assert.equal(chooseCalibrator(steps(1), steps(2)).method, 'isotonic')
  })

  it('refuses to choose among nothing', () => {
    refuses('INVALID_ARGUMENT', () => chooseCalibrator(seededExamples(50, 1), seededExamples(50, 2), []))
  })
})

describe('the correction for negative undersampling', () => {
  it('is exact: the odds are multiplied by the share of negatives kept', () => {
    // 30 of 1,000 rows are positive and a tenth of the negatives was kept: 30 of 127 in the sample.
    assert.ok(Math.abs(correctForNegativeSampling(30 / 127, 0.1) - 30 / 1000) < 1e-16)
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
        fc.double({ min: 1e-4, max: 1, noNaN: true }),
        (probability, kept) => {
          const corrected = correctForNegativeSampling(probability, kept)
          const viaOdds = logistic(logOdds(probability) + negativeSamplingOffset(kept))
          assert.ok(Math.abs(corrected - viaOdds) <= 1e-12 * corrected)
          assert.equal(correctForNegativeSampling(probability, 1), probability)
        },
      ),
      { seed: 6, numRuns: 500 },
    )
  })

  it('keeps 0 and 1 and never decreases', () => {
    assert.equal(correctForNegativeSampling(0, 0.01), 0)
    assert.equal(correctForNegativeSampling(1, 0.01), 1)
    const probability = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(probability, probability, fc.double({ min: 1e-9, max: 1, noNaN: true }), (a, b, kept) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        assert.ok(correctForNegativeSampling(low, kept) <= correctForNegativeSampling(high, kept))
      }),
      { seed: 7, numRuns: 500 },
    )
  })

  it('refuses a probability or a share that is none', () => {
    for (const probability of [-0.1, 1.1, Number.NaN]) {
      refuses('OUT_OF_RANGE', () => correctForNegativeSampling(probability, 0.5))
    }
    for (const kept of [0, -1, 1.5, Number.NaN]) {
      refuses('OUT_OF_RANGE', () => correctForNegativeSampling(0.5, kept))
      refuses('OUT_OF_RANGE', () => negativeSamplingOffset(kept))
    }
  })
})

interface GoldenCase {
  scores: number[]
  labels: number[]
  weights: number[]
  platt: { slope: number; intercept: number; probabilities: number[] }
  temperature: { temperature: number; probabilities: number[] }
  beta: { a: number; b: number; intercept: number; probabilities: number[] }
}

interface IsotonicCase {
  x: number[]
  y: number[]
  weight: number[]
  query: number[]
  expect: { prediction: number[]; prediction_weighted: number[] }
}

type ScoredRow = readonly [score: number, label: number, weight: number]

/** The isotonic fit by its definition: max over a <= score of min over b >= score of the mean of [a, b]. */
function maxMin(rows: readonly ScoredRow[], score: number): number {
  const scores = rows.map(([value]) => value)
  const leastFrom = (a: number) => Math.min(...scores.filter((b) => b >= score).map((b) => meanWithin(rows, a, b)))
  return Math.max(...scores.filter((a) => a <= score).map(leastFrom))
}

function meanWithin(rows: readonly ScoredRow[], from: number, to: number): number {
  const inside = rows.filter(([score]) => score >= from && score <= to)
  const total = inside.reduce((sum, [, , weight]) => sum + weight, 0)
  return inside.reduce((sum, [, label, weight]) => sum + label * weight, 0) / total
}

function columnsOf(rows: readonly ScoredRow[]): CalibrationExamples {
  return {
    scores: Float64Array.from(rows, ([score]) => score),
    labels: Float64Array.from(rows, ([, label]) => label),
    weights: Float64Array.from(rows, ([, , weight]) => weight),
  }
}

/** Scores with a spread of 3, and labels of which the truth is half as sure as the score by default. */
function seededExamples(
  count: number,
  seed: number,
  truth: (score: number) => number = (score) => logistic(0.5 * score),
): CalibrationExamples {
  const random = randomFrom(seed, 'calibration')
  const scores = Float64Array.from({ length: count }, () => 3 * random.normal())
  return { scores, labels: scores.map((score) => (random.uniform() < truth(score) ? 1 : 0)) }
}

function examplesOf({ scores, labels, weights }: GoldenCase): CalibrationExamples {
  return {
    scores: Float64Array.from(scores),
    labels: Float64Array.from(labels),
    weights: Float64Array.from(weights),
  }
}

function probabilitiesOf(calibrator: Calibrator, scores: Float64Array): Float64Array {
  return scores.map((score) => calibrator.probability(score))
}

function pick(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row] ?? Number.NaN)
}

function allCloseTo(got: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  assert.equal(got.length, expected.length)
  expected.forEach((value, index) => {
    const difference = Math.abs(value - (got[index] ?? Number.NaN))
    assert.ok(difference <= tolerance * Math.max(1, Math.abs(value)), `expected ${value}, got ${got[index]}`)
  })
}

function refuses(code: ErrorCode, action: () => void): void {
  assert.throws(action, (error) => isSluiceError(error, code))
}
